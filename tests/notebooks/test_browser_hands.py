"""In a real browser, by keyboard: every explorer says what it says, word by word; letters typed in a control stay there."""

import re

import pytest

from taobaolab import datasets
from taobaolab.lessons import governance, sustainability
from tests.browser import (
    CELLS,
    CONTROLS,
    NAME,
    bring,
    choose,
    needs_chromium,
    open_notebook,
    pick,
    said,
    tick,
    unroll,
)

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install -e '.[test]'"
)
pytestmark = needs_chromium
LETTERS = [
    *"abcxvzyrkjhmq0123456",
    *(f"Shift+{key}" for key in "ABJKMLRZ"),
    "d",
    "d",
    "i",
    "i",
    "0",
    "0",
    "Delete",
]


@pytest.mark.parametrize(
    "book",
    [
        "notebooks/01_definition.ipynb",
        pytest.param("notebooks/04_governance.ipynb", marks=pytest.mark.full),
    ],
)
@pytest.mark.full
def test_a_letter_typed_in_a_control_is_no_command_of_jupyterlab(lab, page, book):
    """Lists, sliders, boxes and fields of charts and forms: as it comes, JupyterLab adds and deletes cells at a letter."""
    open_notebook(page, lab, book)
    unroll(page)
    cells = page.evaluate(CELLS)
    kinds = set()
    for control in page.locator(CONTROLS).element_handles():
        control.focus()
        for key in LETTERS:
            page.keyboard.press(key)
        assert control.evaluate("e => e === document.activeElement"), control.evaluate(NAME)
        kinds.add(control.evaluate("e => e.type"))
    assert {"select-one", "text"} <= kinds
    assert page.evaluate(CELLS) == cells
    assert page.locator(".jp-Dialog").count() == 0
    page.locator(".jp-Cell").first.focus()
    page.keyboard.press("b")
    assert len(page.evaluate(CELLS)) == len(cells) + 1, "outside outputs the commands stay"


def test_the_keys_that_jupyterlab_leaves_us_are_those_it_would_take(make):
    assert (make.ROOT / "jupyter" / "overrides.json").read_text(
        encoding="utf-8"
    ) == make.overrides(), "run: python tools/make.py shortcuts"


@pytest.mark.full
def test_the_year_of_the_map_is_chosen_by_keyboard(lab, page):
    open_notebook(page, lab, "notebooks/00_start_here.ipynb")
    bring(page, "county_map(")
    control = page.get_by_role("combobox", name="Year", exact=True)
    said = page.locator(
        ".jp-OutputArea svg.marks text",
        has_text=re.compile(r"\d{4}: [\d,]+ villages in \d+ counties"),
    )
    sync_api.expect(said).to_have_text("2016: 1,311 villages in 221 counties")
    control.focus()
    page.keyboard.press("ArrowUp")
    sync_api.expect(said).to_have_text("2015: 780 villages in 181 counties")
    page.keyboard.press("ArrowUp")
    sync_api.expect(said).to_have_text("2014: 212 villages in 80 counties")
    assert page.problems == []


@pytest.mark.full
def test_the_line_is_drawn_by_keyboard_and_needs_no_kernel(lab, page):
    open_notebook(page, lab, "notebooks/01_definition.ipynb")
    bring(page, "draw_the_line()")
    real = page.locator(".jp-OutputArea svg.marks text", has_text=re.compile("^Real records"))
    made = page.locator(".jp-OutputArea svg.marks text", has_text=re.compile("^Made up"))
    sync_api.expect(real).to_have_text("Real records: 15 of 20 met, 4 undetermined")
    before = made.text_content()
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    controls = page.locator(".vega-bindings")
    controls.get_by_role("combobox", name="Wording", exact=True).focus()
    page.keyboard.press("End")
    for name, key, times in (
        ("My own: shops", "ArrowLeft", 60),
        ("My own: % of households", "ArrowLeft", 5),
    ):
        controls.get_by_role("slider", name=name).focus()
        for _ in range(times):
            page.keyboard.press(key)
    sync_api.expect(controls.get_by_role("slider", name="My own: shops")).to_have_value("40")
    sync_api.expect(real).to_have_text("Real records: 19 of 20 met")
    assert made.text_content() != before
    controls.get_by_role("combobox", name="My own: which tests", exact=True).focus()
    page.keyboard.press("ArrowDown")
    sync_api.expect(real).to_have_text(
        re.compile(r"^Real records: \d+ of 20 met, \d+ undetermined")
    )
    page.keyboard.press("ArrowDown")
    sync_api.expect(real).to_have_text("Real records: 19 of 20 met")
    controls.get_by_role("checkbox", name="My own: exactly on the line counts").focus()
    page.keyboard.press("Space")
    sync_api.expect(real).to_have_text("Real records: 18 of 20 met")  # Bainiu had 40 shops in 2012
    assert page.problems == []
    assert page.outside == []


@pytest.mark.full
def test_the_form_is_filled_in_by_keyboard_and_tells_what_it_sees(lab, page):
    open_notebook(page, lab, "notebooks/01_definition.ipynb")
    bring(page, "check_a_village()")
    card = page.locator(".widget-html-content [role=status]")
    sync_api.expect(card).to_contain_text(": Met.")
    entry = page.get_by_label("Households", exact=True)
    entry.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("700")
    sync_api.expect(card).to_contain_text(": Not met.")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    sync_api.expect(card).to_contain_text(": Undetermined.")
    page.keyboard.type("many")
    sync_api.expect(card).to_contain_text("is not a number")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("550")
    sync_api.expect(card).to_contain_text(": Met.")
    pick(page, "Residents' committee", "yes")
    sync_api.expect(card).to_contain_text(": Not met.")
    pick(page, "Residents' committee", "no")
    for wording, label in (
        ("shan-luo-2017", "Registered shops"),
        ("planning-glossary-2019", "Trading households"),
    ):
        pick(page, "Wording", wording)
        sync_api.expect(card).to_contain_text(": Undetermined.")
        page.get_by_label(label, exact=True).focus()
        page.keyboard.type("40")
        sync_api.expect(card).to_contain_text(": Not met.")
        page.keyboard.type("0")
        sync_api.expect(card).to_contain_text(": Met.")
    for label in ("Wording", "Active shops", "Sales in RMB a year", "Administrative village"):
        assert page.get_by_label(label, exact=True).count() == 1, label
    assert page.locator('[title*="log entries"]').count() == 0
    assert page.problems == []


# ---- theme growth: three explorers by keyboard, without a kernel


@pytest.mark.full
def test_growth_fits_are_judged_by_keyboard_and_need_no_kernel(lab, page):
    open_notebook(page, lab, "notebooks/02_growth.ipynb")
    bring(page, "fit_and_be_judged(")
    sync_api.expect(said(page, "The years after are hidden")).to_be_visible()
    sync_api.expect(
        said(page, re.compile(r"^Exponential on 6 lists to 2016: [\d,]+ villages in June 2022"))
    ).to_be_visible()
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    controls = page.locator(".vega-bindings")
    controls.get_by_role("combobox", name="Curve", exact=True).focus()
    page.keyboard.press("End")
    sync_api.expect(said(page, re.compile("^Gompertz on 6 lists to 2016"))).to_be_visible()
    controls.get_by_role("combobox", name="Fit on the lists up to", exact=True).focus()
    page.keyboard.press("ArrowUp")
    sync_api.expect(said(page, re.compile("^Gompertz on 5 lists to 2015"))).to_be_visible()
    page.keyboard.press("ArrowDown")
    controls.get_by_role("combobox", name="Misses count as", exact=True).focus()
    page.keyboard.press("ArrowDown")
    sync_api.expect(said(page, "These points do not say where the curve ends")).to_be_visible()
    controls.get_by_role("combobox", name="Axis", exact=True).focus()
    page.keyboard.press("ArrowDown")
    sync_api.expect(said(page, "12,000")).to_be_visible()
    controls.get_by_role("spinbutton", name="My guess for 2022").focus()
    page.keyboard.type("5000")
    sync_api.expect(said(page, re.compile("^My guess: 5,000 villages$"))).to_be_visible()
    assert page.locator(".jp-OutputArea svg.marks text", has_text="Counted: 7,780").count() == 0
    controls.get_by_role("checkbox", name="Show the years after").focus()
    page.keyboard.press("Space")
    sync_api.expect(
        said(page, re.compile(r"^Counted: 7,780\. The curve is [\d,]+ too high"))
    ).to_be_visible()
    sync_api.expect(
        said(page, "My guess: 5,000 villages, 2,780 too low (36% of the count)")
    ).to_be_visible()
    assert page.problems == []
    assert page.outside == []


@pytest.mark.full
def test_growth_the_south_of_the_map_is_drawn_by_keyboard(lab, page):
    open_notebook(page, lab, "notebooks/02_growth.ipynb")
    bring(page, "explorer.where()")
    sync_api.expect(said(page, "75% of the villages south of 33.0° north")).to_be_visible()
    controls = page.locator(".vega-bindings")
    controls.get_by_role("slider", name="South begins below latitude").focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    sync_api.expect(said(page, "57% of the villages south of 30.0° north")).to_be_visible()
    controls.get_by_role("combobox", name="Year", exact=True).focus()
    page.keyboard.press("Home")
    sync_api.expect(said(page, "2014: 212 villages in 80 counties")).to_be_visible()
    sync_api.expect(said(page, "58% of the villages south of 30.0° north")).to_be_visible()
    sync_api.expect(said(page, "Gini over the 80 counties on the list 0.42")).to_be_visible()
    assert page.problems == []
    assert page.outside == []


@pytest.mark.full
def test_growth_lists_are_compared_by_keyboard(lab, page):
    open_notebook(page, lab, "notebooks/02_growth.ipynb")
    bring(page, "stay_leave_enter()")
    sync_api.expect(
        said(page, "Of 779 villages listed in 2015, 31 (4.0%) are not found")
    ).to_be_visible()
    controls = page.locator(".vega-bindings")
    controls.get_by_role("combobox", name="Names are the same", exact=True).focus()
    page.keyboard.press("End")
    sync_api.expect(
        said(page, "Of 780 villages listed in 2015, 53 (6.8%) are not found")
    ).to_be_visible()
    controls.get_by_role("combobox", name="Places", exact=True).focus()
    page.keyboard.press("ArrowDown")
    sync_api.expect(said(page, "Nanxun")).to_be_visible()
    controls.get_by_role("combobox", name="Lists of", exact=True).focus()
    page.keyboard.press("ArrowUp")
    sync_api.expect(said(page, "Not counted for these two lists")).to_be_visible()
    page.keyboard.press("ArrowUp")
    sync_api.expect(
        said(page, "Of 212 villages listed in 2014, 4 (1.9%) are not found")
    ).to_be_visible()
    assert page.problems == []
    assert page.outside == []


# ---- theme governance: timeline, ties and positions by keyboard, without a kernel


@pytest.mark.full
def test_governance_the_timeline_is_filtered_and_read_by_keyboard(lab, page):
    open_notebook(page, lab, "notebooks/04_governance.ipynb")
    bring(page, "explorer.timeline()")
    sync_api.expect(said(page, "Shown: 59 of 59 acts")).to_be_visible()
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    cells = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length")
    controls = page.locator(".vega-bindings")
    controls.get_by_role("textbox", name="Actor's name contains").focus()
    page.keyboard.type("alibaba")
    sync_api.expect(said(page, "Shown: 5 of 59 acts")).to_be_visible()
    choose(page, "Level", "company")
    sync_api.expect(said(page, "Shown: 3 of 59 acts")).to_be_visible()
    choose(page, "Means", "logistics")
    sync_api.expect(said(page, "Shown: 1 of 59 acts")).to_be_visible()
    controls.get_by_role("combobox", name="Read one act", exact=True).focus()
    page.keyboard.press("End")
    sync_api.expect(
        said(page, "releases a three-year action plan for commerce in the counties")
    ).to_be_visible()
    assert (
        page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length") == cells
    )
    assert page.problems == []
    assert page.outside == []


@pytest.mark.full
def test_governance_an_actor_is_taken_out_by_keyboard(lab, page):
    open_notebook(page, lab, "notebooks/04_governance.ipynb")
    bring(page, "who_gives_what_to_whom()")
    sync_api.expect(said(page, "Drawn: 24 of 24 relations")).to_be_visible()
    sync_api.expect(said(page, "Nobody is taken out.")).to_be_visible()
    controls = page.locator(".vega-bindings")
    choose(page, "Draw the ties of", "Alibaba")
    sync_api.expect(
        said(page, "Drawn: 9 of 24 relations. Blue: from Alibaba. Orange: to Alibaba")
    ).to_be_visible()
    choose(page, "Draw the means", "regulation")
    sync_api.expect(said(page, "Drawn: 2 of 24 relations")).to_be_visible()
    choose(page, "Draw the means", "any")
    choose(page, "Draw the ties of", "any")
    choose(page, "Take out", "county")
    sync_api.expect(said(page, "Without county government: 2 of 24 relations gone")).to_be_visible()
    sync_api.expect(said(page, "central government (cut off)")).to_be_visible()
    choose(page, "Take out", "nobody")
    asked = page.locator(
        ".jp-OutputArea svg.marks text", has_text="Pairs of others that an actor stands between"
    )
    assert asked.count() == 0
    controls.get_by_role("checkbox", name="Show who stands between others").focus()
    page.keyboard.press("Space")
    sync_api.expect(asked).to_contain_text(": associations 6, sellers 4")
    controls.get_by_role("checkbox", name="Leave out what is known only through Li (2017)").focus()
    page.keyboard.press("Space")
    sync_api.expect(asked).to_contain_text(": Alibaba 4, villagers 3")
    assert page.problems == []
    assert page.outside == []


@pytest.mark.full
def test_governance_a_claim_is_weighed_by_keyboard(lab, page):
    positions = datasets.load("positions")

    def expect(driver, effect, rows=positions):
        """What the line beneath the grid says is what the twin in Python counts."""
        near = governance.nearest(driver, effect, rows)
        same = near[near["steps"] == 0]
        read = (same["read"] != "through_li_2017").sum()
        line = f"{len(near)}. Same as your claim: {len(same)}, read by us: {read}."
        sync_api.expect(counted).to_contain_text(line)

    open_notebook(page, lab, "notebooks/04_governance.ipynb")
    bring(page, "weigh_the_positions()")
    counted = said(page, "Counted, with both answers:")
    expect("state", "gain")
    controls = page.locator(".vega-bindings")
    controls.get_by_role("combobox", name="My claim: what comes of it", exact=True).focus()
    page.keyboard.press("End")
    expect("state", "loss")
    controls.get_by_role("combobox", name="Count only what is known", exact=True).focus()
    page.keyboard.press("ArrowDown")
    by_us = positions[positions["read"] != "through_li_2017"]
    expect("state", "loss", by_us)
    controls.get_by_role("combobox", name="My claim: who moves things", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect("several", "loss", by_us)
    controls.get_by_role("textbox", name="Count only cases that contain").focus()
    page.keyboard.type("cao county")
    of_cao = by_us[by_us["case"].str.contains("Cao County", na=False)]
    assert 0 < len(of_cao) < len(by_us)
    expect("several", "loss", of_cao)
    choose(page, "Count only the method", "case study")
    assert not (of_cao["method"] == "case study").any()
    expect("several", "loss", of_cao[of_cao["method"] == "case study"])
    assert page.problems == []
    assert page.outside == []


# ---- theme sustainability: market, balance and lists by keyboard, without a kernel


@pytest.mark.full
def test_sustainability_the_market_is_turned_by_keyboard_and_needs_no_kernel(lab, page):
    open_notebook(page, lab, "notebooks/05_sustainability.ipynb")
    bring(page, "village_market()")
    sync_api.expect(said(page, re.compile(r"^Year 10: RMB 40,000 a seller$"))).to_be_visible()
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    for control, option, parameter in (
        ("Platform fee", "20% of the price", {"fee": 0.2}),
        ("Likeness of the goods", "0.95", {"likeness": 0.95}),
        ("Imitation", "0.05", {"imitation": 0.05}),
        ("Rent", "RMB 60,000 a year if all sell", {"rent": 60_000}),
    ):
        choose(page, control, option)
        end = sustainability.market(**parameter).iloc[-1]
        profit = f"Year 10: RMB {round(end.profit_per_seller, -2):,.0f} a seller"
        sync_api.expect(said(page, re.compile(f"^{profit}$"))).to_be_visible()
        sync_api.expect(
            said(page, f"Year 10: {end.sellers:,} sellers. Village sales: RMB ")
        ).to_be_visible()
        usual = page.locator(".vega-bindings").get_by_role("combobox", name=control, exact=True)
        labels = usual.locator("option").all_text_contents()
        choose(page, control, next(label for label in labels if label.endswith("(usual)")))
    sync_api.expect(said(page, re.compile(r"^Year 10: RMB 40,000 a seller$"))).to_be_visible()
    assert page.problems == []
    assert page.outside == []


@pytest.mark.full
def test_sustainability_the_balance_is_set_by_keyboard(lab, page):
    open_notebook(page, lab, "notebooks/05_sustainability.ipynb")
    bring(page, "the_balance()")
    sync_api.expect(said(page, "No verdict differs from that at equal weights")).to_be_visible()
    sync_api.expect(said(page, "What any weights can do is hidden")).to_be_visible()
    controls = page.locator(".vega-bindings")
    turns = {
        "Experiment": 2,
        "Panel": 1,
        "Survey": -1,
        "Count": 2,
        "Case or press": 1,
        "Statement or review": -1,
    }
    for name, steps in turns.items():
        controls.get_by_role("slider", name=f"{name} weighs").focus()
        for _ in range(abs(steps)):
            page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")
    choose(page, "Evidence from a few places counts", "half as much")
    choose(page, "Evidence from beyond Taobao villages counts", "half as much")
    groups = ("experiment", "panel", "survey", "count", "case", "account")
    methods = {group: 1 + steps for group, steps in zip(groups, turns.values(), strict=True)}
    scopes = dict.fromkeys(("few_places", "rural_taobao", "wider"), 0.5)
    counts = sustainability.weigh(
        datasets.load("critiques"), methods, scopes
    ).verdict.value_counts()
    words = ", ".join(f"{counts.get(word, 0)} {word}" for word in ("supported", "opposed", "open"))
    sync_api.expect(said(page, f"With these weights: {words}")).to_be_visible()
    controls.get_by_role("checkbox", name="Show what any weights can do").focus()
    page.keyboard.press("Space")
    sync_api.expect(
        said(page, re.compile(r"^\d+ of 13 verdicts hold under any weights"))
    ).to_be_visible()
    assert page.problems == []
    assert page.outside == []


@pytest.mark.full
def test_sustainability_lists_are_seen_from_both_ends_by_keyboard(lab, page):
    open_notebook(page, lab, "notebooks/05_sustainability.ipynb")
    bring(page, "stay_or_leave()")
    sync_api.expect(
        said(page, "Of 1,311 on the list of 2016, 205 were on that of 2014. Gone: none")
    ).to_be_visible()
    choose(page, "Look", "forward from the earlier list")
    sync_api.expect(
        said(page, "Of 212 on the list of 2014, 7 (3.3%) are gone from that of 2016")
    ).to_be_visible()
    choose(page, "Lists of", "2015 and 2016")
    sync_api.expect(
        said(page, "Of 779 on the list of 2015, 31 (4.0%) are gone from that of 2016")
    ).to_be_visible()
    choose(page, "Place", "Yiwu, with Qingyanliu")
    sync_api.expect(
        said(page, "Of 37 on the list of 2015, none is gone from that of 2016")
    ).to_be_visible()
    told = page.locator(
        ".jp-OutputArea svg.marks text", has_text="Small shops fail and landlords raise rents"
    )
    assert told.count() == 0
    page.locator(".vega-bindings").get_by_role(
        "checkbox", name="Show what is told of villages and sellers"
    ).focus()
    page.keyboard.press("Space")
    sync_api.expect(told).to_be_visible()
    assert page.problems == []
    assert page.outside == []


# ---- theme dangji: two forms and a trail, by keyboard


@pytest.mark.full
def test_dangji_a_turn_is_decided_by_keyboard_before_it_is_told(lab, page):
    open_notebook(page, lab, "notebooks/03_dangji.ipynb")
    bring(page, "timeline_you_decide()")
    told = page.locator(".widget-html-content [role=status]", has_text="What is known")
    sync_api.expect(told).to_contain_text("2009. You are a family in Dinglou.")
    tick(page, "Commit to this choice")
    sync_api.expect(told).to_contain_text("Choose A, B, C or D first.")
    tick(page, "Commit to this choice")
    pick(page, "Your choice", "B: ")
    sync_api.expect(told).not_to_contain_text("What happened")
    tick(page, "Commit to this choice")
    sync_api.expect(told).to_contain_text(
        "Dinglou has 14 shops at the end of 2010, and more than 100 in 2011."
    )
    sync_api.expect(page.get_by_label("Your choice", exact=True)).to_be_disabled()
    pick(page, "Turn", "2013")
    sync_api.expect(told).to_contain_text("2013. You are the new party secretary of the town.")
    sync_api.expect(told).not_to_contain_text("What happened")
    sync_api.expect(page.get_by_label("Commit to this choice", exact=True)).not_to_be_checked()
    pick(page, "Your choice", "D: letters")
    tick(page, "Commit to this choice")
    sync_api.expect(told).to_contain_text("You chose D: letters that call home those who left.")
    pick(page, "Turn", "2009")
    sync_api.expect(told).to_contain_text("You chose B:")
    assert page.locator('[title*="log entries"]').count() == 0
    assert page.problems == []
    assert page.outside == []


@pytest.mark.full
def test_dangji_two_claims_are_weighed_by_keyboard_before_the_ledger_speaks(lab, page):
    open_notebook(page, lab, "notebooks/03_dangji.ipynb")
    bring(page, "detectives_desk()")
    told = page.locator(".widget-html-content [role=status]", has_text="Together they give")
    sync_api.expect(told).to_contain_text("1,800,000,000 / 45,000 = 40,000 yuan for each person")
    pick(page, "First claim", "households trading on Taobao")
    pick(page, "Second claim", "all households of the village")
    sync_api.expect(told).to_contain_text("280 / 30 = 9.33 times as much")
    tick(page, "Ask the ledger")
    sync_api.expect(told).to_contain_text("Choose your verdict first.")
    sync_api.expect(told).not_to_contain_text("check-03")
    tick(page, "Ask the ledger")
    pick(page, "Your verdict", "they cannot both be right")
    tick(page, "Ask the ledger")
    sync_api.expect(told).to_contain_text("You agree.")
    sync_api.expect(told).to_contain_text("check-03")
    pick(page, "Second claim", "costume sales: ")
    sync_api.expect(told).not_to_contain_text("check-03")
    assert page.locator('[title*="log entries"]').count() == 0
    assert page.problems == []


@pytest.mark.full
def test_dangji_a_number_is_followed_by_keyboard_and_needs_no_kernel(lab, page):
    open_notebook(page, lab, "notebooks/03_dangji.ipynb")
    bring(page, "trail_of_a_number()")
    sync_api.expect(
        said(page, "The slipped decimal point: 4 texts; the figure changed on 2 of 2 ways")
    ).to_be_visible()
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    choose(page, "Figure", "6,300 people")
    sync_api.expect(said(page, "student paper, 2025: 6,300 people")).to_be_visible()
    sync_api.expect(said(page, "place: Daji and Cao County became Daji")).to_be_visible()
    choose(page, "Figure", "Seventy percent")
    sync_api.expect(said(page, "China Daily, 2023: 70%")).to_be_visible()
    bring(page, "sales_by_measure()")
    choose(page, "Join", "nothing")
    lines = page.locator(".jp-OutputArea svg.marks .mark-line path")
    sync_api.expect(lines).to_have_count(0)
    choose(page, "Join", "all points")
    sync_api.expect(lines).to_have_count(1)
    assert page.problems == []
    assert page.outside == []
