"""Products of endoflife.date: a list of cycles, the file named as the product: https://endoflife.date/docs/api."""

from datetime import date
from typing import Any

from mainstay.upkeep.feeds.files import Document
from mainstay.upkeep.feeds.reading import rows, text
from mainstay.upkeep.rules.lifecycle import Cycle


def knows(document: Document) -> bool:
    """Whether it is a list of cycles."""
    value = document.value
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and {"cycle", "eol"} <= set(value[0])


def read(document: Document) -> tuple[str, tuple[Cycle, ...]]:
    """The product's name, and its cycles."""
    product = document.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return product, tuple(_cycle(each) for each in rows(document.value) if text(each.get("cycle")))


def _cycle(said: dict[str, Any]) -> Cycle:
    end = said.get("eol")
    return Cycle(name=text(said["cycle"]), ends_on=_day(end), has_ended=end is True, latest=text(said.get("latest")))


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
