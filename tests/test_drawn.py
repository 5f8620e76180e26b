"""The two ways to look at a chart show the same."""

import pytest

from taobaolab import charts
from taobaolab.lessons import dangji, governance
from tests import drawn
from tests.browser import needs_chromium

LOOKS = [
    {},
    {"level_shown": "central"},
    {"means_shown": "finance", "actor_shown": "commerce"},
    {"act_read": "G17"},
    {},
]


@pytest.fixture(scope="module")
def timeline():
    charts.setup()
    return governance.timeline().to_dict()


@needs_chromium
def test_a_chart_that_stays_alive_writes_what_a_fresh_one_writes(timeline):
    for values in LOOKS:
        fresh = drawn.lines(drawn.compiled_svg(timeline, values_of_all(timeline, values)))
        assert drawn.texts(timeline, **values) == fresh


@needs_chromium
def test_a_chart_is_compiled_once_and_another_one_apart(timeline):
    drawn.texts(timeline)
    before = len(drawn.live_charts().numbers)
    looks = [drawn.texts(timeline, **values) for values in LOOKS]
    assert len(drawn.live_charts().numbers) == before
    assert looks[0] == looks[-1] != looks[1]
    another = drawn.texts(dangji.on_the_lists().to_dict())
    assert len(drawn.live_charts().numbers) == before + 1
    assert another == drawn.lines(drawn.compiled_svg(dangji.on_the_lists().to_dict(), {}))


def values_of_all(spec, values):
    """What each parameter with a value stands at."""
    given = {one["name"]: one["value"] for one in spec["params"] if "value" in one}
    return given | values
