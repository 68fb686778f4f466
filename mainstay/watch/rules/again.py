"""Judging a stretch of time anew, over all that is known of it by now. Pure.

It is what the judge would have said, had every check come in its order. What comes out is compared with the outages
on record: each of those is kept, replaced by one with other edges, or taken back, and what was missing is added.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mainstay.watch.rules.availability import Figures, begin, closing, end, opening
from mainstay.watch.rules.judge import Look, Memory, Turn, judge

LATE_AFTER = timedelta(seconds=10)
"""Places lag a little behind one another; what comes later than this may have been missing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One check of a monitor; `sure_at` is when it was over."""

    monitor_id: int
    look: Look
    sure_at: datetime


@dataclass(frozen=True, slots=True)
class Blipped:
    """Failures of a monitor that had gone before they were confirmed: what was remembered of them, and their end."""

    monitor_id: int
    before: Memory
    until: datetime


@dataclass(slots=True)
class Again:
    """What comes out: outages in their order, blips, and what is remembered of each monitor at the end."""

    memories: dict[int, Memory]
    outages: list[Figures] = field(default_factory=list)
    blips: list[Blipped] = field(default_factory=list)


def judged_again(looks: Iterable[Seen], monitor_ids: Iterable[int], enough: int) -> Again:
    """Judge `looks`, in their order, of the monitors that count in one environment; `enough` of them make it down."""
    found = Again({monitor_id: Memory() for monitor_id in monitor_ids})
    for seen in looks:
        before = found.memories[seen.monitor_id]
        found.memories[seen.monitor_id], turn = judge(before, seen.look)
        if turn is Turn.BLIPPED:
            found.blips.append(Blipped(seen.monitor_id, before, seen.look.at))
        if turn in (Turn.WENT_DOWN, Turn.CAME_UP):
            _settle(found, enough, seen.sure_at)
    return found


def _settle(found: Again, enough: int, sure_at: datetime) -> None:
    last, memories = found.outages[-1] if found.outages else None, found.memories.values()
    if last is None or last.ended_at is not None:
        begun = begin(opening(memories, enough), last, sure_at)
        found.outages += [begun] if begun else []
    elif (edge := closing(memories, enough, last.started_at)) is not None:
        found.outages[-1] = end(last, edge)


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be done: `old` (a number in the list of those on record) is replaced by `new`, or taken back without
    one; or `new` was missing.
    """

    old: int | None
    new: Figures | None


def corrections(recorded: Sequence[Figures], judged: Sequence[Figures]) -> Iterator[Correction]:
    """How those on record have to be corrected to be those that were judged. What is alike is left alone."""
    left = dict(enumerate(recorded))
    wanted = []
    for new in judged:
        same = next((number for number, old in left.items() if _are_alike(old, new)), None)
        if same is None:
            wanted.append(new)
        else:
            left.pop(same)
    for new in wanted:
        old = next((number for number, each in left.items() if each.meets(new)), None)
        if old is not None:
            left.pop(old)
        yield Correction(old, new)
    for number in left:
        yield Correction(number, None)


def _are_alike(one: Figures, other: Figures) -> bool:
    """Whether the edges and their bounds are the same, to the microsecond: so the order of arrival does not matter."""
    return _edges(one) == _edges(other)


def _edges(figures: Figures) -> tuple[datetime | None, ...]:
    return figures.started_at, figures.started_after, figures.ended_at, figures.ended_after
