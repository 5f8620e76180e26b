"""The first page: the ways in for readers, teachers and data users, and all that there is, in order."""

from __future__ import annotations

from collections.abc import Mapping

from frame import TEMPLATES, Page, Part


def front(parts: Mapping[str, Part], pages: Mapping[str, list[Page]]) -> Page:
    """The first page of the site, from what the other parts have."""
    listed = [(part, pages[key]) for key, part in parts.items() if part.listed and pages[key]]
    return Page(
        path="index.html",
        title="Taobao villages",
        body=TEMPLATES.get_template("front.html").render(listed=listed),
        summary="An open teaching collection on China's Taobao villages: lessons, exercises, documented data.",
    )
