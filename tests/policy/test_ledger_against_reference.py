"""The ledger against a minute-by-minute reading of its rules, and what must hold of every ledger."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mainstay.policy.hours import OfficeHours
from mainstay.policy.ledger import Exclusion, Ledger, Observation, Outage, Rules, Seen, State, divide
from tests.policy.reference import MINUTE, utc

START = utc(2026, 3, 28, 20)
LENGTH = 600
HOURS = OfficeHours(week={"sat": [("21:00", "23:00")], "sun": [("00:30", "02:10"), ("05:00", "06:00")]})

spots = st.integers(-60, LENGTH + 60)
stretches = st.tuples(spots, spots).map(sorted)
observations = st.lists(st.tuples(stretches, st.sampled_from(Seen)), max_size=6)
outages = st.lists(st.tuples(stretches, st.integers(0, 15), st.integers(0, 15), st.booleans()), max_size=4)
exclusions = st.lists(stretches, max_size=2)
allowances = st.one_of(st.none(), st.integers(0, 120))
edges = st.one_of(st.none(), spots)


def _at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def _outage(given_: tuple[list[int], int, int, bool]) -> Outage:
    (low, high), before, short, is_open = given_
    return Outage(_at(low), None if is_open else _at(high), _at(low - before), _at(max(low, high - short)))


def _slow(
    now: int,
    seen: list[tuple[list[int], Seen]],
    outs: list[tuple[list[int], int, int, bool]],
    excluded: list[list[int]],
    allowance: int | None,
    edges_: tuple[int | None, int | None],
    office: bool,
    degraded_is_charged: bool,
) -> dict[str, int]:
    """Minutes by state, of the time to come, and of both bounds, by the rules as they are written."""
    found = dict.fromkeys([*(state.value for state in State), "to_come", "lower", "upper"], 0)
    unknown_left = allowance
    for minute in range(LENGTH):
        begins, ends = edges_
        if (begins is not None and minute < begins) or (ends is not None and minute >= ends):
            found["outside"] += 1
            continue
        if minute >= now:
            found["to_come"] += 1
            continue
        here = {what for (low, high), what in seen if low <= minute < high}
        chargeable = not any(low <= minute < high for low, high in excluded)
        chargeable = chargeable and (not office or HOURS.is_open(_at(minute)))
        ended = [
            (low, max(low, now) if still else high, before, short, high) for (low, high), before, short, still in outs
        ]
        is_out = any(low <= minute < end for low, end, *_ in ended)
        is_lower = any(low <= minute < max(low, min(end, max(low, high - short))) for low, end, _, short, high in ended)
        is_upper = any(low - before <= minute < end for low, end, before, _, _ in ended)
        if Seen.UNKNOWN in here:
            state = "unknown"
        elif is_out or (Seen.DEGRADED in here and degraded_is_charged):
            state = "down_charged" if chargeable else "down_excluded"
        elif Seen.DEGRADED in here:
            state = "degraded"
        else:
            state = "up" if Seen.UP in here else "unknown"
        in_lower = state == "down_charged" and (is_lower or not is_out)
        in_upper = chargeable and (is_upper or state == "down_charged")
        if state == "unknown" and chargeable and unknown_left is not None:
            if unknown_left:
                unknown_left -= 1
            else:
                state, in_lower, in_upper = "down_charged", True, True
        found[state] += 1
        found["lower"] += in_lower
        found["upper"] += in_upper
    return found


@given(
    now=st.integers(-30, LENGTH + 30),
    seen=observations,
    outs=outages,
    excluded=exclusions,
    allowance=allowances,
    edges_=st.tuples(edges, edges),
    office=st.booleans(),
    degraded_is_charged=st.booleans(),
)
def test_agrees_with_the_rules_read_minute_by_minute(
    now: int,
    seen: list,
    outs: list,
    excluded: list,
    allowance: int | None,
    edges_: tuple,
    office: bool,
    degraded_is_charged: bool,
) -> None:
    rules = Rules(
        begins_at=None if edges_[0] is None else _at(edges_[0]),
        ends_at=None if edges_[1] is None else _at(edges_[1]),
        unknown_allowance=None if allowance is None else timedelta(minutes=allowance),
        charged_hours=HOURS if office else None,
        degraded_is_charged=degraded_is_charged,
    )
    ledger = divide(
        START,
        _at(LENGTH),
        at=_at(now),
        observations=[Observation(_at(low), _at(high), what) for (low, high), what in seen],
        outages=[_outage(each) for each in outs],
        exclusions=[Exclusion(_at(low), _at(high)) for low, high in excluded],
        rules=rules,
    )
    slow = _slow(max(0, min(now, LENGTH)), seen, outs, excluded, allowance, edges_, office, degraded_is_charged)
    fast = {state.value: total // MINUTE for state, total in ledger.totals.items()}
    fast |= {"to_come": ledger.to_come // MINUTE, "lower": ledger.lower // MINUTE, "upper": ledger.upper // MINUTE}
    assert fast == slow
    _check_whole(ledger)


micro = st.integers(-(10**9), 10**11)
micro_stretches = st.tuples(micro, micro).map(sorted)


@given(
    end=st.integers(1, 10**11),
    now=micro,
    seen=st.lists(st.tuples(micro_stretches, st.sampled_from(Seen)), max_size=8),
    outs=st.lists(micro_stretches, max_size=5),
    excluded=st.lists(micro_stretches, max_size=2),
    allowance=st.integers(0, 10**10),
    cut=micro,
)
def test_holds_for_every_ledger_to_the_microsecond(
    end: int, now: int, seen: list, outs: list, excluded: list, allowance: int, cut: int
) -> None:
    def at(micros: int) -> datetime:
        return START + timedelta(microseconds=micros)

    ledger = divide(
        START,
        at(end),
        at=at(now),
        observations=[Observation(at(low), at(high), what) for (low, high), what in seen],
        outages=[Outage(at(low), at(high), at(low - 10**7), at(high - 10**6)) for low, high in outs],
        exclusions=[Exclusion(at(low), at(high)) for low, high in excluded],
        rules=Rules(unknown_allowance=timedelta(microseconds=allowance)),
    )
    _check_whole(ledger)
    middle = min(max(at(cut), ledger.start), ledger.end)
    halves = ledger.within(START, middle), ledger.within(middle, at(end))
    assert [a + b for a, b in zip(halves[0].totals.values(), halves[1].totals.values(), strict=True)] == [
        *ledger.totals.values()
    ]
    assert halves[0].to_come + halves[1].to_come == ledger.to_come
    days = ledger.days(utc(2026, 1, 1).tzinfo)  # type: ignore[arg-type]
    assert sum((day.end - day.start for day in days), timedelta()) == ledger.length
    assert sum((day.charged for day in days), timedelta()) == ledger.charged


def _check_whole(ledger: Ledger) -> None:
    assert sum(ledger.totals.values(), ledger.to_come) == ledger.length
    assert sum(ledger.seconds.values()) == ledger.length // timedelta(seconds=1)
    assert min(ledger.seconds.values()) >= 0
    assert timedelta() <= ledger.lower <= ledger.charged <= ledger.upper <= ledger.length
    segments = ledger.segments
    assert all(each.start < each.end for each in segments)
    for one, two in pairwise(segments):
        assert one.end <= two.start
        assert (one.end, one.state, one.reason) != (two.start, two.state, two.reason)
    for state, total in ledger.totals.items():
        assert sum((each.length for each in segments if each.state is state), timedelta()) == total
