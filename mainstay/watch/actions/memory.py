"""The judge's memory as a row, and back."""

from dataclasses import fields

from mainstay.watch.models import Standing
from mainstay.watch.rules.judge import Memory

MEMORY_FIELDS = tuple(each.name for each in fields(Memory))
LATEST_FIELDS = ("state", "code", "detail", "total_us", "cert_not_after", "address")


def remembered(standing: Standing | None) -> Memory:
    """What the judge remembers of a monitor; nothing when it was never looked at."""
    if standing is None:
        return Memory()
    return Memory(**{name: getattr(standing, name) for name in MEMORY_FIELDS})


def put(memory: Memory, standing: Standing) -> None:
    """Set the memory's fields on the row, which is not saved."""
    for name in MEMORY_FIELDS:
        setattr(standing, name, getattr(memory, name))


def save(standings: list[Standing]) -> None:
    """Write the rows, new and known ones alike, in one statement."""
    Standing.objects.bulk_create(
        standings,
        update_conflicts=True,
        unique_fields=["monitor"],
        update_fields=[*MEMORY_FIELDS, *LATEST_FIELDS],
    )
