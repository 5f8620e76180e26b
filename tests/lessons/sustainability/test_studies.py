"""The studies side by side: the picture says what the table says."""

import pytest

from taobaolab import charts, datasets
from taobaolab.lessons import sustainability

STUDIES = datasets.load("studies")


def test_the_finding_counts_the_studies_of_the_question():
    title = sustainability.studies_side_by_side().to_dict()["title"]["text"]
    assert title == "Of 8 studies on income, 5 find a rise, 2 see no change, 1 finds a fall"
    fewer = STUDIES[STUDIES.id.isin(["S01", "S05"])]
    title = sustainability.studies_side_by_side(fewer).to_dict()["title"]["text"]
    assert title == "Of 2 studies on income, 1 sees no change, 1 finds a fall"


def test_the_table_beside_it_has_what_each_study_can_and_cannot_say():
    table = charts.table(sustainability.studies_side_by_side())
    income = STUDIES[STUDIES.question == "income"]
    assert set(table["Cannot say"]) == set(income.cannot_say)
    assert set(table["Source"]) == set(income.source)
    assert table.loc[table.Source == "LXT25", ["Found", "Size"]].values.tolist() == [
        ["falls", "-5.3 percent"]
    ]
    assert table.loc[table.Source == "LHB21", "Size"].item() == ""


def test_villages_of_sellers_stand_first_and_other_questions_can_be_asked():
    table = charts.table(sustainability.studies_side_by_side())
    assert table.About.head(4).eq("villages of sellers").all()
    assert not table.About.tail(4).eq("villages of sellers").any()
    title = sustainability.studies_side_by_side(question="environment").to_dict()["title"]["text"]
    assert title == "Of 2 studies on environment, 2 find a fall"
    with pytest.raises(ValueError, match="There are: consumption, environment, income"):
        sustainability.studies_side_by_side(question="happiness")
