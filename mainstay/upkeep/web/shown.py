"""What pages show of an inventory."""

from collections.abc import Iterable
from dataclasses import dataclass

from mainstay.upkeep.facts import Component
from mainstay.upkeep.models import InventorySource
from mainstay.upkeep.queries import SourceView

PAGE_MAX = 2_000
"""Components on one page; a website of more has most of them from its framework."""


@dataclass(frozen=True)
class Row:
    """A component as a source said it; `is_known`: the source is not silent for too long."""

    component: Component
    source: InventorySource
    is_known: bool


def rows(views: Iterable[SourceView], words: str) -> tuple[list[Row], int]:
    """The components of all sources with `words` in their names, by name, as far as a page goes; and how many."""
    wanted = words.strip().lower()
    found = [
        Row(each, view.source, view.is_known)
        for view in views
        if view.snapshot is not None
        for each in view.snapshot.read
        if wanted in each.name.lower()
    ]
    found.sort(key=lambda row: (row.component.name.lower(), row.component.ecosystem))
    return found[:PAGE_MAX], len(found)
