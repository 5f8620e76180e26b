"""Theme 1: draw the line, check a village, who says what.

The two charts carry their controls inside and need no kernel; the form asks Python for its answer. Each has its twin: the
charts a table (``charts.table``), the form the function ``taobaolab.definition.explain``.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

from ... import charts, datasets
from ...charts import select
from ...definition import (
    Definition,
    Group,
    InputError,
    Threshold,
    boundary,
    compare,
    definitions,
    explain,
    get_definition,
    published,
    teaching_villages,
)
from ...display import form

if TYPE_CHECKING:
    import pandas as pd

DRAWN = {
    "met": ("circle", charts.ACCENT),
    "not met": ("cross", charts.GREY),
    "undetermined": ("triangle-up", charts.SECOND),
}
OWN = "my own"
KEYS = (
    "aliresearch-2022",
    "wikipedia",
    "world-bank-2018",
    "haodu-2016",
    "xing528-2018",
    "lishui-daily-2019",
    "peoples-daily-2019",
)
NOT_KNOWN = 12


def village_keys() -> list[str]:
    """The keys of all published definitions of a village."""
    return [d.key for d in published().values() if d.level == "village"]


def cases() -> pd.DataFrame:
    """Real villages with a number of shops, and with the number of households of the nearest year, if there is one.

    A row a record of ``village_cases``: record, village, year, shops, shops_are, households, households_year, status.
    Two figures of different years make the row ``derived``; a record without a year takes any year.
    """
    import pandas as pd

    records = datasets.load("village_cases")
    records = records[records["level"] == "village"]
    sizes = records.dropna(subset=["households"])
    rows = []
    for r in records.dropna(subset=["online_shops"]).itertuples():
        near = sizes[sizes["name"] == r.name]
        near = near.assign(
            off=(near["year"] - (near["year"].iloc[0] if pd.isna(r.year) else r.year)).abs()
            if len(near)
            else None
        )
        size = near.sort_values("off").iloc[0] if len(near) else None
        rows.append(
            {
                "record": f"{r.name} {'no year' if pd.isna(r.year) else r.year}",
                "village": r.name,
                "village_zh": r.name_zh,
                "year": r.year,
                "shops": r.online_shops,
                "shops_are": f"{r.online_shops_qualifier.replace('_', ' ')}: {r.shops_are}",
                "households": pd.NA if size is None else size["households"],
                "households_year": pd.NA if size is None else size["year"],
                "status": r.status if size is None or size["year"] == r.year else "derived",
                "source": r.source
                if size is None or size["source"] == r.source
                else f"{r.source} {size['source']}",
            }
        )
    table = pd.DataFrame(rows).astype({"households": "Int64", "households_year": "Int64"})
    return table.sort_values(["village", "year"]).reset_index(drop=True)


def made_up(number: int = 150, seed: int = 8) -> pd.DataFrame:
    """Invented villages near the line, in the columns of ``cases``; made for teaching."""
    made = teaching_villages(40_000, seed)
    near = made[made["active_shops"].between(8, 400) & made["households"].between(30, 5000)].head(
        number
    )
    return near.rename(columns={"active_shops": "shops"})[
        ["village", "shops", "households", "status"]
    ].assign(record="made up")


def doors(chosen: Definition) -> dict[str, Any]:
    """The bounds of a village definition in the plane of shops and households, as the line needs them.

    ``open`` says which doors there are: either, both, shops or share. Bounds are numbers; share is in percent.
    """
    bounds = [c for c in chosen.criteria if isinstance(c, Threshold)]
    by_shops = next((c for c in bounds if c.column.endswith("_shops") and not c.per), None)
    by_share = next((c for c in bounds if c.per == "households"), None)
    groups = [
        p for p in getattr(chosen.rule, "parts", ()) if isinstance(p, Group) and p.need == "any"
    ]
    either = any(by_shops in group.parts for group in groups)
    return {
        "open": ("either" if either else "both")
        if by_shops and by_share
        else "shops"
        if by_shops
        else "share",
        "shops": float(by_shops.bound) if by_shops else 0,
        "share": float(100 * by_share.bound) if by_share else 0,
        "over_shops": bool(by_shops and by_shops.strict),
        "over_share": bool(by_share and by_share.strict),
    }


def answered(**more: Any) -> dict[str, Any]:
    """The channels that show an answer by shape and by colour, the same in every chart."""
    names, shapes, colours = (
        list(DRAWN),
        [s for s, _ in DRAWN.values()],
        [c for _, c in DRAWN.values()],
    )
    return {
        "shape": alt.Shape("answer:N", title=None, scale=alt.Scale(domain=names, range=shapes)),
        "color": alt.Color("answer:N", title=None, scale=alt.Scale(domain=names, range=colours)),
    } | more


RULE = """variant === 'my own' ? {open: my_doors, shops: my_shops, share: my_share, over_shops: !my_equal, over_share: !my_equal} : """
BY_SHOPS = "rule.over_shops ? datum.shops > rule.shops : datum.shops >= rule.shops"
BY_SHARE = "rule.over_share ? 100 * datum.shops > rule.share * datum.households : 100 * datum.shops >= rule.share * datum.households"
ANSWER = """rule.open === 'shops' ? (datum.by_shops ? 'met' : 'not met') :
 datum.households === null ? (rule.open === 'either' && datum.by_shops ? 'met' : rule.open === 'both' && !datum.by_shops ? 'not met' : 'undetermined') :
 (rule.open === 'share' ? datum.by_share : rule.open === 'both' ? datum.by_shops && datum.by_share : datum.by_shops || datum.by_share) ? 'met' : 'not met'"""
LINE = "rule.open === 'shops' ? rule.shops : rule.open === 'share' ? datum.at : rule.open === 'both' ? max(datum.at, rule.shops) : min(datum.at, rule.shops)"


COUNTED = """(datum.real ? 'Real records: ' : 'Made up for teaching: ') + datum.met + ' of ' + datum.all + ' met'
 + (datum.open ? ', ' + datum.open + ' undetermined' : '')"""
TOLD = {
    "record": "Record",
    "village_zh": "中文",
    "shops": "Shops",
    "shops_are": "Counted as",
    "households": "Households",
    "households_year": "Households of",
    "status": "Rests on",
    "source": "Source",
}


def draw_the_line(
    real: pd.DataFrame | None = None, made: pd.DataFrame | None = None, keys: Sequence[str] = KEYS
) -> alt.LayerChart:
    """Villages in the plane of households and shops, with the line that a definition draws through it.

    The controls work inside the chart: a published wording, or bounds of your own. ``real`` has the columns of
    ``cases()``, ``made`` those of ``made_up()``. Sales are taken as high enough; the plane shows the other test alone.
    """
    import pandas as pd

    real = cases() if real is None else real
    made = made_up() if made is None else made
    data = pd.concat([real, made], ignore_index=True)
    data["real"] = data["record"] != "made up"
    data["x"] = data["households"].fillna(NOT_KNOWN)
    data["households_year"] = data["households_year"].astype("string").fillna("not known")
    data = data[[*TOLD, "x", "real"]]
    rules = {key: doors(get_definition(key)) for key in keys}
    params = [
        select("variant", "Wording ", [*keys, OWN]),
        alt.param(
            "my_shops",
            value=100,
            bind=alt.binding_range(min=10, max=300, step=1, name="My own: shops "),
        ),
        alt.param(
            "my_share",
            value=10,
            bind=alt.binding_range(min=1, max=30, step=1, name="My own: % of households "),
        ),
        select("my_doors", "My own: which doors ", ["either", "both", "shops", "share"]),
        alt.param(
            "my_equal",
            value=True,
            bind=alt.binding_checkbox(name="My own: exactly on the line counts "),
        ),
        alt.param("rule", expr=RULE + json.dumps(rules) + "[variant]"),
    ]
    judged = (
        alt.Chart(data)
        .transform_calculate(by_shops=BY_SHOPS, by_share=BY_SHARE)
        .transform_calculate(answer=ANSWER)
        .transform_calculate(
            yes="datum.answer === 'met' ? 1 : 0", unknown="datum.answer === 'undetermined' ? 1 : 0"
        )
    )

    def log(
        field: str, title: str, low: float, high: float, ticks: list[int], grid: bool
    ) -> dict[str, Any]:
        scale = alt.Scale(type="log", domain=[low, high], nice=False, zero=False)
        return {
            "shorthand": field,
            "title": title,
            "scale": scale,
            "axis": alt.Axis(values=ticks, format=",d", grid=grid),
        }

    x = alt.X(**log("x:Q", "households (log scale)", 9, 6000, [50, 200, 1000, 5000], False))
    y = alt.Y(**log("shops:Q", "shops (log scale)", 5, 40_000, [10, 100, 1000, 10_000], True))
    looks = answered(x=x, y=y)
    dots = (
        judged.transform_filter("!datum.real")
        .mark_point(size=30, opacity=0.55, strokeWidth=1.2)
        .encode(**looks)
    )
    places = (
        judged.transform_filter("datum.real")
        .mark_point(size=130, strokeWidth=2.6)
        .encode(**looks, tooltip=charts.tooltips(TOLD))
    )
    line = (
        alt.Chart(pd.DataFrame({"x": [20 * 1.2**i for i in range(32)]}))
        .transform_calculate(at="rule.share * datum.x / 100")
        .transform_calculate(shops=LINE)
        .mark_line(color=charts.INK, strokeWidth=2, clip=True)
        .encode(x=x, y=y)
    )
    wall = (
        alt.Chart(alt.Data(values=[{"x": 18}]))
        .mark_rule(color=charts.GREY, strokeDash=[3, 3])
        .encode(x=x)
    )
    count = (
        judged.transform_aggregate(
            groupby=["real"], all="count()", met="sum(yes)", open="sum(unknown)"
        )
        .transform_calculate(words=COUNTED)
        .mark_text(align="left", fontSize=15, fontWeight="bold")
        .encode(x=alt.value(4), y=alt.value(alt.expr("datum.real ? -32 : -12")), text="words:N")
    )
    names = (
        judged.transform_filter("datum.real")
        .transform_window(row="row_number()")
        .transform_calculate(words="datum.record + ': ' + datum.answer")
        .mark_text(align="left", fontSize=12)
        .encode(
            x=alt.value(500),
            y=alt.value(alt.expr("18 * datum.row - 4")),
            text="words:N",
            color=answered()["color"].legend(None),
        )
    )
    unknown = int(real["households"].isna().sum())
    return charts.finish(
        [line, wall, dots, places, count, names],
        "Two doors: many shops, or many for so few households",
        [
            "Shops and households of real villages (large) and of invented ones (small); sales taken as high enough",
            "Left of the dashed line: households not known",
        ],
        "records in table village_cases, households of the nearest year; invented villages from teaching_villages",
        f"Scatter plot of {len(real)} records of real villages and {len(made)} villages made for teaching: shops against "
        f"households, both on log axes, with the line that a definition draws. {unknown} real records have no number of "
        "households. Controls choose a published wording or bounds of your own; dots, counts and the list at the right "
        "change with them: filled words say met, not met or undetermined.",
        params=params,
        width=480,
        height=400,
        above=48,
    )


def fewest_shops(keys: Iterable[str | Definition], largest: int = 2000) -> alt.LayerChart:
    """The boundary drawn: the fewest shops with which a village of so many households passes, by definition."""
    import pandas as pd

    sizes = list(range(20, largest + 1, 20))
    chosen = [get_definition(k) for k in keys]
    if not 1 <= len(chosen) <= len(charts.PALETTE) or largest < 1000:
        raise ValueError(
            "fewest_shops draws one to four definitions, up to 1,000 households or more."
        )
    data = pd.DataFrame(
        [
            {"households": h, "shops": n, "definition": d.key}
            for d in chosen
            for h, n in zip(sizes, boundary(d, sizes), strict=True)
        ]
    ).dropna()
    names = [d.key for d in chosen]
    colours = alt.Scale(domain=names, range=list(charts.PALETTE))
    dashes = alt.Scale(domain=names, range=[[1, 0], [8, 4], [2, 3], [8, 3, 2, 3]])
    lines = (
        alt.Chart(data)
        .mark_line(strokeWidth=3)
        .encode(
            x=alt.X(
                "households:Q",
                title="households in the village",
                axis=alt.Axis(format=",d", grid=False),
            ),
            y=alt.Y("shops:Q", title="fewest active shops that pass", axis=alt.Axis(format=",d")),
            color=alt.Color("definition:N", title=None, scale=colours),
            strokeDash=alt.StrokeDash("definition:N", title=None, scale=dashes),
            tooltip=charts.tooltips(
                {"definition": "Definition", "households": "Households", "shops": "Fewest shops"},
                households=",",
                shops=",",
            ),
        )
    )
    first = boundary(chosen[0], [200, largest])
    return charts.finish(
        [lines],
        f"A village of 200 households passes with {first[0]} shops; one of {largest:,} needs {first[1]}",
        f"Fewest active shops that pass, by number of households ({chosen[0].key} first); sales taken as high enough",
        "computed from data/definitions.toml",
        "Line chart of the fewest active shops with which a village passes, by its households, for "
        + "; ".join(
            f"{d.key}: "
            + ", ".join(
                f"{n} at {h:,}"
                for h, n in zip(
                    (200, 1000, largest), boundary(d, [200, 1000, largest]), strict=True
                )
            )
            for d in chosen
        )
        + ".",
    )


def who_says_what(villages: pd.DataFrame, keys: Sequence[str] | None = None) -> alt.LayerChart:
    """Every wording against every village: met, not met or undetermined, with the rule in words in the tooltip.

    ``villages`` has a column ``village`` and the data that the definitions ask for; what is missing is not known.
    ``keys`` are village definitions, all 29 unless told.
    """
    if (
        "village" not in villages
        or villages["village"].isna().any()
        or villages["village"].duplicated().any()
    ):
        raise ValueError(
            "who_says_what needs a column 'village' in which every village has a name of its own."
        )
    known = definitions()
    keys = village_keys() if keys is None else list(keys)
    if villages.empty or not keys:
        raise ValueError("who_says_what needs at least one village and one definition.")
    absent = {c: None for k in keys for c in get_definition(k).columns if c not in villages}
    data = (
        compare(villages, keys, columns=absent)
        .melt("village", keys, "key", "met")
        .merge(known, on="key")
    )
    data["answer"] = (
        data["met"]
        .astype("boolean")
        .map({True: "met", False: "not met"})
        .astype(object)
        .fillna("undetermined")
    )
    data = data[["village", "key", "year", "answer", "rule", "peculiar", "source"]]
    tally = (
        data.groupby(["village", "answer"])
        .size()
        .unstack(fill_value=0)
        .reindex(columns=list(DRAWN), fill_value=0)
    )
    divided = tally[["met", "not met"]].min(axis=1).idxmax()
    yes, no, open_ = tally.loc[divided]
    met = data[data["answer"] == "met"].groupby("key").size().reindex(keys, fill_value=0)
    order = list(met.sort_values(ascending=False, kind="stable").index)
    across = alt.Axis(orient="top", labelAngle=-30, domain=False, ticks=False)
    down = alt.Axis(grid=True, domain=False, ticks=False)
    marks = (
        alt.Chart(data)
        .mark_point(size=90, strokeWidth=2.4)
        .encode(
            x=alt.X("village:N", title=None, sort=list(villages["village"]), axis=across),
            y=alt.Y("key:N", title=None, sort=order, axis=down),
            tooltip=charts.tooltips(
                {"village": "Village", "key": "Wording"}
                | {c: c.capitalize() for c in list(data)[2:]}
            ),
            **answered(),
        )
    )
    return charts.finish(
        [marks],
        f"{divided}: a Taobao village by {yes} of {len(keys)} wordings, not by {no}"
        + (f", undetermined by {open_}" if open_ else ""),
        f"Answers of {len(keys)} published wordings for {len(villages)} villages; point at a mark for the rule",
        "computed from data/definitions.toml",
        f"Matrix of {len(keys)} published wordings against {len(villages)} villages. "
        + " ".join(
            f"{v}: met by {r['met']}, not met by {r['not met']}, undetermined by {r['undetermined']}."
            for v, r in tally.iterrows()
        ),
        height=19 * len(keys),
    )


def pile_up(honest: pd.DataFrame, bunched: pd.DataFrame) -> alt.LayerChart:
    """How many invented villages have so many shops, around 100: without and with a reward for reaching it."""
    import pandas as pd

    parts = {"without a reward": honest, "with a reward": bunched}
    data = pd.concat(
        t[t["active_shops"].between(70, 130)]
        .groupby("active_shops")
        .size()
        .rename("villages")
        .reset_index()
        .assign(case=name)
        for name, t in parts.items()
    )
    below, above = (
        int(
            data[(data["case"] == "with a reward") & data["active_shops"].between(*span)][
                "villages"
            ].sum()
        )
        for span in ((90, 99), (100, 109))
    )
    lines = (
        alt.Chart(data)
        .mark_line(strokeWidth=2.5, interpolate="step-after")
        .encode(
            x=alt.X(
                "active_shops:Q",
                title="active shops",
                scale=alt.Scale(domain=[70, 130], nice=False, zero=False),
                axis=alt.Axis(grid=False),
            ),
            y=alt.Y("villages:Q", title="invented villages"),
            color=alt.Color(
                "case:N",
                title=None,
                scale=alt.Scale(domain=list(parts), range=[charts.GREY, charts.ACCENT]),
            ),
            strokeDash=alt.StrokeDash(
                "case:N", title=None, scale=alt.Scale(domain=list(parts), range=[[4, 3], [1, 0]])
            ),
            tooltip=charts.tooltips(
                {"case": "Case", "active_shops": "Active shops", "villages": "Villages"},
                active_shops="d",
                villages=",",
            ),
        )
    )
    return charts.finish(
        [lines],
        f"Made for teaching: {below:,} villages just below the line, {above:,} just above it",
        "Invented villages by number of active shops, 70 to 130; the line of the rule is at 100",
        "teaching_villages, made for teaching: nobody has observed this",
        f"Line chart of invented villages by number of active shops. With a reward for reaching 100 there are {below} villages with 90 to 99 shops and {above} with 100 to 109.",
    )


FIELDS = {
    "annual_sales_rmb": ("Sales in RMB a year", "12000000"),
    "active_shops": ("Active shops", "60"),
    "households": ("Households", "550"),
    "registered_shops": ("Registered shops", ""),
    "ecommerce_households": ("Trading households", ""),
}
PLACES = {
    "rural": ("In a rural area", True),
    "administrative_village": ("Administrative village", True),
    "residents_committee": ("Residents' committee", False),
}


def answer_card(key: str, values: dict[str, Any]) -> str:
    """The answer to a filled-in form as HTML, or what is wrong with an entry in words. Empty fields are not known."""
    known = {}
    for name, value in values.items():
        try:
            known[name] = _number(value) if name in FIELDS else value
        except ValueError:
            return (
                f"{html.escape(FIELDS[name][0])}: {html.escape(repr(value))} is not a number. Write it in digits, such as "
                "12000000 for 1,200 万 (twelve million), or leave it empty if it is not known."
            )
    asked = get_definition(key).columns
    try:
        return explain(
            key, {n: v for n, v in known.items() if n in asked and v is not None}
        )._repr_html_()
    except InputError as error:
        return html.escape(str(error))


def _number(text: str) -> float | None:
    plain = "".join(text.split()).replace(",", "").replace("_", "?")
    return (float(plain) if "." in plain else int(plain)) if plain else None


def check_a_village() -> Any:
    """A form: fill in what is known of a village and read the answer. Its twin is ``taobaolab.definition.explain``."""
    import ipywidgets

    wide = {"style": {"description_width": "170px"}, "layout": {"width": "360px"}}
    yes_no = [("yes", True), ("no", False), ("not known", None)]
    controls = (
        {
            "wording": ipywidgets.Dropdown(
                options=sorted(village_keys()), value=KEYS[0], description="Wording", **wide
            )
        }
        | {
            name: ipywidgets.Text(value=first, description=label, placeholder="not known", **wide)
            for name, (label, first) in FIELDS.items()
        }
        | {
            name: ipywidgets.Dropdown(options=yes_no, value=first, description=label, **wide)
            for name, (label, first) in PLACES.items()
        }
    )
    return form(controls, lambda values: answer_card(values.pop("wording"), values))
