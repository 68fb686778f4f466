"""The judge's memory as a row, and back."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from mainstay.watch.models import Standing
from mainstay.watch.rules.memory import Memory, View

MEMORY_FIELDS = tuple(each.name for each in fields(Memory))
PLAIN_FIELDS = tuple(name for name in MEMORY_FIELDS if name != "views")
LATEST_FIELDS = ("state", "code", "detail", "total_us", "cert_not_after", "address")


def remembered(standing: Standing | None) -> Memory:
    """What the judge remembers of a monitor; nothing when it was never looked at."""
    if standing is None:
        return Memory()
    plain = {name: getattr(standing, name) for name in PLAIN_FIELDS}
    return Memory(**plain, views=tuple(map(_read, standing.views)))


def put(memory: Memory, standing: Standing) -> None:
    """Set the memory's fields on the row, which is not saved."""
    for name in PLAIN_FIELDS:
        setattr(standing, name, getattr(memory, name))
    standing.views = [_written(view) for view in memory.views]


def save(standings: list[Standing]) -> None:
    """Write the rows, new and known ones alike, in one statement."""
    Standing.objects.bulk_create(
        standings,
        update_conflicts=True,
        unique_fields=["monitor"],
        update_fields=[*MEMORY_FIELDS, *LATEST_FIELDS],
    )


def _written(view: View) -> dict[str, Any]:
    """A view as JSON keeps it."""
    return {
        "place": view.place,
        "seen_at": view.seen_at.isoformat(),
        "vouched_until": view.vouched_until.isoformat(),
        "bad_count": view.bad_count,
        "bads": [at.isoformat() for at in view.bads],
        "code": view.code,
        "detail": view.detail,
    }


def _read(kept: dict[str, Any]) -> View:
    instants = {name: datetime.fromisoformat(kept[name]) for name in ("seen_at", "vouched_until")}
    return View(**{**kept, **instants, "bads": tuple(map(datetime.fromisoformat, kept["bads"]))})
