"""Theme 1: draw the line, check a village, who says what.

The two charts carry their controls inside and need no kernel; the form asks Python for its answer. Each has its twin: the
charts a table (``charts.table``), the form the function ``taobaolab.definition.explain``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

from .. import charts, datasets, models
from ..definition import Definition, Group, boundary, compare, definition, definitions, explain

if TYPE_CHECKING:
    import ipywidgets
    import pandas as pd

ANSWERS = {True: "met", False: "not met", None: "undetermined"}
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
            off=(near["year"] - (near["year"].iloc[0] if pd.isna(r.year) else r.year)).abs() if len(near) else None
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
                "source": r.source if size is None or size["source"] == r.source else f"{r.source} {size['source']}",
            }
        )
    table = pd.DataFrame(rows).astype({"households": "Int64", "households_year": "Int64"})
    return table.sort_values(["village", "year"]).reset_index(drop=True)


def made_up(number: int = 150, seed: int = 8) -> pd.DataFrame:
    """Invented villages near the line, in the columns of ``cases``; made for teaching."""
    made = models.villages(40_000, seed)
    near = made[made["active_shops"].between(8, 400) & made["households"].between(30, 5000)].head(number)
    return near.rename(columns={"active_shops": "shops"})[["village", "shops", "households", "status"]].assign(
        record="made up"
    )


def doors(chosen: Definition) -> dict[str, Any]:
    """The bounds of a village definition in the plane of shops and households, as the line needs them.

    ``open`` says which doors there are: either, both, shops or share. Bounds are numbers; share is in percent.
    """
    by_shops = next((c for c in chosen.criteria if c.column.endswith("_shops") and not getattr(c, "per", "")), None)
    by_share = next((c for c in chosen.criteria if getattr(c, "per", "") == "households"), None)
    if by_shops and by_share:
        either = any(
            isinstance(p, Group) and p.need == "any" and by_shops in p.parts for p in getattr(chosen.rule, "parts", ())
        )
        kind = "either" if either else "both"
    else:
        kind = "shops" if by_shops else "share"
    return {
        "open": kind,
        "shops": float(by_shops.bound) if by_shops else 0,
        "share": float(100 * by_share.bound) if by_share else 0,
        "over_shops": bool(by_shops and by_shops.strict),
        "over_share": bool(by_share and by_share.strict),
    }


RULE = """variant === 'my own' ? {open: my_doors, shops: my_shops, share: my_share, over_shops: !my_equal, over_share: !my_equal} : """
BY_SHOPS = "rule.over_shops ? datum.shops > rule.shops : datum.shops >= rule.shops"
BY_SHARE = "rule.over_share ? 100 * datum.shops > rule.share * datum.households : 100 * datum.shops >= rule.share * datum.households"
ANSWER = """rule.open === 'shops' ? (datum.by_shops ? 'met' : 'not met') :
 datum.households === null ? (rule.open === 'either' && datum.by_shops ? 'met' : rule.open === 'both' && !datum.by_shops ? 'not met' : 'undetermined') :
 (rule.open === 'share' ? datum.by_share : rule.open === 'both' ? datum.by_shops && datum.by_share : datum.by_shops || datum.by_share) ? 'met' : 'not met'"""
LINE = "rule.open === 'shops' ? rule.shops : rule.open === 'share' ? datum.at : rule.open === 'both' ? max(datum.at, rule.shops) : min(datum.at, rule.shops)"


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
    for column in ("year", "households_year"):
        data[column] = data[column].astype("string").fillna("not known")
    rules = {key: doors(definition(key)) for key in keys}
    params = [
        alt.param("variant", value=keys[0], bind=alt.binding_select(options=[*keys, OWN], name="Wording ")),
        alt.param("my_shops", value=100, bind=alt.binding_range(min=10, max=300, step=1, name="My own: shops ")),
        alt.param("my_share", value=10, bind=alt.binding_range(min=1, max=30, step=1, name="My own: % of households ")),
        alt.param(
            "my_doors",
            value="either",
            bind=alt.binding_select(options=["either", "both", "shops", "share"], name="My own: which doors "),
        ),
        alt.param("my_equal", value=True, bind=alt.binding_checkbox(name="My own: exactly on the line counts ")),
        alt.param("rule", expr=RULE + json.dumps(rules) + "[variant]"),
    ]
    judged = (
        alt.Chart(data)
        .transform_calculate(by_shops=BY_SHOPS, by_share=BY_SHARE)
        .transform_calculate(answer=ANSWER)
        .transform_calculate(yes="datum.answer === 'met' ? 1 : 0", unknown="datum.answer === 'undetermined' ? 1 : 0")
    )
    x = alt.X(
        "x:Q",
        title="households (log scale)",
        scale=alt.Scale(type="log", domain=[9, 6000], nice=False, zero=False),
        axis=alt.Axis(values=[50, 200, 1000, 5000], format=",d", grid=False),
    )
    y = alt.Y(
        "shops:Q",
        title="shops (log scale)",
        scale=alt.Scale(type="log", domain=[5, 40_000], nice=False, zero=False),
        axis=alt.Axis(values=[10, 100, 1000, 10_000], format=",d"),
    )
    shape = alt.Shape("answer:N", title=None, scale=alt.Scale(domain=list(DRAWN), range=[s for s, _ in DRAWN.values()]))
    color = alt.Color("answer:N", title=None, scale=alt.Scale(domain=list(DRAWN), range=[c for _, c in DRAWN.values()]))
    tooltip = [
        alt.Tooltip(f"{field}:N", title=title)
        for field, title in {
            "record": "Record",
            "village_zh": "中文",
            "shops": "Shops",
            "shops_are": "Counted as",
            "households": "Households",
            "households_year": "Households of",
            "status": "Rests on",
            "source": "Source",
        }.items()
    ]
    dots = (
        judged.transform_filter("!datum.real")
        .mark_point(size=30, opacity=0.55, strokeWidth=1.2)
        .encode(x, y, shape=shape, color=color)
    )
    places = (
        judged.transform_filter("datum.real")
        .mark_point(size=130, strokeWidth=2.6)
        .encode(x, y, shape=shape, color=color, tooltip=tooltip)
    )
    grid = pd.DataFrame({"x": [20 * 1.2**i for i in range(32)]})
    line = (
        alt.Chart(grid)
        .transform_calculate(at="rule.share * datum.x / 100")
        .transform_calculate(shops=LINE)
        .mark_line(color=charts.INK, strokeWidth=2, clip=True)
        .encode(x, y)
    )
    wall = (
        alt.Chart(alt.Data(values=[{"x": 18, "word": "households not known"}]))
        .mark_rule(color=charts.GREY, strokeDash=[3, 3])
        .encode(x)
    )
    count = (
        judged.transform_aggregate(groupby=["real"], all="count()", met="sum(yes)", open="sum(unknown)")
        .transform_calculate(
            words="(datum.real ? 'Real records: ' : 'Made up for teaching: ') + datum.met + ' of ' + datum.all + ' met'"
            " + (datum.open ? ', ' + datum.open + ' undetermined' : '')"
        )
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
            color=alt.Color(
                "answer:N", legend=None, scale=alt.Scale(domain=list(DRAWN), range=[c for _, c in DRAWN.values()])
            ),
        )
    )
    unknown = int(real["households"].isna().sum())
    chart = alt.layer(line, wall, dots, places, count, names).add_params(*params)
    return charts.finish(
        chart,
        "Two doors: many shops, or many for so few households",
        [
            "Shops and households of real villages (large) and of invented ones (small); sales taken as high enough",
            "Left of the dashed line: households not known",
        ],
        "records in table village_cases, households of the nearest year; invented villages from models.villages",
        f"Scatter plot of {len(real)} records of real villages and {len(made)} villages made for teaching: shops against "
        f"households, both on log axes, with the line that a definition draws. {unknown} real records have no number of "
        "households. Controls choose a published wording or bounds of your own; dots, counts and the list at the right "
        "change with them: filled words say met, not met or undetermined.",
        height=400,
        above=48,
    ).properties(width=480)


def fewest_shops(keys: Iterable[str | Definition], largest: int = 2000) -> alt.LayerChart:
    """The boundary drawn: the fewest shops with which a village of so many households passes, by definition."""
    import pandas as pd

    sizes = list(range(20, largest + 1, 20))
    chosen = [definition(k) for k in keys]
    data = pd.DataFrame(
        [
            {"households": h, "shops": n, "definition": d.key}
            for d in chosen
            for h, n in zip(sizes, boundary(d, sizes), strict=True)
        ]
    ).dropna()
    keys = [d.key for d in chosen]
    look = {"title": None, "scale": alt.Scale(domain=keys, range=list(charts.PALETTE))}
    dash = {"title": None, "scale": alt.Scale(domain=keys, range=[[1, 0], [8, 4], [2, 3], [8, 3, 2, 3]])}
    lines = (
        alt.Chart(data)
        .mark_line(strokeWidth=3)
        .encode(
            x=alt.X("households:Q", title="households in the village", axis=alt.Axis(format=",d", grid=False)),
            y=alt.Y("shops:Q", title="fewest active shops that pass", axis=alt.Axis(format=",d")),
            color=alt.Color("definition:N", **look),
            strokeDash=alt.StrokeDash("definition:N", **dash),
            tooltip=[
                alt.Tooltip("definition:N", title="Definition"),
                alt.Tooltip("households:Q", title="Households", format=","),
                alt.Tooltip("shops:Q", title="Fewest shops", format=","),
            ],
        )
    )
    first = boundary(chosen[0], [200, largest])
    return charts.finish(
        alt.layer(lines, data=data),
        f"A village of 200 households passes with {first[0]} shops; one of {largest:,} needs {first[1]}",
        f"Fewest active shops that pass, by number of households ({chosen[0].key} first); sales taken as high enough",
        "computed from data/definitions.toml",
        "Line chart of the fewest active shops with which a village passes, by its households, for "
        + "; ".join(
            f"{d.key}: "
            + ", ".join(
                f"{n} at {h:,}" for h, n in zip((200, 1000, largest), boundary(d, [200, 1000, largest]), strict=True)
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
    known = definitions()
    known = known[known["level"] == "village"]
    keys = list(known["key"]) if keys is None else list(keys)
    absent = {c: None for k in keys for c in definition(k).columns if c not in villages}
    verdicts = compare(villages, keys, columns=absent)
    data = verdicts.melt("village", keys, "key", "met").merge(known, on="key")
    data["answer"] = [
        "undetermined" if m is None or m != m else ANSWERS[bool(m)]
        for m in data["met"].astype(object).where(data["met"].notna(), None)
    ]
    data = data[["village", "key", "year", "answer", "rule", "peculiar", "source"]]
    tally = data.groupby(["village", "answer"]).size().unstack(fill_value=0).reindex(columns=list(DRAWN), fill_value=0)
    divided = tally[["met", "not met"]].min(axis=1).idxmax()
    yes, no, open_ = tally.loc[divided]
    order = (
        data[data["answer"] == "met"]
        .groupby("key")
        .size()
        .reindex(keys, fill_value=0)
        .sort_values(ascending=False, kind="stable")
        .index
    )
    marks = (
        alt.Chart(data)
        .mark_point(size=90, strokeWidth=2.4)
        .encode(
            x=alt.X(
                "village:N",
                title=None,
                sort=list(villages["village"]),
                axis=alt.Axis(orient="top", labelAngle=-30, domain=False, ticks=False),
            ),
            y=alt.Y("key:N", title=None, sort=list(order), axis=alt.Axis(grid=True, domain=False, ticks=False)),
            shape=alt.Shape(
                "answer:N", title=None, scale=alt.Scale(domain=list(DRAWN), range=[s for s, _ in DRAWN.values()])
            ),
            color=alt.Color(
                "answer:N", title=None, scale=alt.Scale(domain=list(DRAWN), range=[c for _, c in DRAWN.values()])
            ),
            tooltip=[
                alt.Tooltip(f"{f}:N", title=t)
                for f, t in {
                    "village": "Village",
                    "key": "Wording",
                    "year": "Year",
                    "answer": "Answer",
                    "rule": "Rule",
                    "peculiar": "Peculiar",
                    "source": "Source",
                }.items()
            ],
        )
    )
    return charts.finish(
        alt.layer(marks, data=data),
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
        int(data[(data["case"] == "with a reward") & data["active_shops"].between(*span)]["villages"].sum())
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
                "case:N", title=None, scale=alt.Scale(domain=list(parts), range=[charts.GREY, charts.ACCENT])
            ),
            strokeDash=alt.StrokeDash(
                "case:N", title=None, scale=alt.Scale(domain=list(parts), range=[[4, 3], [1, 0]])
            ),
            tooltip=[
                alt.Tooltip("case:N", title="Case"),
                alt.Tooltip("active_shops:Q", title="Active shops"),
                alt.Tooltip("villages:Q", title="Villages"),
            ],
        )
    )
    return charts.finish(
        alt.layer(lines, data=data),
        f"Made for teaching: {below:,} villages just below the line, {above:,} just above it",
        "Invented villages by number of active shops, 70 to 130; the line of the rule is at 100",
        "models.villages, made for teaching: nobody has observed this",
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


def answer_card(key: str, typed: dict[str, str], places: dict[str, bool | None]) -> str:
    """The answer to a filled-in form as HTML, or what is wrong with an entry in words. Empty fields are not known."""
    import html

    from ..definition import InputError

    values: dict[str, Any] = {name: value for name, value in places.items() if value is not None}
    for name, text in typed.items():
        plain = text.replace(",", "").replace(" ", "")
        if plain:
            try:
                values[name] = float(plain) if "." in plain else int(plain)
            except ValueError:
                label = FIELDS[name][0]
                return (
                    f'<div role="status">{html.escape(label)}: {html.escape(text)!r} is not a number. Write it in digits, '
                    "such as 12000000 for 1,200 万 (twelve million), or leave it empty if it is not known.</div>"
                )
    wanted = set(definition(key).columns)
    try:
        answer = explain(key, {n: v for n, v in values.items() if n in wanted})
    except InputError as error:
        return f'<div role="status">{html.escape(str(error))}</div>'
    return f'<div role="status">{answer._repr_html_()}</div>'


def check_a_village() -> ipywidgets.VBox:
    """A form: fill in what is known of a village and read the answer. Its twin is ``taobaolab.definition.explain``."""
    import ipywidgets as widgets

    wide = {"style": {"description_width": "170px"}, "layout": {"width": "360px"}}
    village_keys = [
        k for k, level in zip(definitions()["key"], definitions()["level"], strict=True) if level == "village"
    ]
    key = widgets.Dropdown(options=sorted(village_keys), value=KEYS[0], description="Wording", **wide)
    typed = {
        n: widgets.Text(value=v, description=label, placeholder="not known", **wide) for n, (label, v) in FIELDS.items()
    }
    yes_no = [("yes", True), ("no", False), ("not known", None)]
    places = {
        n: widgets.Dropdown(options=yes_no, value=v, description=label, **wide) for n, (label, v) in PLACES.items()
    }
    card = widgets.HTML()

    def show(_: Any = None) -> None:
        card.value = answer_card(
            key.value, {n: w.value for n, w in typed.items()}, {n: w.value for n, w in places.items()}
        )

    controls = [key, *typed.values(), *places.values()]
    for control in controls:
        control.observe(show, "value")
    show()
    note = widgets.HTML("<small>After a restart of the kernel, run this cell again.</small>")
    return _with_fallback(widgets, [*controls, card, note], card.value)


def _with_fallback(widgets: Any, children: list[Any], page: str) -> ipywidgets.VBox:
    """A box of controls that, where no kernel runs, shows its first answer and says what to do."""

    class Form(widgets.VBox):
        def _repr_mimebundle_(self, **kwargs: Any) -> Any:
            bundle = super()._repr_mimebundle_(**kwargs)
            data = bundle[0] if isinstance(bundle, tuple) else bundle
            data["text/html"] = f"<p>This form needs a running kernel: run the cell above. Its first answer:</p>{page}"
            data["text/plain"] = "A form: run the cell to use it."
            return bundle

    return Form(children)
