"""The demo world's past, as a plan: pure, and the same for the same cast and day."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mainstay.demo.world.cast import Call


@dataclass(frozen=True)
class Care:
    """How websites fare: hours down in the present contract year, failures a year, tickets a month, late answers.

    `hours_a_year` is spread over the year that has gone; `hours_now`, where given, is what the year holds already.
    """

    failures_a_year: int
    hours_a_year: float
    late: float
    tickets_a_month: float
    hours_now: float | None = None


CARE = {
    "good": Care(failures_a_year=9, hours_a_year=5.0, late=0.02, tickets_a_month=3.0),
    "fair": Care(failures_a_year=20, hours_a_year=22.0, late=0.08, tickets_a_month=5.0),
    "close": Care(failures_a_year=26, hours_a_year=40.0, late=0.06, tickets_a_month=4.0, hours_now=32.5),
    "poor": Care(failures_a_year=34, hours_a_year=50.0, late=0.25, tickets_a_month=6.0, hours_now=44.0),
}

CODES = ("status", "timeout", "refused", "status", "timeout", "certificate", "name")
SHORTEST = timedelta(minutes=3)
LATE_IS_POOR = 0.2


@dataclass(frozen=True)
class Failure:
    """The website was down from `start` for `length`; `kind` is one of CODES."""

    start: datetime
    length: timedelta
    kind: str

    @property
    def end(self) -> datetime:
        return self.start + self.length


@dataclass(frozen=True)
class Blind:
    """Nobody was watching from `start` to `end`: a prober's own trouble."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Planned:
    """One ticket's life: opened, answered, perhaps thanked for, and solved, each as an instant; None: not yet."""

    call: Call
    opened_at: datetime
    answered_at: datetime | None
    thanked_at: datetime | None
    solved_at: datetime | None


def failures(name: str, care: Care, since: datetime, year_start: datetime, until: datetime) -> list[Failure]:
    """When the website called `name` was down between `since` and `until`, in order and apart."""
    chance = random.Random(f"failures of {name}")  # nosec B311 # noqa: S311 - a plan, no secret
    found = _spread(chance, care, since, year_start)
    now = _spread(chance, care, year_start, until)
    if care.hours_now is not None:
        now = _scaled(now, timedelta(hours=care.hours_now))
    return _until([*found, *now], until)


def good_until(failures: Sequence[Failure], at: datetime) -> datetime:
    """`at`, or the start of the failure that was under way then."""
    return next((each.start for each in failures if each.start < at <= each.end), at)


def blind_times(name: str, since: datetime, until: datetime) -> list[Blind]:
    """Three short stretches a year in which the website called `name` was not watched."""
    chance = random.Random(f"blind times of {name}")  # nosec B311 # noqa: S311 - a plan, no secret
    months = max(1, round((until - since) / timedelta(days=30)))
    starts = sorted(_instant(chance, since, until - timedelta(days=2)) for _ in range(max(1, months // 4)))
    return [Blind(start, start + timedelta(minutes=chance.randint(12, 70))) for start in starts]


def tickets(name: str, care: Care, calls: Sequence[Call], since: datetime, until: datetime) -> list[Planned]:
    """What the client called `name` called about between `since` and `until`, in order of opening."""
    chance = random.Random(f"tickets of {name}")  # nosec B311 # noqa: S311 - a plan, no secret
    count = round((until - since) / timedelta(days=30) * care.tickets_a_month)
    opened = sorted(_office(chance, _instant(chance, since, until)) for _ in range(count))
    planned = [_ticket(chance, care, calls, at, until) for at in opened if at < until]
    return [*planned, *_recent(chance, care, calls, until)]


def _recent(chance: random.Random, care: Care, calls: Sequence[Call], until: datetime) -> list[Planned]:
    """What is open now: something that just came in, something answered since, and where care is poor something old."""
    usual = [each for each in calls if each.category != "attack"]
    fresh, answered, old = chance.sample(usual, 3)
    opened_at = until - timedelta(hours=chance.uniform(16, 30))
    answered_at = opened_at + timedelta(hours=chance.uniform(0.2, 2))
    found = [
        Planned(answered, opened_at, answered_at, None, None),
        Planned(fresh, until - timedelta(minutes=chance.randint(4, 190)), None, None, None),
    ]
    if care.late < LATE_IS_POOR:
        return found[chance.randrange(2) :]
    return [Planned(old, until - timedelta(days=chance.uniform(4, 6)), None, None, None), *found]


def _ticket(chance: random.Random, care: Care, calls: Sequence[Call], at: datetime, until: datetime) -> Planned:
    call = chance.choice(calls)
    late = chance.random() < care.late
    urgent = call.category == "attack"
    wait_h = chance.uniform(0.1, 0.7) if urgent else chance.uniform(0.3, 3.5)
    answered = at + timedelta(hours=wait_h * (40 if late else 1))
    solved = answered + timedelta(hours=chance.uniform(0.5, 2.5) if urgent else chance.uniform(1, 26))
    thanked = answered + (solved - answered) / 2 if call.thanks and not urgent else None
    return Planned(call, at, *(_past(each, until) for each in (answered, thanked, solved)))


def _past(at: datetime | None, until: datetime) -> datetime | None:
    return at if at is not None and at < until else None


def _spread(chance: random.Random, care: Care, since: datetime, until: datetime) -> list[Failure]:
    """Failures in equal slots of the time, each in the first half of its slot, so that none meets the next."""
    share = max(0.0, (until - since) / timedelta(days=365))
    count = round(care.failures_a_year * share)
    found = [_in_slot(chance, since + (until - since) * (i / count), (until - since) / count) for i in range(count)]
    return _scaled(found, timedelta(hours=care.hours_a_year * share))


def _in_slot(chance: random.Random, start: datetime, slot: timedelta) -> Failure:
    at = (start + slot * chance.uniform(0, 0.5)).replace(microsecond=0)
    return Failure(at, timedelta(hours=chance.lognormvariate(0, 1.1)), chance.choice(CODES))


def _scaled(found: list[Failure], whole: timedelta) -> list[Failure]:
    """The same failures, with lengths in whole seconds that add up to about `whole`."""
    total = sum((each.length for each in found), timedelta())
    return [Failure(each.start, _seconds(each.length * (whole / total)), each.kind) for each in found]


def _seconds(length: timedelta) -> timedelta:
    return max(SHORTEST, timedelta(seconds=round(length.total_seconds())))


def _until(found: list[Failure], until: datetime) -> list[Failure]:
    """Those that are over a while before `until`: the world begins in peace."""
    return [each for each in found if each.end < until - timedelta(hours=6)]


def _instant(chance: random.Random, since: datetime, until: datetime) -> datetime:
    seconds = max(1, int((until - since).total_seconds()))
    return since + timedelta(seconds=chance.randrange(seconds))


def _office(chance: random.Random, at: datetime) -> datetime:
    """A weekday between nine and three near `at`, when people call."""
    day = at - timedelta(days=max(0, at.weekday() - 4))
    return day.replace(hour=chance.randint(9, 14), minute=chance.randint(0, 59), second=0, microsecond=0)
