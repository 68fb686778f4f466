"""What pages show of an inventory."""

from collections.abc import Iterable
from typing import Any

from mainstay.upkeep.queries import SourceView

PAGE_MAX = 2_000
"""Components on one page; a website of more has most of them from its framework."""


def rows(views: Iterable[SourceView], words: str) -> tuple[list[dict[str, Any]], int]:
    """The components of all sources with `words` in their names, by name, as far as a page goes; and how many."""
    wanted = words.strip().lower()
    found = [
        {"component": each, "source": view.source, "is_known": view.is_known}
        for view in views
        if view.snapshot is not None
        for each in view.snapshot.read
        if wanted in each.name.lower()
    ]
    found.sort(key=lambda row: (row["component"].name.lower(), row["component"].ecosystem))
    return found[:PAGE_MAX], len(found)
