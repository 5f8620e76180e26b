"""Two pictures of a region: where it stands among the records of China, and how many places pass at each bound."""

from __future__ import annotations

from typing import Any

import altair as alt

from ... import charts
from ...definition import AnyDefinition, get_definition, known_columns, percent
from .answers import passing
from .comparison import bound_on, in_unit, records
from .places import Places

YOURS, THEIRS = "your places", "records of China"


def standing_chart(
    places: Places, definition_: AnyDefinition, measure: str = "active_shops"
) -> alt.LayerChart:
    """Your places and the records of Chinese villages on one axis (log), with the bound of the definition as a line.

    ``measure`` is ``active_shops``, ``households`` or ``annual_sales_rmb``. Places with none cannot be drawn on a log axis;
    the subtitle counts them.
    """
    import pandas as pd

    theirs = records(measure)
    if measure not in places.data or not places.data[measure].notna().any():
        raise ValueError(f"No place has a figure for {measure}, so there is nothing to compare.")
    ours = places.data[["place", measure]].dropna().rename(columns={measure: "value"})
    ours["status"] = "made_for_teaching" if places.invented else "reported"
    ours["source"], ours["year"] = places.table.name, pd.NA
    data = pd.concat([ours.assign(whose=YOURS), theirs.assign(whose=THEIRS)], ignore_index=True)
    none = int((data.value <= 0).sum())
    drawn = data[data.value > 0].copy()
    drawn["year"] = drawn["year"].astype("string").fillna("not said")
    drawn["nudge"] = [(i * 7) % 11 - 5 for i in range(len(drawn))]
    drawn["value"] = drawn["value"].astype(float)
    drawn = drawn[["whose", "place", "value", "year", "status", "source", "nudge"]]
    column, bound = known_columns()[measure], bound_on(definition_, measure)
    low, high = float(drawn.value.min()) / 1.6, float(drawn.value.max()) * 1.6
    low, high = (
        (min(low, float(bound.bound) / 2), max(high, float(bound.bound) * 2))
        if bound
        else (low, high)
    )
    x = alt.X(
        "value:Q",
        title=f"{column.label}{' in RMB' if column.unit == 'RMB' else ''} (log scale)",
        scale=alt.Scale(type="log", domain=[low, high], nice=False),
        axis=alt.Axis(format="~s", grid=False, tickCount=6),
    )
    y = alt.Y(
        "whose:N",
        title=None,
        sort=[YOURS, THEIRS],
        axis=alt.Axis(domain=False, ticks=False, labelLimit=160),
    )
    points = (
        alt.Chart(drawn)
        .mark_point(filled=True, size=70, opacity=0.65)
        .encode(
            x=x, y=y,
            yOffset=alt.YOffset("nudge:Q", scale=alt.Scale(domain=[-9, 9])),
            color=alt.Color("whose:N", legend=None, scale=alt.Scale(domain=[YOURS, THEIRS], range=[charts.ACCENT, charts.GREY])),
            shape=charts._status_shape(drawn.status),
            tooltip=charts.tooltips({"whose": "Whose", "place": "Place", "value": column.label.capitalize(), "year": "Year", "status": "Rests on", "source": "Source"}, value=","),
        )
    )  # fmt: skip
    layers: list[Any] = [points]
    if bound is not None:
        line = alt.Chart(
            pd.DataFrame({"value": [float(bound.bound)], "words": [f"bound {in_unit(bound)}"]})
        )
        layers = [line.mark_rule(color=charts.SECOND, strokeWidth=2, strokeDash=[6, 4]).encode(x=x)]
        layers += [
            points,
            *charts.with_halo(
                line.encode(x=x, y=alt.value(-4), text="words:N"), align="left", dx=4
            ),
        ]
    mine, them = ours.value.median(), theirs.value.median()
    finding = f"The middle one of your places has {_short(mine)} {_of(column)}, the middle record {_short(them)}"
    reach = (
        ""
        if bound is None
        else f" {_reached(ours.value, bound)} of {len(ours)} places reach the bound of {in_unit(bound)}."
    )
    return charts.finish(
        layers,
        finding,
        [
            f"{column.label.capitalize()} of {len(ours)} places and of {len(theirs)} recorded villages, each with its latest figure",
            f"The records are no sample{f'; {none} with none are not drawn' if none else ''}{'; your places are made for teaching' if places.invented else ''}",
        ],
        f"{places.table.name}; table village_cases",
        f"Dot plot on a log axis: {column.label} of {len(ours)} places of {places.table.name} and of {len(theirs)} records of "
        f"Chinese villages. {finding}.{reach} The records are no sample of China's villages.",
        data=drawn,
        height=200,
    )


def _reached(values: Any, bound: Any) -> int:
    return int(((values > bound.bound) if bound.strict else (values >= bound.bound)).sum())


def _of(column: Any) -> str:
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

    ``per`` names the whole where the bound is a share; a definition without such a bound is a DefinitionError.
    """
    import pandas as pd

    chosen = get_definition(definition_)
    leaf = chosen.threshold(column, per)
    scale = 100 if leaf.per else 1
    at = float(leaf.bound)
    data = passing(places, chosen, column, per)
    ends = passing(
        places, chosen, column, per, [data.threshold.min() / 2, data.threshold.max() * 1.5]
    )
    data = pd.concat([data, ends], ignore_index=True).sort_values("threshold")
    now, half = (int(n) for n in passing(places, chosen, column, per, [at, at / 2]).met)
    known = known_columns()[column]
    data = data.assign(bound=data.threshold.astype(float) * scale)[["bound", "met"]]
    whole = (
        f" in % of {known_columns()[leaf.per].label}"
        if leaf.per
        else " in RMB"
        if known.unit == "RMB"
        else ""
    )
    wide = data.bound.max() > 50 * data.bound.min() > 0
    x = alt.X("bound:Q", title=f"bound on {known.label}{whole}{' (log scale)' if wide else ''}",
              scale=alt.Scale(type="log" if wide else "linear", nice=False), axis=alt.Axis(format="~s", grid=False, tickCount=6))  # fmt: skip
    steps = (
        alt.Chart(data)
        .mark_line(interpolate="step-after" if leaf.strict else "step-before", strokeWidth=2.5)
        .encode(x=x, y=alt.Y("met:Q", title="places that pass", axis=alt.Axis(tickMinStep=1, tickCount=5)),
                tooltip=charts.tooltips({"bound": f"Bound{whole}", "met": "Places that pass"}, bound=",.4~g", met=","))
    )  # fmt: skip
    said = percent(leaf.bound) if leaf.per else in_unit(leaf)
    mark = alt.Chart(
        pd.DataFrame({"bound": [at * scale], "met": [now], "words": [f"{said}: {now}"]})
    )
    layers = [
        mark.mark_rule(color=charts.SECOND, strokeWidth=2, strokeDash=[6, 4]).encode(x=x),
        steps,
        *charts.with_halo(mark.encode(x=x, y="met:Q", text="words:N"), align="left", dx=6, dy=-8),
    ]
    total = len(places.data)
    finding = f"At the bound of {said}, {now} of {total} places pass; at half of it, {half}"
    return charts.finish(
        layers,
        finding,
        [
            f"Places that pass if the bound on {known.label} is moved, the rest of {chosen.key} as it is",
            "Places that stay undetermined do not pass"
            + ("; made for teaching" if places.invented else ""),
        ],
        f"{places.table.name}; definition {chosen.key}",
        f"Step line of the places that pass by the bound on {known.label}{whole}. {finding}. The line falls from "
        f"{int(data.met.max())} to {int(data.met.min())} places. Undetermined places do not pass.",
        data=data,
        height=240,
    )
