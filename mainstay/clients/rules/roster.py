"""Who holds a duty: overrides before shifts made by hand, these before rotations. Pure.

Whoever is away is stood in for by the deputy that the absence names, and leaves a gap where it names none.

All wall times are those of the rotation's own zone, so that a hand-over at 09:00 stays at 09:00 when the clocks change.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Turn:
    """A person (by id) in [start, end): on duty, or away. `deputy` takes the turns of somebody who is away."""

    person: int
    start: datetime
    end: datetime
    deputy: int | None = None

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
    """All that decides who is on call. Of overrides, shifts and absences, the later in the sequence wins.

    `gone` are people who no longer work for the agency: their turns are gaps.
    """

    overrides: Sequence[Turn] = ()
    shifts: Sequence[Turn] = ()
    rotations: Sequence[Rotation] = ()
    absences: Sequence[Turn] = ()
    gone: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Stretch:
    """[start, end) with one answer: `person` holds the duty, or nobody does.

    `missing` is whoever was planned and is away: `person` stands in for them; None where all is as planned.
    """

    start: datetime
    end: datetime
    person: int | None
    missing: int | None = None


def who_is_on_call(plan: Plan, at: datetime) -> int | None:
    """The person on call at `at`; None when nobody is. Somebody who is away is replaced by a named deputy alone."""
    return _held(plan, _planned(plan, at), at)


def cover(plan: Plan, start: datetime, end: datetime) -> list[Stretch]:
    """Who is on call over [start, end), without holes: gaps are stretches of their own."""
    edges = sorted({start, *_edges(plan, start, end)})
    found: list[Stretch] = []
    for edge, following in zip(edges, [*edges[1:], end], strict=True):
        planned = _planned(plan, edge)
        held = _held(plan, planned, edge)
        piece = Stretch(edge, following, held, planned if held != planned else None)
        if found and (found[-1].person, found[-1].missing) == (piece.person, piece.missing):
            piece = Stretch(found.pop().start, following, piece.person, piece.missing)
        found.append(piece)
    return found


def gaps(plans: Iterable[Plan], start: datetime, end: datetime) -> list[Span]:
    """The stretches of [start, end) in which nobody holds any of several duties, in order."""
    open_ = [(start, end)]
    for plan in plans:
        held = [(each.start, each.end) for each in cover(plan, start, end) if each.person is not None]
        open_ = without(open_, held)
    return open_


def without(stretches: Iterable[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of `stretches` where none of `taken` (in order) lies."""
    left: list[Span] = []
    for start, end in stretches:
        free_from = start
        for low, high in taken:
            if high <= free_from or low >= end:
                continue
            if low > free_from:
                left.append((free_from, low))
            free_from = max(free_from, high)
        if free_from < end:
            left.append((free_from, end))
    return left


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap made one."""
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def present(people: Iterable[int | None], absences: Sequence[Turn], at: datetime) -> int | None:
    """The first of `people` who is not away at `at`, else whoever stands in for the first of them; None: nobody."""
    named = [each for each in people if each is not None]
    plan = Plan(absences=absences)
    here = (each for each in named if not _is_away(plan, each, at))
    stand_ins = (_held(plan, each, at) for each in named)
    return next(here, None) or next((each for each in stand_ins if each is not None), None)


def _held(plan: Plan, planned: int | None, at: datetime) -> int | None:
    """Who holds the turn of `planned`: deputies of those who are away are followed on, each once."""
    person, passed = planned, set[int | None]()
    while person is not None and person not in passed and _is_away(plan, person, at):
        passed.add(person)
        person = _deputy(plan, person, at)
    return None if person in passed else person


def _deputy(plan: Plan, person: int, at: datetime) -> int | None:
    named = [each.deputy for each in plan.absences if each.person == person and each.holds(at) and each.deputy]
    return named[-1] if named else None


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
