"""Clocks of calls against a slow reference, on ten thousand random histories: pauses, re-openings, new beginnings,
other priorities, several windows a day, nights, holidays, and zones whose clocks change.

The reference knows nothing of the fast arithmetic: it looks at the clock on the wall each minute of six weeks, and
walks through a history event by event, adding up.
"""

import os
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import pytest

from mainstay.policy.clocks import Act, Clock, Event, Kind, Standing
from mainstay.policy.hours import OfficeHours
from mainstay.policy.spans import Measure, Span
from tests.policy.reference import MINUTE, SlowHours, utc

HISTORIES = 10_000 if os.environ.get("MAINSTAY_TEST_PROFILE") != "soak" else 200_000
DAYS = 42
SECOND = timedelta(seconds=1)
USUAL = {day: [("09:00", "17:30")] for day in ("mon", "tue", "wed", "thu", "fri")}
LUNCH = {day: [("08:30", "12:00"), ("13:15", "17:00")] for day in ("mon", "tue", "wed", "thu")} | {
    "fri": [("08:30", "10:00"), ("10:30", "11:00"), ("13:15", "15:00")],
    "sat": [("10:00", "10:01")],
}
NIGHTS = {
    "fri": [("22:00", "06:00")],
    "sat": [("00:00", "24:00")],
    "sun": [("20:00", "03:30")],
    "tue": [("09:00", "24:00")],
}
LATE = {day: [("00:00", "02:45"), ("23:15", "24:00")] for day in ("mon", "wed", "fri", "sat", "sun")}


@dataclass
class Calendar:
    """A calendar both ways, and what of each minute since `start` is open."""

    zone: str
    start: datetime
    week: dict[str, list[tuple[str, str]]]
    holidays: set[date] = field(default_factory=set)
    exceptions: dict[date, list[tuple[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fast = OfficeHours(timezone=self.zone, week=self.week, holidays=self.holidays, exceptions=self.exceptions)
        slow = SlowHours(self.zone, self.week, self.holidays, self.exceptions)
        count = DAYS * 24 * 60
        self.open = [slow.is_open(self.start + index * MINUTE) for index in range(count)]
        self.before = [0]
        for each in self.open:
            self.before.append(self.before[-1] + each)

    def used(self, second: int) -> int:
        """Open seconds before a second since `start`."""
        minute, rest = divmod(second, 60)
        return self.before[minute] * 60 + (rest if self.open[minute] else 0)

    def reached(self, wanted: int, low: int) -> int | None:
        """The first second, not before `low`, by which so many open seconds have gone."""
        high = len(self.open) * 60 - 1
        if self.used(high) < wanted:
            return None
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.used(middle) < wanted else (low, middle)
        return low


CALENDARS = {
    "London, spring": lambda: Calendar("Europe/London", utc(2026, 3, 9), USUAL, {date(2026, 4, 3), date(2026, 4, 6)}),
    "London, autumn": lambda: Calendar("Europe/London", utc(2026, 10, 12), LUNCH),
    "London, at night": lambda: Calendar("Europe/London", utc(2026, 10, 12), NIGHTS),
    "London, the hour that comes twice": lambda: Calendar("Europe/London", utc(2026, 10, 12), LATE),
    "New York": lambda: Calendar("America/New_York", utc(2026, 2, 16), LUNCH, {date(2026, 3, 9)}),
    "Lord Howe, half an hour": lambda: Calendar("Australia/Lord_Howe", utc(2026, 3, 16), LATE),
    "Kolkata": lambda: Calendar("Asia/Kolkata", utc(2026, 3, 16), LUNCH),
    "Kathmandu": lambda: Calendar("Asia/Kathmandu", utc(2026, 3, 16), NIGHTS),
    "São Paulo, midnight left out": lambda: Calendar("America/Sao_Paulo", utc(2018, 10, 15), LATE),
    "a leap day": lambda: Calendar(
        "Europe/Berlin", utc(2028, 2, 14), USUAL, set(), {date(2028, 2, 29): [("10:00", "12:00")]}
    ),
}


@dataclass
class Walk:
    """A clock on its way through a history. Instants are seconds since the calendar's start."""

    calendar: Calendar
    span: Span
    pauses: bool
    standing: Standing = Standing.NOT_STARTED
    used: int = 0
    since: int = 0
    ended: int = 0
    due: int | None = None
    waiting: bool = False
    held_until: int | None = None
    unended: "Walk | None" = None
    meanwhile: list[tuple[int, Act | str, int]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return int(self.span.amount / SECOND)

    def go_on(self, at: int) -> None:
        """Let time go by until `at`, past the end of a hold."""
        if self.held_until is not None and self.held_until <= at:
            end, self.held_until = self.held_until, None
            if not self.waiting:
                self.standing, self.since = Standing.RUNNING, end
        if self.standing is Standing.RUNNING:
            step = self._runs(at) - self._runs(self.since)
            if self.due is None and self.used + step >= self.total:
                self.due = _due(self.calendar, self.span, self.since, self.total - self.used)
            self.used, self.since = self.used + step, at

    def meet(self, at: int, act: Act | str, until: int = 0) -> None:
        """Something happens to the clock; what does not fit changes nothing.

        It stands while it waits, while it is held, or both. `hold` and `release` are the hold's beginning and its end
        before the day; the day itself comes by going on.
        """
        self.go_on(at)
        if act in ("hold", "release", Act.PAUSE, Act.RESUME):
            if self.pauses and self.standing in LIVE:
                self._wait(at, act, until)
            self.meanwhile.append((at, act, until))
        elif act is Act.UNDO:
            self._take_back_the_end()
        elif act is Act.RESTART or (act is Act.START and self.standing is Standing.NOT_STARTED):
            self.standing, self.used, self.since, self.due = Standing.RUNNING, 0, at, None
            self.waiting, self.held_until, self.unended = False, None, None
        elif (self.standing, act) in GOES_ON:
            self.standing, self.since, self.unended = Standing.RUNNING, at, None
        elif (self.standing, act) in STANDS:
            self.unended, self.meanwhile = copy(self), []
            self.standing, self.ended = STANDS[self.standing, act], at
            self.waiting, self.held_until = False, None

    def _take_back_the_end(self) -> None:
        """As if it had never ended: what came since is met as it would have been."""
        if self.unended is not None and self.standing not in LIVE:
            since = self.meanwhile
            vars(self).update(vars(self.unended))
            for each in since:
                self.meet(*each)

    def _wait(self, at: int, act: Act | str, until: int) -> None:
        if act in (Act.PAUSE, Act.RESUME):
            self.waiting = act is Act.PAUSE
        else:
            self.held_until = until if act == "hold" else None
        stands = self.waiting or self.held_until is not None
        if not stands and self.standing is Standing.PAUSED:
            self.since = at
        self.standing = Standing.PAUSED if stands else Standing.RUNNING

    def foresee(self) -> None:
        """When it would be due if nothing more happened; a clock that was ended is thought to have run on, and one
        that is held and waits for nothing else to go on at the end of its hold."""
        if self.due is None and self.standing is Standing.PAUSED and self.held_until and not self.waiting:
            self.due = _due(self.calendar, self.span, self.held_until, self.total - self.used)
        if self.due is None and self.standing not in (Standing.PAUSED, Standing.NOT_STARTED):
            since = self.since if self.standing is Standing.RUNNING else self.ended
            self.due = _due(self.calendar, self.span, since, self.total - self.used)

    def is_late(self, now: int) -> bool:
        judged = self.ended if self.standing in (Standing.STOPPED, Standing.CANCELLED) else now
        return self.due is not None and judged > self.due and self.standing is not Standing.CANCELLED

    def _runs(self, second: int) -> int:
        return second if self.span.measure is Measure.ELAPSED else self.calendar.used(second)


LIVE = (Standing.RUNNING, Standing.PAUSED)
GOES_ON = {(Standing.STOPPED, Act.REOPEN), (Standing.CANCELLED, Act.REOPEN)}
STANDS = {
    (Standing.RUNNING, Act.STOP): Standing.STOPPED,
    (Standing.PAUSED, Act.STOP): Standing.STOPPED,
    (Standing.RUNNING, Act.CANCEL): Standing.CANCELLED,
    (Standing.PAUSED, Act.CANCEL): Standing.CANCELLED,
}


def walked(walk: Walk, events: list[tuple[int, Act]], now: int) -> Walk:
    """The clock after those of `events` that are not after `now`."""
    for at, act in events:
        if at <= now:
            walk.meet(at, act)
    walk.go_on(now)
    walk.foresee()
    return walk


def held(chance: Random, events: list[tuple[int, Act]]) -> list[tuple[int, Act | str, int]]:
    """The same history with up to three holds, one after another, of which some end before their day."""
    found: list[tuple[int, Act | str, int]] = [(at, act, 0) for at, act in events]
    start = events[0][0]
    for _ in range(chance.randrange(4)):
        start += chance.randrange(1, 3 * 86_400)
        until = start + chance.choice([1, 1_800, chance.randrange(1, 4 * 86_400)])
        found.append((start, "hold", until))
        start = chance.randrange(start + 1, until + 1) if chance.random() < 0.3 else until
        found += [(start, "release", 0)] if start < until else []
    return sorted(found, key=lambda each: each[0])


def as_events(calendar: Calendar, history: list[tuple[int, Act | str, int]]) -> list[Event]:
    """The history as it is kept: a hold's end is on record with its beginning."""
    found, number = [], 0
    for at, act, until in history:
        instant = calendar.start + at * SECOND
        if act == "hold":
            number += 1
            end = calendar.start + until * SECOND
            found += [
                Event(instant, Act.PAUSE, f"hold:{number}"),
                Event(end, Act.RESUME, f"hold:{number}", is_agreed=True),
            ]
        elif act == "release":
            found.append(Event(instant, Act.RESUME, f"hold:{number}"))
        else:
            found.append(Event(instant, Act(act), "client"))
    return found


def _due(calendar: Calendar, span: Span, since: int, left: int) -> int | None:
    if span.measure is Measure.ELAPSED:
        return since + left
    return calendar.reached(calendar.used(since) + left, since)


def span_of(chance: Random) -> Span:
    if chance.random() < 0.4:
        return Span(Measure.ELAPSED, timedelta(minutes=chance.choice([1, 30, 60, 240, 1_440, 10_000])))
    return Span(Measure.OFFICE, timedelta(minutes=chance.choice([1, 15, 60, 120, 465, 510, 1_500, 2_550])))


def history(chance: Random) -> list[tuple[int, Act]]:
    """A call and what happens to it, in some of fourteen days; often at the same second as something else."""
    start = chance.randrange(10 * 86_400)
    spots = [start + chance.choice([chance.randrange(14 * 86_400), chance.randrange(200) * 1_800]) for _ in range(9)]
    acts = [Act.PAUSE, Act.RESUME, Act.PAUSE, Act.RESUME, Act.STOP, Act.REOPEN, Act.RESTART, Act.CANCEL, Act.UNDO]
    weights = [6, 6, 6, 6, 4, 4, 1, 2, 2]
    later = [(at, chance.choices(acts, weights)[0]) for at in spots[: chance.randrange(9)]]
    return sorted([(start, Act.START), *later], key=lambda each: each[0])


@pytest.mark.parametrize("name", CALENDARS)
def test_a_clock_is_what_a_slow_walk_through_its_history_says(name: str) -> None:
    calendar, chance = CALENDARS[name](), Random(f"histories of {name}")
    compared = 0
    for _ in range(HISTORIES // len(CALENDARS)):
        events, span, kind = history(chance), span_of(chance), chance.choice(list(Kind))
        now = events[0][0] + chance.randrange(-3_600, 15 * 86_400)
        clock = Clock(kind, span, calendar.fast, [Event(calendar.start + at * SECOND, act) for at, act in events])

        state = clock.state(calendar.start + now * SECOND)
        assert clock.due(calendar.start + now * SECOND) == state.due_at, (name, span, events, now)

        found = walked(Walk(calendar, span, kind.may_pause), events, now)
        if found.standing is Standing.NOT_STARTED:
            assert state.standing is Standing.NOT_STARTED
            continue
        is_late = found.is_late(now)
        said = (state.standing, state.consumed, state.is_missed)
        assert said == (found.standing, found.used * SECOND, is_late), (name, span, events, now)
        if found.due is not None:
            assert state.due_at == calendar.start + found.due * SECOND, (name, span, events, now)
            compared += 1
        elif found.standing is Standing.PAUSED:
            assert state.due_at is None
        assert state.is_met is (found.standing is Standing.STOPPED and not is_late)
    assert compared > HISTORIES // len(CALENDARS) // 2


@pytest.mark.parametrize(
    "name", ["London, spring", "London, the hour that comes twice", "São Paulo, midnight left out"]
)
def test_agreed_holds_are_what_a_slow_walk_says(name: str) -> None:
    calendar, chance = CALENDARS[name](), Random(f"holds of {name}")
    foreseen = 0
    for _ in range(HISTORIES // len(CALENDARS)):
        kept, span = held(chance, history(chance)), span_of(chance)
        kind = chance.choice([Kind.RESOLUTION, Kind.RESOLUTION, *Kind])
        looked_at = [at for at, act, _ in kept if act == "hold"] if chance.random() < 0.5 else []
        now = chance.choice(looked_at or [at for at, _, _ in kept]) + chance.randrange(0, 2 * 86_400)
        state = Clock(kind, span, calendar.fast, as_events(calendar, kept)).state(calendar.start + now * SECOND)
        walk = Walk(calendar, span, kind.may_pause)
        for at, act, until in kept:
            if at <= now:
                walk.meet(at, act, until)
        walk.go_on(now)
        foreseen += walk.standing is Standing.PAUSED and walk.held_until is not None and not walk.waiting
        walk.foresee()
        said = (state.standing, state.consumed, state.is_missed)
        assert said == (walk.standing, walk.used * SECOND, walk.is_late(now)), (span, kept, now)
        if walk.due is not None:
            assert state.due_at == calendar.start + walk.due * SECOND, (span, kept, now)
        elif walk.standing is Standing.PAUSED:
            assert state.due_at is None, (span, kept, now)
    assert foreseen > 20
