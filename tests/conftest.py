"""What the tests put away when they are done."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def charts_put_away():
    """The browser in which charts are drawn ends with the tests."""
    yield
    from tests import drawn

    drawn.close()
