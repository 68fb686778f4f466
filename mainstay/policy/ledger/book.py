"""A period divided by state."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from mainstay.policy.instants import SECOND, length, local_date, micros, midnight, moment, whole
from mainstay.policy.ledger.states import Interval, Reason, State


@dataclass(frozen=True, slots=True)
class Entry:
    """A stretch of one state, in microseconds since 1970, and whether the bounds of downtime charge it."""

    start: int
    end: int
    state: State
    reason: Reason = Reason.NONE
    in_lower: bool = False
    in_upper: bool = False

    def cut(self, start: int, end: int) -> "Entry":
        """The part of it in [start, end)."""
        return replace(self, start=max(self.start, start), end=min(self.end, end))


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of a ledger. `worst` is None where the whole day is yet to come."""

    date: date
    start: datetime
    end: datetime
    worst: State | None
    charged: timedelta


@dataclass(frozen=True, slots=True)
class Ledger:
    """[start, end) divided by state, as it stood at `at`.

    `entries` are in order and do not overlap; they cover everything but the time yet to come. All lengths are exact.
    """

    start: datetime
    end: datetime
    at: datetime
    entries: tuple[Entry, ...]
    unknown_left: timedelta | None = None
    """What is left of the allowance for unknown time; None where there is none."""

    @property
    def length(self) -> timedelta:
        """How long the period is; `totals` and `to_come` add up to it."""
        return length(micros(self.end) - micros(self.start))

    @property
    def totals(self) -> dict[State, timedelta]:
        """The time in each state."""
        found = dict.fromkeys(State, 0)
        for each in self.entries:
            found[each.state] += each.end - each.start
        return {state: length(sum_) for state, sum_ in found.items()}

    def total(self, state: State) -> timedelta:
        """The time in `state`."""
        return length(sum(each.end - each.start for each in self.entries if each.state is state))

    @property
    def to_come(self) -> timedelta:
        """The time of the period that lies after `at` and inside the agreement."""
        return self.length - length(sum(each.end - each.start for each in self.entries))

    @property
    def charged(self) -> timedelta:
        """Downtime charged: the point figure, from first failed checks to first good ones."""
        return self.total(State.DOWN_CHARGED)

    @property
    def lower(self) -> timedelta:
        """The least that the charged downtime can truly have been."""
        return length(sum(each.end - each.start for each in self.entries if each.in_lower))

    @property
    def upper(self) -> timedelta:
        """The most that the charged downtime can truly have been."""
        return length(sum(each.end - each.start for each in self.entries if each.in_upper))

    @property
    def excluded(self) -> timedelta:
        """Downtime that is not charged."""
        return self.total(State.DOWN_EXCLUDED)

    @property
    def unknown(self) -> timedelta:
        """The time of which nothing is known, as far as it is not charged."""
        return self.total(State.UNKNOWN)

    @property
    def unknown_excess(self) -> timedelta:
        """What of the charged downtime is unknown time past its allowance."""
        return length(sum(e.end - e.start for e in self.entries if e.reason is Reason.UNKNOWN_EXCESS))

    @property
    def observed(self) -> timedelta:
        """The time inside the agreement of which something is known."""
        unwatched = (State.UNKNOWN, State.OUTSIDE)
        known = (e for e in self.entries if e.state not in unwatched and e.reason is not Reason.UNKNOWN_EXCESS)
        return length(sum(each.end - each.start for each in known))

    @property
    def charged_stretches(self) -> tuple[timedelta, ...]:
        """How long it was seen to be down at a stretch, as charged. Unknown time past its allowance is none."""
        seen = [e for e in self.entries if e.state is State.DOWN_CHARGED and e.reason is not Reason.UNKNOWN_EXCESS]
        found: list[list[int]] = []
        for each in seen:
            if found and found[-1][1] == each.start:
                found[-1][1] = each.end
            else:
                found.append([each.start, each.end])
        return tuple(length(end - start) for start, end in found)

    @property
    def segments(self) -> tuple[Interval, ...]:
        """What can be drawn: stretches of one state and reason, in order, as long as they go."""
        return tuple(_merged(self.entries))

    @property
    def seconds(self) -> dict[str, int]:
        """Whole seconds by state and, under `to_come`, those yet to come; they add up to the period's whole seconds."""
        exact = {state.value: whole(total) for state, total in self.totals.items()}
        exact["to_come"] = whole(self.to_come)
        return _apportioned(exact)

    def within(self, start: datetime, end: datetime) -> "Ledger":
        """The part of the ledger in [start, end), cut to the period; what was charged stays charged.

        So the months of a year add up to it, whatever their share of the allowance for unknown time.
        """
        low, high = max(micros(self.start), micros(start)), min(micros(self.end), micros(end))
        high = max(low, high)
        entries = tuple(
            each if each.start >= low and each.end <= high else each.cut(low, high)
            for each in self.entries
            if each.start < high and each.end > low
        )
        at = moment(min(max(micros(self.at), low), high))
        return Ledger(moment(low), moment(high), at, entries)

    def days(self, zone: ZoneInfo) -> tuple[Day, ...]:
        """The period by local days, in order, each with the worst of its states. Outside counts for less than up."""
        return tuple(_days(self, zone))

    def charged_at(self, amount: timedelta) -> datetime | None:
        """The instant by which `amount` of downtime had been charged; None when less was."""
        left = whole(amount)
        for each in self.entries:
            if each.state is State.DOWN_CHARGED:
                if each.end - each.start >= left:
                    return moment(each.start + left)
                left -= each.end - each.start
        return None


def _merged(entries: Iterable[Entry]) -> Iterator[Interval]:
    last: Interval | None = None
    for each in entries:
        start, end = moment(each.start), moment(each.end)
        if last and (last.end, last.state, last.reason) == (start, each.state, each.reason):
            last = replace(last, end=end)
            continue
        if last:
            yield last
        last = Interval(start, end, each.state, each.reason)
    if last:
        yield last


def _apportioned(exact: dict[str, int]) -> dict[str, int]:
    """Microseconds as whole seconds whose sum is that of all: what is left goes where the most was cut off."""
    found = {name: amount // SECOND for name, amount in exact.items()}
    missing = sum(exact.values()) // SECOND - sum(found.values())
    for name in sorted(exact, key=lambda each: (-(exact[each] % SECOND), each))[:missing]:
        found[name] += 1
    return found


def _days(ledger: Ledger, zone: ZoneInfo) -> Iterator[Day]:
    low, high = micros(ledger.start), micros(ledger.end)
    edges = _midnights(low, high, zone)
    rest = list(reversed(ledger.entries))
    for start, end in pairwise(edges):
        parts = []
        while rest and rest[-1].start < end:
            entry = rest[-1]
            parts.append(entry.cut(start, end))
            if entry.end > end:
                break
            rest.pop()
        yield _day(start, end, parts, zone)


def _midnights(low: int, high: int, zone: ZoneInfo) -> list[int]:
    """`low`, each local midnight between, and `high`."""
    day, edges = local_date(moment(low), zone), [low]
    while edges[-1] < high:
        day += timedelta(days=1)
        edge = micros(midnight(day, zone))
        if edge > edges[-1]:
            edges.append(min(edge, high))
    return edges


def _day(start: int, end: int, parts: list[Entry], zone: ZoneInfo) -> Day:
    worst = max((each.state for each in parts), key=lambda state: state.weight, default=None)
    charged = length(sum(each.end - each.start for each in parts if each.state is State.DOWN_CHARGED))
    return Day(local_date(moment(start), zone), moment(start), moment(end), worst, charged)
