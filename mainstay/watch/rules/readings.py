"""What a feed of readings that another monitor made can prove, and what it cannot. Pure.

A reading says how the website stood at one instant, as the other monitor judged it. It vouches for the time until the
next reading, and no longer than the feed's own rhythm makes likely: twice the usual interval (the median of the times
between readings), or what the importer says, whichever is longer. Time that no reading vouches for is unknown.

A stretch of being down begins with its first reading that says so and ends with the first one after it that says
otherwise. Its true start lies after the last good reading, where that still vouched for it; its true end not before the
last bad one. The other monitor has judged already, so that one reading is enough. A failure that it had not confirmed
(`PENDING`) counts as down where the next certain reading is down, and as what was before where it is not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median_low

from mainstay.watch.codes import Code, State, state_of
from mainstay.watch.rules.availability import Figures
from mainstay.watch.rules.runs import Run

VOUCH_INTERVALS = 2
STATUS_BAD_FROM = 400


class Said(StrEnum):
    """What a reading says."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    PENDING = "pending"
    UNKNOWN = "unknown"


_BADNESS = {each: rank for rank, each in enumerate((Said.UNKNOWN, Said.UP, Said.DEGRADED, Said.PENDING, Said.DOWN))}


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation of another monitor: when, what it said, the HTTP status (0: none) and how long it took."""

    at: datetime
    said: Said
    status: int = 0
    took_us: int = 0

    @property
    def code(self) -> Code:
        """The code under which it is kept."""
        if self.said is Said.DOWN:
            return Code.HTTP_STATUS if self.status >= STATUS_BAD_FROM else Code.REPORTED_DOWN
        return {Said.UP: Code.OK, Said.DEGRADED: Code.SLOW}.get(self.said, Code.PROBER_FAULT)

    @property
    def detail(self) -> str:
        """What completes the code's sentence."""
        if self.said is Said.UNKNOWN:
            return "the other monitor did not look"
        return str(self.status) if self.code is Code.HTTP_STATUS else ""


@dataclass(frozen=True, slots=True)
class Past:
    """What readings prove: runs of like readings, outages, the usual interval and how long one reading vouches."""

    runs: tuple[Run, ...]
    outages: tuple[Figures, ...]
    usual: timedelta
    vouches_for: timedelta

    @property
    def start(self) -> datetime:
        """The first reading."""
        return self.runs[0].from_at

    @property
    def end(self) -> datetime:
        """Until when the last reading vouches."""
        return self.runs[-1].to_at


def in_order(readings: Iterable[Reading]) -> list[Reading]:
    """One reading an instant, the earliest first; of several at one instant the worst counts."""
    found: dict[datetime, Reading] = {}
    for each in readings:
        there = found.get(each.at)
        if there is None or _BADNESS[each.said] > _BADNESS[there.said]:
            found[each.at] = each
    return [found[at] for at in sorted(found)]


def past_of(readings: Sequence[Reading], at_least: timedelta = timedelta(), until: datetime | None = None) -> Past:
    """What `readings`, in order and one an instant, prove; nothing of it lies after `until`.

    Raises:
        ValueError: there are none.
    """
    if not readings:
        raise ValueError("no readings, no past")
    usual = usual_interval(readings)
    vouches_for = max(VOUCH_INTERVALS * usual, at_least)
    certain = list(_certain(readings))
    ends = list(_ends(certain, vouches_for, until))
    return Past(tuple(_runs(certain, ends)), tuple(_outages(certain, ends)), usual, vouches_for)


def usual_interval(readings: Sequence[Reading]) -> timedelta:
    """The median of the times between readings; nothing for a single one."""
    steps = [after.at - before.at for before, after in pairwise(readings)]
    return median_low(steps) if steps else timedelta()


def _certain(readings: Sequence[Reading]) -> Iterator[Reading]:
    """Readings without `PENDING`: what was not sure yet is what it turned out to be."""
    waiting: list[Reading] = []
    last: Reading | None = None
    for each in readings:
        if each.said is Said.PENDING:
            waiting.append(each)
            continue
        meant = Said.DOWN if each.said is Said.DOWN else last.said if last is not None else Said.UNKNOWN
        yield from (replace(one, said=meant) for one in waiting)
        waiting, last = [], each
        yield each
    yield from (replace(one, said=last.said if last is not None else Said.UNKNOWN) for one in waiting)


def _ends(readings: Sequence[Reading], vouches_for: timedelta, until: datetime | None) -> Iterator[datetime]:
    """Until when each reading vouches."""
    for number, each in enumerate(readings):
        end = each.at + vouches_for
        if number + 1 < len(readings):
            end = min(end, readings[number + 1].at)
        yield max(each.at, min(end, until)) if until is not None else end


def _runs(readings: Sequence[Reading], ends: Sequence[datetime]) -> Iterator[Run]:
    run: Run | None = None
    for each, end in zip(readings, ends, strict=True):
        if run is not None and run.to_at == each.at and (run.code, run.detail) == (each.code, each.detail):
            run.extend(each.at, end - each.at)
            continue
        if run is not None:
            yield run
        run = Run(state_of(each.code), each.code, each.at, each.at, end, 1, each.detail)
    if run is not None:
        yield run


def _outages(readings: Sequence[Reading], ends: Sequence[datetime]) -> Iterator[Figures]:
    """Stretches of being down. One whose end the feed does not see ends where its last reading vouches no more."""
    first: int | None = None
    last_bad = 0
    for number, each in enumerate(readings):
        if each.said is Said.DOWN:
            first = number if first is None else first
            last_bad = number
        elif first is not None and each.said is not Said.UNKNOWN:
            yield _figures(readings, ends, first, last_bad, each.at)
            first = None
    if first is not None:
        yield _figures(readings, ends, first, last_bad, ends[last_bad])


def _figures(
    readings: Sequence[Reading], ends: Sequence[datetime], first: int, last_bad: int, ended_at: datetime
) -> Figures:
    begun, before = readings[first], readings[first - 1] if first else None
    is_seen = before is not None and state_of(before.code) != State.UNKNOWN and ends[first - 1] == begun.at
    return Figures(
        started_at=begun.at,
        started_after=before.at if before is not None and is_seen else None,
        confirmed_at=begun.at,
        ended_at=ended_at,
        ended_after=readings[last_bad].at,
        code=begun.code,
        detail=begun.detail,
    )
