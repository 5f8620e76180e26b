"""Two pictures of a region: where it stands among the records of China, and how many places pass at each bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from ... import charts
from ...definition import (
    AnyDefinition,
    Column,
    Definition,
    Threshold,
    get_definition,
    known_columns,
    percent,
)
from .answers import label_of, passing
from .comparison import bound_on, count_reaching, in_unit, records
from .places import Places

if TYPE_CHECKING:
    import pandas as pd

YOURS, THEIRS = "your places", "records of China"
MOST_POINTS = 1_000  # places drawn one by one; more are drawn as bins
BINS = 30
MOST_STEPS = 400


def standing_chart(
    places: Places, definition_: AnyDefinition, measure: str = "active_shops"
) -> alt.LayerChart:
    """Your places and the records of Chinese villages on one axis (log), with the bound of the definition as a line.

    Parameters
    ----------
    places
        More than a thousand are drawn as bins, and the subtitle says so.
    definition_
        Whose bound is drawn.
    measure
        ``active_shops``, ``households`` or ``annual_sales_rmb``. Places with none cannot be drawn on a log axis; the
        subtitle counts them.

    Raises
    ------
    ValueError
        No place has a figure, or the records know no such measure.
    """
    theirs = records(measure)
    if measure not in places.data or not places.data[measure].notna().any():
        raise ValueError(f"No place has a figure for {measure}, so there is nothing to compare.")
    column, bound = known_columns()[measure], bound_on(definition_, measure)
    ours = places.data[["place", measure]].dropna().rename(columns={measure: "value"})
    ours["status"] = "made_for_teaching" if places.invented else "reported"
    ours["source"] = places.name
    drawn, none = _points(ours, theirs)
    layers = _standing_layers(drawn, column, bound)
    mine, them = ours.value.median(), theirs.value.median()
    finding = (
        f"The middle one of your places has {_short(mine)} {_measured(column)}, "
        f"the middle record {_short(them)}"
    )
    notes = ["The records are no sample"]
    if none:
        notes.append(f"{none:,} with none are not drawn")
    if len(ours) > MOST_POINTS:
        notes.append("your places are drawn as bins: a larger mark is more places")
    if places.invented:
        notes.append("your places are made for teaching")
    reach = ""
    if bound is not None:
        count = count_reaching(ours.value, bound)
        reach = f" {count:,} of {len(ours):,} places reach the bound of {in_unit(bound)}."
    many = f"{len(ours):,} places" if len(ours) != 1 else "1 place"
    return charts.finish(
        layers,
        finding,
        [
            f"{column.label.capitalize()} of {many} and of {len(theirs)} recorded villages, each with its latest figure",
            "; ".join(notes),
        ],
        f"{places.name}; table village_cases",
        f"Dot plot on a log axis: {column.label} of {many} of {places.name} and of {len(theirs)} records of "
        f"Chinese villages. {finding}.{reach} The records are no sample of China's villages.",
        data=drawn,
        height=200,
    )


def _points(ours: pd.DataFrame, theirs: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """What is drawn, a row a mark, and how many values cannot be drawn on a log axis."""
    import pandas as pd

    both = pd.concat([ours.assign(whose=YOURS), theirs.assign(whose=THEIRS)], ignore_index=True)
    none = int((both.value <= 0).sum())
    drawn = both[both.value > 0].copy()
    drawn["value"] = drawn.value.astype(float)
    drawn["year"] = drawn.year.astype("string").fillna("not said")
    drawn["places"] = 1
    if len(ours) > MOST_POINTS:
        drawn = pd.concat([_bins(drawn[drawn.whose == YOURS]), drawn[drawn.whose == THEIRS]])
    drawn["nudge"] = [0 if n > 1 else (i * 7) % 11 - 5 for i, n in enumerate(drawn.places)]
    columns = ["whose", "place", "value", "places", "year", "status", "source", "nudge"]
    return drawn[columns].reset_index(drop=True), none


def _bins(drawn: pd.DataFrame) -> pd.DataFrame:
    """Places in bins of equal width on a log axis, each at its middle."""
    import numpy as np
    import pandas as pd

    edges = np.geomspace(drawn.value.min(), drawn.value.max() * 1.000001, BINS + 1)
    middle = np.sqrt(edges[:-1] * edges[1:])
    number = pd.cut(drawn.value, edges, labels=False, include_lowest=True)
    counts = number.value_counts().sort_index()
    first = drawn.iloc[0]
    return pd.DataFrame(
        {
            "whose": YOURS,
            "place": [f"{edges[int(k)]:,.0f} to {edges[int(k) + 1]:,.0f}" for k in counts.index],
            "value": [middle[int(k)] for k in counts.index],
            "places": counts.to_list(),
            "year": "not said",
            "status": first.status,
            "source": first.source,
        }
    )


def _standing_layers(drawn: pd.DataFrame, column: Column, bound: Threshold | None) -> list[Any]:
    import pandas as pd

    low, high = float(drawn.value.min()) / 1.6, float(drawn.value.max()) * 1.6
    if bound is not None:
        low, high = min(low, float(bound.bound) / 2), max(high, float(bound.bound) * 2)
    unit = " in RMB" if column.unit == "RMB" else ""
    x = alt.X(
        "value:Q",
        title=f"{column.label}{unit} (log scale)",
        scale=alt.Scale(type="log", domain=[low, high], nice=False),
        axis=alt.Axis(format="~s", grid=False, tickCount=6),
    )
    y = alt.Y(
        "whose:N",
        title=None,
        sort=[YOURS, THEIRS],
        axis=alt.Axis(domain=False, ticks=False, labelLimit=160),
    )
    told = {"whose": "Whose", "place": "Place", "value": column.label.capitalize(), "year": "Year"}
    told |= {"status": "Rests on", "source": "Source"}
    size: Any = alt.value(70)
    if drawn.places.max() > 1:
        told["places"] = "Places"
        most = int(drawn.places.max())
        scale = alt.Scale(type="sqrt", domain=[1, most], range=[30, 900])
        size = alt.Size("places:Q", legend=None, scale=scale)
    colours = alt.Scale(domain=[YOURS, THEIRS], range=[charts.ACCENT, charts.GREY])
    points = (
        alt.Chart(drawn)
        .mark_point(filled=True, opacity=0.65)
        .encode(
            x=x,
            y=y,
            size=size,
            yOffset=alt.YOffset("nudge:Q", scale=alt.Scale(domain=[-9, 9])),
            color=alt.Color("whose:N", legend=None, scale=colours),
            shape=charts.status_shape(drawn.status),
            tooltip=charts.tooltips(told, value=",", places=","),
        )
    )
    if bound is None:
        return [points]
    mark = pd.DataFrame({"value": [float(bound.bound)], "words": [f"bound {in_unit(bound)}"]})
    line = alt.Chart(mark)
    rule = line.mark_rule(color=charts.SECOND, strokeWidth=2, strokeDash=[6, 4]).encode(x=x)
    words = line.encode(x=x, y=alt.value(-4), text="words:N")
    return [rule, points, *charts.with_halo(words, align="left", dx=4)]


def _measured(column: Column) -> str:
    return "RMB of sales a year" if column.unit == "RMB" else column.label


def _short(value: float) -> str:
    for size, name in ((1e9, " billion"), (1e6, " million")):
        if value >= size:
            return f"{value / size:,.3g}{name}"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def passing_chart(
    places: Places, definition_: AnyDefinition, column: str = "active_shops", per: str | None = None
) -> alt.LayerChart:
    """How many of your places pass if one bound is moved and the rest of the definition stays: a step line, with the bound.

    ``per`` names the whole where the bound is a share; a definition without such a bound is a DefinitionError. Of more
    than 400 steps as many are drawn, and the subtitle says so.
    """
    chosen = get_definition(definition_)
    leaf = chosen.threshold(column, per)
    at, scale = float(leaf.bound), 100 if leaf.per else 1
    data, all_steps = _steps(places, chosen, column, per)
    now, half = (int(n) for n in passing(places, chosen, column, per, [at, at / 2]).met)
    label = label_of(column, chosen)
    unit = " in RMB" if column in known_columns() and known_columns()[column].unit == "RMB" else ""
    whole = f" in % of {label_of(leaf.per, chosen)}" if leaf.per else unit
    data = data.assign(bound=data.threshold.astype(float) * scale)[["bound", "met"]]
    told = percent(leaf.bound) if leaf.per else in_unit(leaf)
    layers = _passing_layers(
        data, f"{label}{whole}", whole, leaf.strict != leaf.upper, at * scale, f"{told}: {now:,}"
    )
    total = f"{len(places.data):,}"
    finding = f"At the bound of {told}, {now:,} of {total} places pass; at half of it, {half:,}"
    notes = ["Places that stay undetermined do not pass"]
    if all_steps > MOST_STEPS:
        notes.append(f"{len(data):,} of {all_steps:,} steps are drawn")
    if places.invented:
        notes.append("made for teaching")
    return charts.finish(
        layers,
        finding,
        [
            f"Places that pass if the bound on {label} is moved, the rest of {chosen.key} as it is",
            "; ".join(notes),
        ],
        f"{places.name}; definition {chosen.key}",
        f"Step line of the places that pass by the bound on {label}{whole}. {finding}. The line "
        f"{_moves(data.met)} places. Undetermined places do not pass.",
        data=data,
        height=240,
    )


def _moves(met: pd.Series) -> str:
    """How the number of places moves with the bound, in words."""
    first, last = int(met.iloc[0]), int(met.iloc[-1])
    return f"{'falls' if first >= last else 'rises'} from {first:,} to {last:,}"


def _steps(
    places: Places, chosen: Definition, column: str, per: str | None
) -> tuple[pd.DataFrame, int]:
    """The bounds at which the number of places changes, with one beyond each end; and how many there are."""
    import pandas as pd

    data = passing(places, chosen, column, per)
    all_steps = len(data)
    if all_steps > MOST_STEPS:
        at = float(chosen.threshold(column, per).bound)
        chosen_rows = {round(k * (all_steps - 1) / (MOST_STEPS - 2)) for k in range(MOST_STEPS - 1)}
        is_bound = data.threshold.astype(float) == at
        data = data[data.index.isin(chosen_rows) | is_bound]
    beyond = [data.threshold.min() / 2, data.threshold.max() * 1.5]
    ends = passing(places, chosen, column, per, beyond)
    return pd.concat([data, ends], ignore_index=True).sort_values("threshold"), all_steps


def _passing_layers(
    data: pd.DataFrame, title: str, whole: str, after: bool, at: float, words: str
) -> list[Any]:
    import pandas as pd

    wide = data.bound.max() > 50 * data.bound.min() > 0
    x = alt.X(
        "bound:Q",
        title=f"bound on {title}{' (log scale)' if wide else ''}",
        scale=alt.Scale(type="log" if wide else "linear", nice=False),
        axis=alt.Axis(format="~s", grid=False, tickCount=6),
    )
    y = alt.Y("met:Q", title="places that pass", axis=alt.Axis(tickMinStep=1, tickCount=5))
    told = {"bound": f"Bound{whole}", "met": "Places that pass"}
    steps = (
        alt.Chart(data)
        .mark_line(interpolate="step-after" if after else "step-before", strokeWidth=2.5)
        .encode(x=x, y=y, tooltip=charts.tooltips(told, bound=",.4~g", met=","))
    )
    now = data.met[data.bound == at].iloc[0]
    mark = alt.Chart(pd.DataFrame({"bound": [at], "met": [now], "words": [words]}))
    rule = mark.mark_rule(color=charts.SECOND, strokeWidth=2, strokeDash=[6, 4]).encode(x=x)
    text = mark.encode(x=x, y="met:Q", text="words:N")
    return [rule, steps, *charts.with_halo(text, align="left", dx=6, dy=-8)]
