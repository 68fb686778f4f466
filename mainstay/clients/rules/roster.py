"""Who is on call: overrides before shifts made by hand, these before rotations; whoever is away leaves a gap. Pure.

All wall times are those of the rotation's own zone, so that a hand-over at 09:00 stays at 09:00 when the clocks change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Turn:
    """A person (by id) in [start, end): on duty, or away."""

    person: int
    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Rotation:
    """People in order, `weeks` each. The first hand-over is on `first_on` at the wall time `at`.

    It counts in [starts_at, ends_at): what a changed rotation said before the change stays as it was.
    """

    people: tuple[int, ...]
    first_on: date
    at: time
    zone: ZoneInfo
    weeks: int
    starts_at: datetime
    ends_at: datetime | None = None

    def person(self, at: datetime) -> int | None:
        """Whose turn it is at `at`; None outside the rotation's time."""
        if at < self.starts_at or (self.ends_at is not None and at >= self.ends_at) or not self.people:
            return None
        turn = self._turn(at)
        return self.people[turn % len(self.people)] if turn >= 0 else None

    def hand_overs(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """The instants in (start, end) at which somebody else's turn begins."""
        turn = max(self._turn(start) + 1, 0)
        while (instant := self._begins(turn)) < end:
            if instant > start:
                yield instant
            turn += 1

    def _turn(self, at: datetime) -> int:
        """The number of the turn that `at` lies in; below zero before the first."""
        turn = (at - self._begins(0)) // self._length
        while self._begins(turn + 1) <= at:
            turn += 1
        while self._begins(turn) > at:
            turn -= 1
        return turn

    def _begins(self, turn: int) -> datetime:
        wall = datetime.combine(self.first_on, self.at) + turn * self._length
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    @property
    def _length(self) -> timedelta:
        return timedelta(weeks=self.weeks)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides who is on call. Of overrides, and of shifts, the later in the sequence wins.

    `gone` are people who no longer work for the agency: their turns are gaps.
    """

    overrides: Sequence[Turn] = ()
    shifts: Sequence[Turn] = ()
    rotations: Sequence[Rotation] = ()
    absences: Sequence[Turn] = ()
    gone: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Stretch:
    """[start, end) with one answer: `person` is on call, or nobody is, since `missing` is away (None: none planned)."""

    start: datetime
    end: datetime
    person: int | None
    missing: int | None = None


def who_is_on_call(plan: Plan, at: datetime) -> int | None:
    """The person on call at `at`; None when nobody is. Somebody who is away is never replaced silently."""
    person = _planned(plan, at)
    return None if person is None or _is_away(plan, person, at) else person


def cover(plan: Plan, start: datetime, end: datetime) -> list[Stretch]:
    """Who is on call over [start, end), without holes: gaps are stretches of their own."""
    edges = sorted({start, *_edges(plan, start, end)})
    found: list[Stretch] = []
    for edge, following in zip(edges, [*edges[1:], end], strict=True):
        planned = _planned(plan, edge)
        away = planned is not None and _is_away(plan, planned, edge)
        piece = Stretch(edge, following, None if away else planned, planned if away else None)
        if found and (found[-1].person, found[-1].missing) == (piece.person, piece.missing):
            piece = Stretch(found.pop().start, following, piece.person, piece.missing)
        found.append(piece)
    return found


def _planned(plan: Plan, at: datetime) -> int | None:
    for turns in (plan.overrides, plan.shifts):
        held = [each.person for each in turns if each.holds(at)]
        if held:
            return held[-1]
    turns_of_rotations = (each.person(at) for each in plan.rotations)
    return next((person for person in turns_of_rotations if person is not None), None)


def _is_away(plan: Plan, person: int, at: datetime) -> bool:
    return person in plan.gone or any(each.person == person and each.holds(at) for each in plan.absences)


def _edges(plan: Plan, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every instant in (start, end) at which the answer may change."""
    instants = [edge for turn in (*plan.overrides, *plan.shifts, *plan.absences) for edge in (turn.start, turn.end)]
    for rotation in plan.rotations:
        instants += [rotation.starts_at, *([rotation.ends_at] if rotation.ends_at else [])]
        instants += rotation.hand_overs(start, end)
    return (each for each in instants if start < each < end)
