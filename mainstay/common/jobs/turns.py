"""The latest turn of each lane, over all workers: a lane that hangs, or is not there, leaves its own behind."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mainstay.common.jobs.slots import EPOCH, move_on
from mainstay.common.models.periodic_slot import PeriodicSlot

PREFIX = "lane:"
NOTED_EVERY = timedelta(seconds=20)
"""A lane turns more than twice a second; so often it is written down."""


def note_turn(lane: str, began_at: datetime, noted: dict[str, datetime]) -> None:
    """Note that a turn of `lane` which began then has ended. `noted` is the caller's memory of what is on record."""
    slot_at = began_at - (began_at - EPOCH) % NOTED_EVERY
    if noted.get(lane) != slot_at:
        move_on(_name(lane), slot_at)
        noted[lane] = slot_at


def lanes_without_turns(lanes: Iterable[str], since: datetime) -> list[str]:
    """Those of `lanes` of which no worker has ended a turn that began since then."""
    latest = PeriodicSlot.objects.filter(slot_at__gte=since).values_list("task", flat=True)
    turning = set(latest.filter(task__startswith=PREFIX))
    return [lane for lane in lanes if _name(lane) not in turning]


def _name(lane: str) -> str:
    return f"{PREFIX}{lane}"
