"""Tables of pandas in a notebook: the words of pandas, with heads that a screen reader can use."""

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from taobaolab import display

TWO = pd.MultiIndex.from_tuples([("p", "q"), ("p", "r"), ("", "<th></th>")], names=["i", None])
REACHED = '<div role="group" aria-label="Wide table" tabindex="0">'
FRAMES = {
    "plain": pd.DataFrame({"year": [2009, 2012], "<th></th>": ["<th>", "a & b"]}),
    "named index": pd.DataFrame({"villages": [3]}, index=pd.Index([2009], name="year")),
    "named columns": pd.DataFrame({"villages": [3]}).rename_axis(columns="lists"),
    "heads over heads": pd.DataFrame(
        np.arange(6).reshape(3, 2),
        index=TWO,
        columns=pd.MultiIndex.from_product([["a"], ["", "c"]]),
    ),
    "no row": pd.DataFrame(columns=["villages"]),
    "nothing": pd.DataFrame(),
    "too long": pd.DataFrame({"n": range(100)}),
    "too wide": pd.DataFrame([range(50)]),
}


@pytest.fixture(params=FRAMES)
def frame(request):
    return FRAMES[request.param]


def test_no_head_is_empty_and_every_head_has_a_scope_that_fits(frame):
    page = display.page(frame)
    assert not re.search(r"<th[^>]*>\s*</th>", page)
    above, below = page.split("<tbody>")
    for part, scope in ((above, "col"), (below, "row")):
        for head in re.findall(r"<th\b[^>]*>", part):
            assert f'scope="{scope}{"group" if f"{scope}span" in head else ""}"' in head
            assert head.count("scope=") == 1


def test_all_else_is_as_pandas_writes_it(frame):
    def plain(page):
        return re.sub(r"(</?)t[hd]\b", r"\1cell", re.sub(r' scope="\w+"', "", page))

    page = display.page(frame).replace(REACHED, "<div>")
    assert plain(page) == plain(frame._repr_html_())
    assert display.page(frame) == display.page(frame.copy())


def test_what_a_table_holds_is_never_taken_for_a_head():
    assert "&lt;th&gt;&lt;/th&gt;" in display.page(FRAMES["plain"])
    assert "<td>&lt;th&gt;</td>" in display.page(FRAMES["plain"])


def test_rows_are_left_out_as_pandas_does():
    assert "100 rows" in display.page(FRAMES["too long"])
    with pd.option_context("display.max_rows", 200):
        assert "<td>50</td>" in display.page(FRAMES["too long"])
    with pd.option_context("display.notebook_repr_html", False):
        assert display.page(FRAMES["plain"]) is None


def test_only_a_wide_table_is_a_stop_of_the_tab_key():
    def wide(letters, columns):
        return pd.DataFrame({f"{n:02}" + "x" * (letters - 2): [n] for n in range(columns)})

    assert REACHED in display.page(FRAMES["too wide"])
    assert REACHED in display.page(wide(10, 9))
    assert "tabindex" not in display.page(wide(10, 8))
    assert "tabindex" not in display.page(pd.DataFrame({"said": ["many short words " * 40]}))


def test_one_line_switches_it_on_in_a_notebook_and_does_nothing_elsewhere():
    def shown(before):
        code = (
            "from IPython.core.interactiveshell import InteractiveShell; import pandas as pd\n"
            f"shell = InteractiveShell.instance(); {before}\n"
            "print(shell.display_formatter.format(pd.DataFrame({'n': [1]}))[0]['text/html'])"
        )
        return subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout

    assert "<th></th>" in shown("from taobaolab import charts")
    assert "<td></td>" in shown("from taobaolab import charts; charts.setup()")
    outside = (
        "from taobaolab import charts; charts.setup(); import sys; print('IPython' in sys.modules)"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", outside], capture_output=True, text=True, check=True
        ).stderr
        == ""
    )
