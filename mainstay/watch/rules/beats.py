"""When a task is due to report, from what it said last. Pure.

A task that reports its end is due again an interval and a grace later. One that reports its beginning is due when its
longest run is over; a second beginning does not put that off. One that is overdue is looked at again each interval, so
that the time stays known to be down.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from mainstay.watch.codes import Code
from mainstay.watch.facts import Signal

INTERVAL_S_MAX = 35 * 86_400
"""A task that runs once a month, and a few days more."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a task runs, how late it may be, and how long a run may take."""

    interval: timedelta
    grace: timedelta
    run_max: timedelta

    @property
    def allowance(self) -> timedelta:
        """How long one report speaks for the time after it."""
        return self.interval + self.grace


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is remembered of a task: when a run began that has not ended, when it is due (None: nobody waits for it),
    and since when it has been overdue."""

    started_at: datetime | None = None
    due_at: datetime | None = None
    overdue_at: datetime | None = None


def rhythm(interval_s: int, grace_s: int, run_s_max: int | None) -> Rhythm:
    """The rhythm in seconds; a run may take as long as the grace where nothing else is said."""
    run_s = grace_s if run_s_max is None else run_s_max
    return Rhythm(timedelta(seconds=interval_s), timedelta(seconds=grace_s), timedelta(seconds=run_s))


def awaited(at: datetime, wanted: Rhythm) -> Pulse:
    """A task that is waited for from `at` on, of which nothing is known yet."""
    return Pulse(due_at=at + wanted.allowance)


def heard(pulse: Pulse, signal: Signal, at: datetime, wanted: Rhythm) -> Pulse:
    """The pulse after a signal."""
    if signal is Signal.LOG:
        return pulse
    if signal is not Signal.START:
        return awaited(at, wanted)
    runs_already = pulse.started_at is not None and pulse.overdue_at is None
    return Pulse(started_at=at, due_at=pulse.due_at if runs_already else at + wanted.run_max)


def missed(pulse: Pulse, due_at: datetime, wanted: Rhythm) -> tuple[Pulse, Code]:
    """The pulse after `due_at` went by in silence, and what that means."""
    code = Code.BEAT_LATE if pulse.started_at is None else Code.BEAT_UNFINISHED
    return replace(pulse, due_at=due_at + wanted.interval, overdue_at=pulse.overdue_at or due_at), code


def spared(pulse: Pulse, at: datetime, wanted: Rhythm) -> Pulse:
    """The pulse of a task that was due while nobody could hear it: it may still report, for a grace from `at` on."""
    return replace(pulse, due_at=at + wanted.grace)


def adjusted(pulse: Pulse, before: Rhythm, after: Rhythm, at: datetime) -> Pulse:
    """The pulse once the rhythm is another. Nobody is blamed by a new rhythm for the time before `at`."""
    if pulse.due_at is None:
        return pulse
    if pulse.overdue_at is not None:
        return replace(pulse, due_at=min(pulse.due_at, at + after.interval))
    moved = after.allowance - before.allowance if pulse.started_at is None else after.run_max - before.run_max
    due_at = pulse.due_at + moved
    return replace(pulse, due_at=due_at if due_at > at else at + after.grace)


def said(at: datetime) -> str:
    """An instant in words, as the details of checks hold it."""
    utc = at.astimezone(UTC)
    return f"{utc:%H:%M} UTC on {utc.day} {utc:%B %Y}"
