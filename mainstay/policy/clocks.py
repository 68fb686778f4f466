"""The clocks of a call: a pure function of what happened, the span promised, the calendar, and the present.

The span is the one that was in force when the clock started; what was promised does not move when terms change
(`in_force` finds it).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
    """What a clock promises. Unless agreed otherwise, only the resolution waits for the client."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"

    @property
    def may_pause(self) -> bool:
        return self is Kind.RESOLUTION


class Act(StrEnum):
    """What happens to a clock.

    `cancel` ends the clock without a result. `reopen` goes on after an end of either kind, the time between not
    counted; `undo` takes the end back, as if it had never been. `restart` begins anew with nothing used.
    """

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    REOPEN = "reopen"
    UNDO = "undo"
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
    """Something that happened to a clock.

    `by` says, for a pause, what is waited for; a clock can wait for several things at once and runs again when the last
    of them has ended. A resumption ends the wait for `by` alone, without `by` every wait. `is_agreed`: it was known
    beforehand that it would come, as the end of an agreed hold is, and so it is looked ahead to.
    """

    at: datetime
    act: Act
    by: str = ""
    is_agreed: bool = False


@dataclass(frozen=True, slots=True)
class ClockState:
    """A clock at one instant.

    `due_at` is None before it starts and while it is paused short of being due, unless the end of the pause is agreed;
    after a stop it says when it was due. It is None, too, where the calendar does not hold the promised time within ten
    years: such a clock runs and is never late, and `total` is nothing where it counts working days. `paused_at` says
    since when it stands, `paused_by` for what, by commas. `consumed` is in the time that the span counts, as are
    `remaining` (negative when late) and `total`. `is_missed` holds from the first instant after `due_at`, also while
    the clock still runs; `is_met` only once it was stopped in time.
    """

    standing: Standing
    started_at: datetime | None = None
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    total: timedelta = timedelta()
    consumed: timedelta = timedelta()
    paused_at: datetime | None = None
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
    """A promise of time. `events` may come in any order; those of one instant keep the order they have.

    `waits` says that it was agreed that it pauses, where its kind does not by itself.
    """

    kind: Kind
    span: Span
    hours: OfficeHours
    events: Sequence[Event]
    waits: bool = False

    @property
    def may_pause(self) -> bool:
        return self.waits or self.kind.may_pause

    def state(self, at: datetime) -> ClockState:
        """How the clock stands at `at`. What happened later is not looked at, but for what was agreed beforehand."""
        run = _run(self.events, at, may_pause=self.may_pause)
        if run is None:
            return ClockState(Standing.NOT_STARTED)
        total = _total(self, run)
        due_at = _due(self, _foreseen(self, run, at), total)
        judged_at = run.ended_at or at
        is_late = due_at is not None and micros(judged_at) > micros(due_at) and run.standing is not Standing.CANCELLED
        return ClockState(
            standing=run.standing,
            started_at=run.started_at,
            due_at=due_at,
            stopped_at=run.ended_at,
            total=total,
            consumed=sum((self.span.between(low, high, self.hours) for low, high in run.ran(at)), timedelta()),
            paused_at=run.stretches[-1][1] if run.standing is Standing.PAUSED else None,
            paused_by=", ".join(run.waits),
            is_met=run.standing is Standing.STOPPED and not is_late,
            is_missed=is_late,
        )

    def due(self, at: datetime) -> datetime | None:
        """The `due_at` of `state(at)` and nothing else, a good deal faster where nothing has paused the clock."""
        run = _run(self.events, at, may_pause=self.may_pause)
        if run is None:
            return None
        run = _foreseen(self, run, at)
        try:
            if len(run.promised) == 1 and run.standing is Standing.RUNNING:
                return self.span.due(run.started_at, self.hours)
            return _used_up(self, run, self.span.total(run.started_at, self.hours))
        except NeverOpen:
            return None


def ladder_steps(clock: Clock, at: datetime, percents: Iterable[int] = LADDER) -> tuple[Step, ...]:
    """When the clock reaches each share of its span, as far as that is known at `at`.

    A step past the full span goes on in the same time. A clock that was stopped, cancelled or is paused before a
    step has no instant for it.
    """
    run = _run(clock.events, at, may_pause=clock.may_pause)
    total = _total(clock, run) if run is not None else timedelta()
    if run is None or not total:
        return tuple(Step(percent, None, is_reached=False) for percent in percents)
    run = _foreseen(clock, run, at)
    return tuple(_step(clock, run, total, percent, at) for percent in percents)


def time_after(clock: Clock, start: datetime, amount: timedelta, at: datetime) -> datetime | None:
    """When `amount` of the clock's own time has passed since `start`, by what is known at `at`.

    None where the clock stands or ends before that, or its hours never come to it.
    """
    run = _run(clock.events, at, may_pause=clock.may_pause)
    if run is None:
        return None
    run, left = _foreseen(clock, run, at), amount
    for low, high in run.stretches:
        begun = max(low, start, key=micros)
        if high is not None and micros(high) <= micros(begun):
            continue
        used = None if high is None else clock.span.between(begun, high, clock.hours)
        if used is None or used >= left:
            return _after_or_never(clock, begun, left)
        left -= used
    return None


def in_force(versions: Iterable[tuple[datetime, Version]], at: datetime) -> Version | None:
    """Of versions, each with the instant from which it holds, the one in force at `at`; None before the first."""
    begun = [(micros(start), version) for start, version in versions if micros(start) <= micros(at)]
    return max(begun, key=lambda each: each[0])[1] if begun else None


@dataclass(frozen=True, slots=True)
class _Run:
    """The stretches in which a clock ran; the last one is open while it runs. `waits`: for what it stands.

    `unended` is, of one that has ended, how it would stand without that end.
    """

    started_at: datetime
    standing: Standing
    stretches: tuple[tuple[datetime, datetime | None], ...]
    waits: tuple[str, ...] = ()
    ended_at: datetime | None = None
    unended: "_Run | None" = None

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
    if event.act is Act.PAUSE and run.standing in (Standing.RUNNING, Standing.PAUSED):
        waits = run.waits if event.by in run.waits else (*run.waits, event.by)
        return _Run(run.started_at, Standing.PAUSED, _closed(run, event.at), waits=waits)
    if event.act is Act.RESUME and run.standing is Standing.PAUSED:
        left = tuple(each for each in run.waits if event.by and each != event.by)
        return replace(run, waits=left) if left else _going_on(run, event.at)
    if run.unended is not None:
        return _after_end(run, run.unended, event)
    if event.act in (Act.STOP, Act.CANCEL) and run.standing in (Standing.RUNNING, Standing.PAUSED):
        standing = Standing.STOPPED if event.act is Act.STOP else Standing.CANCELLED
        return _Run(run.started_at, standing, _closed(run, event.at), ended_at=event.at, unended=run)
    return run


def _after_end(run: _Run, unended: _Run, event: Event) -> _Run:
    """The same for a run that has ended: it is opened again, or its end is taken back."""
    if event.act is Act.REOPEN:
        return _going_on(run, event.at)
    if event.act is Act.UNDO:
        return unended
    return replace(run, unended=_after(unended, event)) if event.act in (Act.PAUSE, Act.RESUME) else run


def _foreseen(clock: Clock, run: _Run, at: datetime) -> _Run:
    """The run as it will go on by what was agreed before `at`: a hold whose end is known stands for no longer."""
    if run.standing is not Standing.PAUSED:
        return run
    coming = sorted((each for each in clock.events if each.is_agreed and micros(each.at) > micros(at)), key=_instant)
    for event in coming:
        run = _after(run, event)
    return run


def _instant(event: Event) -> int:
    return micros(event.at)


def _closed(run: _Run, at: datetime) -> tuple[tuple[datetime, datetime | None], ...]:
    return tuple((low, high or at) for low, high in run.stretches)


def _going_on(run: _Run, at: datetime) -> _Run:
    return _Run(run.started_at, Standing.RUNNING, (*run.stretches, (at, None)))


def _total(clock: Clock, run: _Run) -> timedelta:
    """How long the span is; of working days that the calendar does not hold, nothing."""
    try:
        return clock.span.total(run.started_at, clock.hours)
    except NeverOpen:
        return timedelta()


def _due(clock: Clock, run: _Run, total: timedelta) -> datetime | None:
    """When the whole span is used; None when the clock stands before, or the calendar never holds so much."""
    try:
        return _used_up(clock, run, total)
    except NeverOpen:
        return None


def _used_up(clock: Clock, run: _Run, total: timedelta) -> datetime | None:
    """When the whole span is used, as the calendar allows.

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


def _after_or_never(clock: Clock, start: datetime, amount: timedelta) -> datetime | None:
    try:
        return clock.span.after(start, amount, clock.hours)
    except NeverOpen:
        return None


def _step(clock: Clock, run: _Run, total: timedelta, percent: int, at: datetime) -> Step:
    try:
        reached_at = _due(clock, run, total) if percent == 100 else _reached(clock, run, total * percent // 100)
    except NeverOpen:
        reached_at = None
    if reached_at is not None and run.ended_at is not None and micros(reached_at) > micros(run.ended_at):
        reached_at = None
    return Step(percent, reached_at, is_reached=reached_at is not None and micros(reached_at) <= micros(at))
