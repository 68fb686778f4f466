"""How an environment stood over a stretch of time, from spells, gaps and outages. Pure.

Three things decide each instant: which monitors counted, which of them were vouched for, and whether an outage was
on. In an outage the time is down while enough monitors are vouched for to make the environment down; outside it is
up only while too few are unknown to do so. All else is unknown. One spell of observation may be cut by a gap.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import groupby

from mainstay.watch.codes import State


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time from `start` up to, not including, `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Stretch(Span):
    """A stretch in one state."""

    state: State


@dataclass(frozen=True, slots=True)
class Watched:
    """One counting monitor: since when and until when it counts, and what was seen of it.

    `spells` are stretches of observation in any order (they may overlap, being of several places), gaps taken out.
    """

    start: datetime
    end: datetime
    spells: Sequence[Stretch] = field(default_factory=tuple)


def without(spells: Iterable[Stretch], gaps: Sequence[Span]) -> Iterator[Stretch]:
    """`spells` with the time of `gaps` cut out of them. `gaps` are in order of their starts."""
    for spell in spells:
        start = spell.start
        for gap in gaps:
            if gap.start >= spell.end:
                break
            if gap.end <= start:
                continue
            if gap.start > start:
                yield Stretch(start, gap.start, spell.state)
            start = max(start, gap.end)
        if start < spell.end:
            yield Stretch(start, spell.end, spell.state)


def timeline(
    watched: Sequence[Watched],
    outages: Sequence[Span],
    needed: Callable[[int], int],
    start: datetime,
    end: datetime,
) -> list[Stretch]:
    """Divide [start, end) into stretches of one state each, in order, without holes.

    `needed(n)` is how many of n counting monitors make the environment down.
    """
    if start >= end:
        return []
    moves = merge(*[_moves_of(each) for each in watched], _outage_moves(outages))
    tally, at = _Tally(), start
    found: list[Stretch] = []
    for instant, group in groupby(moves, key=lambda move: move[0]):
        until = min(max(instant, start), end)
        if until > at:
            _append(found, at, until, tally.state(needed))
            at = until
        if instant >= end:
            break
        for _, name, step in group:
            tally.move(name, step)
    if at < end:
        _append(found, at, end, tally.state(needed))
    return found


@dataclass(slots=True)
class _Tally:
    """How many monitors count, are vouched for, are degraded; how many outages are on."""

    counted: int = 0
    vouched: int = 0
    degraded: int = 0
    outages: int = 0

    def move(self, name: str, step: int) -> None:
        setattr(self, name, getattr(self, name) + step)

    def state(self, needed: Callable[[int], int]) -> State:
        if not self.counted:
            return State.UNKNOWN
        enough = needed(self.counted)
        if self.outages:
            return State.DOWN if self.vouched >= enough else State.UNKNOWN
        if self.counted - self.vouched >= enough:
            return State.UNKNOWN
        return State.DEGRADED if self.degraded else State.UP


Move = tuple[datetime, str, int]


def _moves_of(monitor: Watched) -> list[Move]:
    moves = [(monitor.start, "counted", 1), (monitor.end, "counted", -1)]
    for name, spans in (
        ("vouched", [s for s in monitor.spells if s.state != State.UNKNOWN]),
        ("degraded", [s for s in monitor.spells if s.state == State.DEGRADED]),
    ):
        for span in _united(spans):
            start, end = max(span.start, monitor.start), min(span.end, monitor.end)
            if start < end:
                moves += [(start, name, 1), (end, name, -1)]
    return sorted(moves)


def _outage_moves(outages: Sequence[Span]) -> list[Move]:
    return sorted(move for each in outages for move in ((each.start, "outages", 1), (each.end, "outages", -1)))


def _united(spans: Sequence[Span]) -> Iterator[Span]:
    """`spans` in order, with those that touch or overlap made one."""
    start = end = None
    for span in sorted(spans, key=lambda each: each.start):
        if end is None or start is None or span.start > end:
            if start is not None and end is not None:
                yield Span(start, end)
            start, end = span.start, span.end
        else:
            end = max(end, span.end)
    if start is not None and end is not None:
        yield Span(start, end)


def _append(found: list[Stretch], start: datetime, end: datetime, state: State) -> None:
    if found and found[-1].state == state:
        start = found.pop().start
    found.append(Stretch(start, end, state))
