"""The judge's memory written to its row."""

from datetime import datetime
from typing import Any

from mainstay.watch.models import Standing
from mainstay.watch.queries.memory import PLAIN_FIELDS, remembered
from mainstay.watch.rules.memory import Memory, View

__all__ = ["put", "remembered", "save"]

LATEST_FIELDS = ("state", "code", "detail", "total_us", "cert_not_after", "address")


def put(memory: Memory, standing: Standing) -> None:
    """Set the memory's fields on the row, which is not saved."""
    for name in PLAIN_FIELDS:
        setattr(standing, name, getattr(memory, name))
    standing.views = [_written(view) for view in memory.views] or None


def save(standings: list[Standing]) -> None:
    """Write the rows, new and known ones alike, in one statement."""
    Standing.objects.bulk_create(
        standings,
        update_conflicts=True,
        unique_fields=["monitor"],
        update_fields=[*PLAIN_FIELDS, "views", *LATEST_FIELDS],
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
        "slow_since": _said(view.slow_since),
        "pace_doubted_at": _said(view.pace_doubted_at),
    }


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
