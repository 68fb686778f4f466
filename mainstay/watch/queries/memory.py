"""The judge's memory as it is read from its row."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from mainstay.watch.models import Standing
from mainstay.watch.rules.memory import Memory, View

PLAIN_FIELDS = tuple(each.name for each in fields(Memory) if each.name != "views")


def remembered(standing: Standing | None) -> Memory:
    """What the judge remembers of a monitor; nothing when it was never looked at."""
    if standing is None:
        return Memory()
    plain = {name: getattr(standing, name) for name in PLAIN_FIELDS}
    return Memory(**plain, views=tuple(map(_read, standing.views or ())))


def _read(kept: dict[str, Any]) -> View:
    names = ("seen_at", "vouched_until", "slow_since", "pace_doubted_at")
    instants = {name: datetime.fromisoformat(kept[name]) for name in names if kept.get(name)}
    return View(**{**kept, **instants, "bads": tuple(map(datetime.fromisoformat, kept["bads"]))})
