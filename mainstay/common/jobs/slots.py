"""Tasks that run by the clock: one job a slot, over all workers; of missed slots the latest only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from mainstay.common.backoff import Backoff
from mainstay.common.jobs.lanes import checked
from mainstay.common.jobs.tasks import Task, register
from mainstay.common.models.periodic_slot import PeriodicSlot

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_ATTEMPTS = 3
KEY = "periodic"


@dataclass(frozen=True)
class Periodic:
    """A task and how often it runs."""

    task: Task
    every: timedelta

    def slot(self, at: datetime) -> datetime:
        """The beginning of the slot that `at` lies in; slots are counted from 1970 in UTC."""
        return at - (at - EPOCH) % self.every


_by_queue: dict[str, dict[str, Periodic]] = {}


def periodic(*, every: timedelta, queue: str, max_attempts: int = MAX_ATTEMPTS) -> Callable[[Callable[..., Any]], Task]:
    """Declare a task that runs once in each slot of length `every`. While one run is waiting, no other is made."""
    checked(queue)
    backoff = Backoff(first=min(timedelta(seconds=5), every), longest=every)

    def declare(function: Callable[..., Any]) -> Task:
        declared = register(Task(function=function, queue=queue, max_attempts=max_attempts, backoff=backoff))
        _by_queue.setdefault(queue, {})[declared.name] = Periodic(declared, every)
        return declared

    return declare


def enqueue_slots(queue: str, at: datetime, seen: dict[str, datetime] | None = None) -> int:
    """Make the jobs of the slots that `at` lies in, where no worker has yet. Returns how many.

    `seen` is the caller's memory of slots that were dealt with, so that a worker asks once a slot.
    """
    memory: dict[str, datetime] = {} if seen is None else seen
    return sum(_enqueue(each, each.slot(at), memory) for each in _by_queue.get(queue, {}).values())


def _enqueue(each: Periodic, slot_at: datetime, seen: dict[str, datetime]) -> bool:
    name = each.task.name
    if seen.get(name) == slot_at:
        return False
    with transaction.atomic():
        won = move_on(name, slot_at)
        if won:
            each.task.using(key=KEY).enqueue()
    seen[name] = slot_at
    return won


def move_on(name: str, slot_at: datetime) -> bool:
    """Move what is called `name` on to `slot_at`; exactly one of all workers succeeds."""
    slots = PeriodicSlot.objects.filter(task=name)
    if slots.filter(slot_at__lt=slot_at).update(slot_at=slot_at):
        return True
    if slots.exists():
        return False
    try:
        with transaction.atomic():
            PeriodicSlot.objects.create(task=name, slot_at=slot_at)
    except IntegrityError:
        return False
    return True
