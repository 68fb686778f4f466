"""What became of one clock, as far as it is known at an instant. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """A clock was met, was missed, still runs (or stands), or was cancelled because nothing was owed any more."""

    MET = "met"
    MISSED = "missed"
    RUNNING = "running"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class ClockTimes:
    """A clock's instants. `due_at` is `None` while it is paused."""

    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None


def outcome(clock: ClockTimes, at: datetime) -> tuple[Outcome, datetime]:
    """What became of `clock` by `at`, and the instant at which that was decided.

    It was missed at the moment it fell due, however much later it was stopped; a running one is decided at `at`.
    """
    stopped = clock.stopped_at if clock.stopped_at is not None and clock.stopped_at <= at else None
    if clock.due_at is not None and clock.due_at < (stopped or at):
        return Outcome.MISSED, clock.due_at
    return (Outcome.RUNNING, at) if stopped is None else (Outcome.MET, stopped)
