"""The clocks of a call: a pure function of what happened, the span promised, the calendar, and the present.

The span is the one that was in force when the clock started; what was promised does not move when terms change
(`in_force` finds it).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from mainstay.policy.hours import NeverOpen, OfficeHours
from mainstay.policy.instants import micros
from mainstay.policy.spans import Measure, Span

Version = TypeVar("Version")

LADDER = (75, 100, 150)
"""Per cent of a clock at which the default ladder has its steps."""


class Kind(StrEnum):
    """What a clock promises. Only the resolution waits for the client."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"

    @property
    def may_pause(self) -> bool:
        return self is Kind.RESOLUTION


class Act(StrEnum):
    """What happens to a clock.

    `reopen` goes on after a stop, the time between not counted; `restart` begins anew with nothing used;
    `cancel` ends the clock without a result.
    """

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    REOPEN = "reopen"
    RESTART = "restart"
    CANCEL = "cancel"


class Standing(StrEnum):
    """How a clock stands."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a clock. `by` says, for a pause, what is waited for."""

    at: datetime
    act: Act
    by: str = ""


@dataclass(frozen=True, slots=True)
class ClockState:
    """A clock at one instant.

    `due_at` is None before it starts and while it is paused short of being due; after a stop it says when it was
    due. `consumed` is in the time that the span counts, as are `remaining` (negative when late) and `total`.
    `is_missed` holds from the first instant after `due_at`, also while the clock still runs; `is_met` only once it
    was stopped in time.
    """

    standing: Standing
    started_at: datetime | None = None
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    total: timedelta = timedelta()
    consumed: timedelta = timedelta()
    paused_by: str = ""
    is_met: bool = False
    is_missed: bool = False

    @property
    def remaining(self) -> timedelta:
        return self.total - self.consumed

    @property
    def share_bp(self) -> int:
        """How much of the span is used, in basis points (10,000 = all of it), rounded down."""
        return 10_000 * self.consumed // self.total if self.total else 0

    @property
    def percent(self) -> int:
        """How much of the span is used, in whole per cent, rounded down."""
        return self.share_bp // 100

    @property
    def is_running(self) -> bool:
        return self.standing is Standing.RUNNING

    @property
    def is_paused(self) -> bool:
        return self.standing is Standing.PAUSED

    @property
    def is_over(self) -> bool:
        return self.standing in (Standing.STOPPED, Standing.CANCELLED)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder. `at` is the instant the clock reaches it: None while it cannot be said, or never."""

    percent: int
    at: datetime | None
    is_reached: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise of time. `events` may come in any order; those of one instant keep the order they have."""

    kind: Kind
    span: Span
    hours: OfficeHours
    events: Sequence[Event]

    def state(self, at: datetime) -> ClockState:
        """How the clock stands at `at`; what happened later is not looked at."""
        run = _run(self.events, at, may_pause=self.kind.may_pause)
        if run is None:
            return ClockState(Standing.NOT_STARTED)
        total = self.span.total(run.started_at, self.hours)
        due_at = _due(self, run, total)
        judged_at = run.ended_at or at
        is_late = due_at is not None and micros(judged_at) > micros(due_at) and run.standing is not Standing.CANCELLED
        return ClockState(
            standing=run.standing,
            started_at=run.started_at,
            due_at=due_at,
            stopped_at=run.ended_at,
            total=total,
            consumed=sum((self.span.between(low, high, self.hours) for low, high in run.ran(at)), timedelta()),
            paused_by=run.paused_by,
            is_met=run.standing is Standing.STOPPED and not is_late,
            is_missed=is_late,
        )


def ladder_steps(clock: Clock, at: datetime, percents: Iterable[int] = LADDER) -> tuple[Step, ...]:
    """When the clock reaches each share of its span, as far as that is known at `at`.

    A step past the full span goes on in the same time. A clock that was stopped, cancelled or is paused before a
    step has no instant for it.
    """
    run = _run(clock.events, at, may_pause=clock.kind.may_pause)
    if run is None:
        return tuple(Step(percent, None, is_reached=False) for percent in percents)
    total = clock.span.total(run.started_at, clock.hours)
    return tuple(_step(clock, run, total, percent, at) for percent in percents)


def in_force(versions: Iterable[tuple[datetime, Version]], at: datetime) -> Version | None:
    """Of versions, each with the instant from which it holds, the one in force at `at`; None before the first."""
    begun = [(micros(start), version) for start, version in versions if micros(start) <= micros(at)]
    return max(begun, key=lambda each: each[0])[1] if begun else None


@dataclass(frozen=True, slots=True)
class _Run:
    """The stretches in which a clock ran; the last one is open while it runs."""

    started_at: datetime
    standing: Standing
    stretches: tuple[tuple[datetime, datetime | None], ...]
    paused_by: str = ""
    ended_at: datetime | None = None

    def ran(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches up to `at`."""
        for low, high in self.stretches:
            yield low, high or at

    @property
    def promised(self) -> tuple[tuple[datetime, datetime | None], ...]:
        """The stretches as they decide when the clock is due: one that was ended is thought to have run on."""
        return self.stretches if self.ended_at is None else (*self.stretches, (self.ended_at, None))


def _run(events: Iterable[Event], at: datetime, *, may_pause: bool) -> _Run | None:
    run: _Run | None = None
    for event in sorted((each for each in events if micros(each.at) <= micros(at)), key=lambda each: micros(each.at)):
        if event.act is Act.RESTART or (event.act is Act.START and run is None):
            run = _Run(event.at, Standing.RUNNING, ((event.at, None),))
        elif run is not None and (may_pause or event.act is not Act.PAUSE):
            run = _after(run, event)
    return run


def _after(run: _Run, event: Event) -> _Run:
    """The run after one more event; an event that does not fit (a pause of what stands) changes nothing."""
    if event.act is Act.PAUSE and run.standing is Standing.RUNNING:
        return _Run(run.started_at, Standing.PAUSED, _closed(run, event.at), paused_by=event.by)
    if event.act is Act.RESUME and run.standing is Standing.PAUSED:
        return _going_on(run, event.at)
    if event.act is Act.REOPEN and run.standing is Standing.STOPPED:
        return _going_on(run, event.at)
    if event.act in (Act.STOP, Act.CANCEL) and run.standing in (Standing.RUNNING, Standing.PAUSED):
        standing = Standing.STOPPED if event.act is Act.STOP else Standing.CANCELLED
        return _Run(run.started_at, standing, _closed(run, event.at), ended_at=event.at)
    return run


def _closed(run: _Run, at: datetime) -> tuple[tuple[datetime, datetime | None], ...]:
    return tuple((low, high or at) for low, high in run.stretches)


def _going_on(run: _Run, at: datetime) -> _Run:
    return _Run(run.started_at, Standing.RUNNING, (*run.stretches, (at, None)))


def _due(clock: Clock, run: _Run, total: timedelta) -> datetime | None:
    """When the whole span is used.

    Working days that nothing paused end at the same office time, which may be an opening; by the count of open time
    alone they would end at the closing before it.
    """
    if clock.span.measure is Measure.WORKING_DAYS:
        nominal = clock.span.due(run.started_at, clock.hours)
        if _open_gaps(clock, run, nominal) == timedelta():
            return nominal
    return _reached(clock, run, total)


def _open_gaps(clock: Clock, run: _Run, until: datetime) -> timedelta:
    """Open time before `until` in which the clock stood; all of what is left where it stands for good."""
    ran = sum(
        (
            clock.hours.open_between(low, min(high or until, until, key=micros))
            for low, high in run.promised
            if micros(low) < micros(until)
        ),
        timedelta(),
    )
    return clock.hours.open_between(run.started_at, until) - ran


def _reached(clock: Clock, run: _Run, amount: timedelta) -> datetime | None:
    """When `amount` has been used; None when the clock stands before."""
    left = amount
    for low, high in run.promised:
        used = None if high is None else clock.span.between(low, high, clock.hours)
        if used is None or used >= left:
            return clock.span.after(low, left, clock.hours)
        left -= used
    return None


def _step(clock: Clock, run: _Run, total: timedelta, percent: int, at: datetime) -> Step:
    try:
        reached_at = _due(clock, run, total) if percent == 100 else _reached(clock, run, total * percent // 100)
    except NeverOpen:
        reached_at = None
    if reached_at is not None and run.ended_at is not None and micros(reached_at) > micros(run.ended_at):
        reached_at = None
    return Step(percent, reached_at, is_reached=reached_at is not None and micros(reached_at) <= micros(at))
