"""Events by date and level, with the number of Taobao villages that was known when they began."""

from __future__ import annotations

import pandas as pd

ACTOR_LEVELS = (
    "central",
    "provincial",
    "prefecture",
    "county",
    "township",
    "village",
    "party",
    "company",
    "association",
    "households",
    "media",
)


def events_in_order(events: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Put events in order of time, each with the last national count of Taobao villages before or on its first day.

    Order in time is no proof of cause.

    Parameters
    ----------
    events : DataFrame
        The table ``policy_events`` or rows of it.
    villages : DataFrame
        The table ``villages_by_year``.

    Returns
    -------
    DataFrame
        The events with three columns more. Those without ``begins`` stand with their printed year, before those with it.

        - ``begins``: the first day on which the event can have begun, by its printed date. A year alone gives
          1 January, a year and a month the first of the month. "About 2013" is taken as 2013: see ``date_qualifier``.
          It is missing for "2013 or earlier";
        - ``villages`` and ``villages_as_of``: the last count dated that day or earlier. Nothing is interpolated, so the
          count may be old. Both are missing where nobody had counted yet (before the end of 2009), and where ``begins``
          is. The early counts carry the last day of their year, as the sources give no day.

        ``level`` and ``level_2`` become ordered categories, from the centre down to the village, then those who are not
        levels of the state.

    Raises
    ------
    ValueError
        A column is missing, or a level is unknown.

    Examples
    --------
    >>> from taobaolab import datasets
    >>> table = events_in_order(datasets.load("policy_events"), datasets.load("villages_by_year")).set_index("id")
    >>> [(e, table.begins[e].date().isoformat(), int(table.villages[e])) for e in ("G17", "G34")]
    [('G17', '2014-10-01', 20), ('G34', '2016-11-01', 1311)]
    """
    needed = {
        "events": ("id", "year", "month", "day", "date_qualifier", "level", "level_2"),
        "villages": ("as_of", "villages"),
    }
    for name, given in (("events", events), ("villages", villages)):
        missing = [column for column in needed[name] if column not in given]
        if missing:
            raise ValueError(
                f"{name} lacks the columns {missing}; give rows of the table of the data package."
            )
    for column in ("level", "level_2"):
        unknown = events[column].notna() & ~events[column].isin(ACTOR_LEVELS)
        if unknown.any():
            raise ValueError(
                f"{column} of {events.loc[unknown, 'id'].tolist()} is none of {list(ACTOR_LEVELS)}."
            )
    parts = {
        "year": events["year"],
        "month": events["month"].fillna(1),
        "day": events["day"].fillna(1),
    }
    # Both sides of merge_asof need one and the same unit of time.
    first_day = pd.to_datetime(pd.DataFrame(parts)).astype("datetime64[us]")
    levels = pd.CategoricalDtype(ACTOR_LEVELS, ordered=True)
    table = events.assign(
        begins=first_day.mask(events["date_qualifier"] == "or_earlier"),
        _order=first_day,
        level=events["level"].astype(levels),
        level_2=events["level_2"].astype(levels),
    )
    table = table.sort_values(["_order", "begins", "id"], na_position="first")
    counts = villages[["as_of", "villages"]].dropna().sort_values("as_of")
    counts = counts.assign(villages_as_of=counts["as_of"].astype("datetime64[us]"))
    joined = pd.merge_asof(
        table, counts[["villages_as_of", "villages"]], left_on="_order", right_on="villages_as_of"
    )
    joined = joined.drop(columns="_order")
    joined.loc[joined["begins"].isna(), ["villages", "villages_as_of"]] = pd.NA
    return joined
