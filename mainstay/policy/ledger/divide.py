"""Dividing a period by state.

What holds of an instant, the first that fits:

1. before the agreement begins or after it ends: `outside`;
2. not yet come: counted apart, in no state;
3. an observation says that nobody vouches for it: `unknown`;
4. an outage: down, `excluded` where that was agreed or the office is closed (when only office hours are charged),
   `charged` everywhere else;
5. observed to be degraded: `degraded` (charged like an outage where the agreement says so);
6. observed to be up: `up`;
7. nothing is known: `unknown`.

Unknown time past its allowance, counted from the period's start, is `charged` where the agreement says so; time that
could not be charged as down is not counted towards it.

The bounds: `lower` charges each outage from its first failed check to its last one, `upper` from the last good check
before it to the first good one after it. So `upper` also takes in unvouched time at an outage's edges and inside it,
which the point figure leaves unknown. What the allowance charges is charged in all three.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from mainstay.policy.hours import OfficeHours
from mainstay.policy.instants import length, micros, moment, whole
from mainstay.policy.ledger.book import Entry, Ledger
from mainstay.policy.ledger.states import EndBeforeStart, Exclusion, Observation, Outage, Reason, Seen, State
from mainstay.policy.ledger.sweep import Piece, Stretch, pieces
from mainstay.policy.terms import Downtime, DowntimeClock

_OUTSIDE, _UNSEEN, _OUTAGE, _LOWER, _UPPER, _EXCLUDED, _OPEN = (
    "outside", "unseen", "outage", "lower", "upper", "excluded", "open",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the agreement counts. `charged_hours` None charges day and night; `unknown_allowance` None charges none."""

    begins_at: datetime | None = None
    ends_at: datetime | None = None
    unknown_allowance: timedelta | None = None
    charged_hours: OfficeHours | None = None
    degraded_is_charged: bool = False

    @classmethod
    def of(
        cls,
        downtime: Downtime,
        hours: OfficeHours,
        *,
        begins_at: datetime | None = None,
        ends_at: datetime | None = None,
        unknown_allowance: timedelta | None = None,
    ) -> Self:
        """The rules that an agreement's terms give. `unknown_allowance` replaces theirs in a part of a year."""
        allowance = downtime.chargeable_unknown_past
        return cls(
            begins_at=begins_at,
            ends_at=ends_at,
            unknown_allowance=allowance if allowance is None or unknown_allowance is None else unknown_allowance,
            charged_hours=hours if downtime.clock is DowntimeClock.OFFICE else None,
            degraded_is_charged=downtime.degraded_is_charged,
        )


def divide(
    start: datetime,
    end: datetime,
    *,
    at: datetime,
    observations: Iterable[Observation] = (),
    outages: Iterable[Outage] = (),
    exclusions: Iterable[Exclusion] = (),
    rules: Rules = Rules(),
) -> Ledger:
    """The ledger of [start, end) as it stands at `at`. See the module for what counts as what.

    The lengths of all states and of the time yet to come add up to the length of the period, to the microsecond.

    Raises:
        EndBeforeStart: the period, an observation, outage or exclusion ends before it begins.
    """
    low, high = _stretch(start, end)
    now = min(max(micros(at), low), high)
    layers = _layers(observations, outages, exclusions, rules, (low, high), now)
    cut = _past_and_outside(pieces(low, high, layers), now)
    allowance = _Allowance(None if rules.unknown_allowance is None else whole(rules.unknown_allowance))
    entries = tuple(_entries(cut, rules, allowance))
    left = None if allowance.left is None else length(allowance.left)
    return Ledger(moment(low), moment(high), moment(now), entries, left)


def _layers(
    observations: Iterable[Observation],
    outages: Iterable[Outage],
    exclusions: Iterable[Exclusion],
    rules: Rules,
    period: Stretch,
    now: int,
) -> dict[str, list[Stretch]]:
    layers: dict[str, list[Stretch]] = {name: [] for name in (_UNSEEN, Seen.UP.value, Seen.DEGRADED.value)}
    for each in observations:
        name = _UNSEEN if each.seen is Seen.UNKNOWN else each.seen.value
        layers[name].append(_stretch(each.start, each.end))
    bounds = [_bounds(each, now) for each in outages]
    layers[_LOWER], layers[_OUTAGE], layers[_UPPER] = (
        [each[which] for each in bounds if each[which][0] < each[which][1]] for which in range(3)
    )
    layers[_EXCLUDED] = [_stretch(each.start, each.end) for each in exclusions]
    layers[_OUTSIDE] = _outside(rules, period)
    layers[_OPEN] = _open(rules.charged_hours, period)
    layers["to_come"] = [(now, period[1])]
    return layers


def _bounds(outage: Outage, now: int) -> tuple[Stretch, Stretch, Stretch]:
    """The least, the point and the greatest stretch of an outage."""
    start, end = _stretch(outage.start, outage.end) if outage.end else (micros(outage.start), now)
    end = max(start, end)
    begun = start if outage.start_after is None else min(start, micros(outage.start_after))
    seen = end if outage.end_after is None else max(start, min(end, micros(outage.end_after)))
    return (start, seen), (start, end), (begun, end)


def _outside(rules: Rules, period: Stretch) -> list[Stretch]:
    found = []
    if rules.begins_at is not None:
        found.append((period[0], micros(rules.begins_at)))
    if rules.ends_at is not None:
        found.append((micros(rules.ends_at), period[1]))
    return found


def _open(hours: OfficeHours | None, period: Stretch) -> list[Stretch]:
    if hours is None:
        return [period]
    return [(micros(low), micros(high)) for low, high in hours.openings(moment(period[0]), moment(period[1]))]


def _past_and_outside(cut: Iterable[Piece], now: int) -> Iterator[Piece]:
    return (piece for piece in cut if piece[0] < now or _OUTSIDE in piece[2])


@dataclass(slots=True)
class _Allowance:
    """What is left of the time that may be unknown, in microseconds; None charges none."""

    left: int | None


def _entries(cut: Iterable[Piece], rules: Rules, allowance: _Allowance) -> Iterator[Entry]:
    for low, high, covered in cut:
        entry = _entry(low, high, covered, rules)
        if allowance.left is None or entry.state is not State.UNKNOWN or not _is_chargeable(covered):
            yield entry
            continue
        free = min(high - low, allowance.left)
        allowance.left -= free
        if free:
            yield entry.cut(low, low + free)
        if low + free < high:
            yield Entry(low + free, high, State.DOWN_CHARGED, Reason.UNKNOWN_EXCESS, in_lower=True, in_upper=True)


def _entry(low: int, high: int, covered: frozenset[str], rules: Rules) -> Entry:
    state, reason = _state(covered, rules)
    chargeable = _is_chargeable(covered) and state is not State.OUTSIDE
    is_degraded = state is State.DOWN_CHARGED and reason is Reason.DEGRADED
    in_lower = is_degraded or (state is State.DOWN_CHARGED and _LOWER in covered)
    in_upper = chargeable and (_UPPER in covered or state is State.DOWN_CHARGED)
    return Entry(low, high, state, reason, in_lower=in_lower, in_upper=in_upper)


def _state(covered: frozenset[str], rules: Rules) -> tuple[State, Reason]:
    if _OUTSIDE in covered:
        return State.OUTSIDE, Reason.NONE
    if _UNSEEN in covered:
        return State.UNKNOWN, Reason.NONE
    if _OUTAGE in covered:
        return _down(covered, Reason.OUTAGE)
    if Seen.DEGRADED in covered:
        return _down(covered, Reason.DEGRADED) if rules.degraded_is_charged else (State.DEGRADED, Reason.NONE)
    return (State.UP if Seen.UP in covered else State.UNKNOWN), Reason.NONE


def _down(covered: frozenset[str], reason: Reason) -> tuple[State, Reason]:
    if _EXCLUDED in covered:
        return State.DOWN_EXCLUDED, Reason.AGREED
    return (State.DOWN_CHARGED, reason) if _OPEN in covered else (State.DOWN_EXCLUDED, Reason.CLOSED)


def _is_chargeable(covered: frozenset[str]) -> bool:
    return _OPEN in covered and _EXCLUDED not in covered


def _stretch(start: datetime, end: datetime) -> Stretch:
    low, high = micros(start), micros(end)
    if high < low:
        raise EndBeforeStart(f"{end.isoformat()} is before {start.isoformat()}")
    return low, high
