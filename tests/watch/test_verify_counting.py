"""What `verify.py` makes of outages, gaps, windows and office hours is what the ledger makes of them."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.policy.hours import OfficeHours
from mainstay.policy.instants import moment
from mainstay.policy.ledger import Exclusion, Ledger, Observation, Rules, Seen, Window, agreed, divide
from mainstay.policy.ledger import Outage as Down
from mainstay.policy.terms import Cause
from mainstay.watch.evidence.verify import counting
from mainstay.watch.evidence.verify.instants import instant
from mainstay.watch.evidence.verify.settling import Outage

LONDON, SANTIAGO, LORD_HOWE = ("Europe/London", "America/Santiago", "Australia/Lord_Howe")
START = datetime(2026, 3, 27, tzinfo=ZoneInfo(LONDON))
LENGTH_S = 14 * 86_400
"""Over the change of the clocks of all three zones: 29 March, 5 April, 5 April."""

SECOND = timedelta(seconds=1)
SPANS = st.lists(st.tuples(st.integers(-86_400, LENGTH_S), st.integers(0, 4 * 86_400)), max_size=6)
OUTAGES = st.lists(
    st.tuples(
        st.integers(-86_400, LENGTH_S),
        st.none() | st.integers(0, 2 * 86_400),
        st.none() | st.integers(0, 300),
        st.none() | st.integers(0, 300),
    ),
    max_size=5,
)
HOURS = st.none() | st.builds(
    OfficeHours,
    timezone=st.sampled_from([LONDON, SANTIAGO, LORD_HOWE]),
    week=st.fixed_dictionaries(
        {
            day: st.sampled_from([(), (("09:00", "17:30"),), (("22:00", "06:00"),), (("00:00", "24:00"),)])
            for day in ("mon", "tue", "sat", "sun")
        }
    ),
    holidays=st.sets(st.dates(date(2026, 3, 27), date(2026, 4, 9)), max_size=2),
    exceptions=st.dictionaries(
        st.dates(date(2026, 3, 27), date(2026, 4, 9)), st.sampled_from([(), (("01:30", "02:30"),)]), max_size=2
    ),
)


def at_(seconds: int) -> datetime:
    """An instant, counted from the start, in UTC."""
    return moment(us(START)) + seconds * SECOND


def us(at: datetime) -> int:
    return instant(at.isoformat())


def downs(drawn: list[Any]) -> list[Down]:
    found = []
    for start_s, lasts_s, early_s, late_s in drawn:
        end = None if lasts_s is None else start_s + lasts_s
        after = None if early_s is None else at_(start_s - early_s)
        seen = None if late_s is None or end is None else at_(max(start_s, end - late_s))
        found.append(Down(at_(start_s), None if end is None else at_(end), after, seen))
    return found


def offline(year: counting.Year, at: datetime, begins: datetime, down: list[Down], seen: Any, excluded: Any) -> Any:
    outages = [
        Outage(*(None if each is None else us(each) for each in (one.start, one.end, one.start_after, one.end_after)))
        for one in down
    ]
    states = [(us(each.start), us(each.end), each.seen.value) for each in seen]
    cut = [(us(each.start), us(each.end)) for each in excluded]
    return counting.divided(year, year.start, year.end, us(at), us(begins), states, outages, cut)


def figures(book: Ledger) -> dict[str, int]:
    return {**book.seconds, "lower": round(book.lower / SECOND), "upper": round(book.upper / SECOND)}


@given(
    drawn=OUTAGES,
    up=SPANS,
    slow=SPANS,
    blind=SPANS,
    free=SPANS,
    hours=HOURS,
    allowance_s=st.none() | st.integers(0, 5 * 86_400),
    slow_is_charged=st.booleans(),
    now_s=st.integers(0, LENGTH_S),
    begins_s=st.integers(-10, 3 * 86_400),
    part=st.tuples(st.integers(0, LENGTH_S), st.integers(0, LENGTH_S)),
)
def test_the_sums_are_those_of_the_ledger(
    drawn: list[Any], up: Any, slow: Any, blind: Any, free: Any, hours: OfficeHours | None, allowance_s: int | None,
    slow_is_charged: bool, now_s: int, begins_s: int, part: tuple[int, int],
) -> None:  # fmt: skip
    end, now, begins = at_(LENGTH_S), at_(now_s), at_(begins_s)
    seen = [
        Observation(at_(low), at_(low + long), kind)
        for kind, some in ((Seen.UP, up), (Seen.DEGRADED, slow), (Seen.UNKNOWN, blind))
        for low, long in some
    ]
    excluded = [Exclusion(at_(low), at_(low + long)) for low, long in free]
    allowance = None if allowance_s is None else allowance_s * SECOND
    rules = Rules(
        begins_at=begins, unknown_allowance=allowance, charged_hours=hours, degraded_is_charged=slow_is_charged
    )
    book = divide(START, end, at=now, observations=seen, outages=downs(drawn), exclusions=excluded, rules=rules)

    year = counting.Year(
        us(START),
        us(end),
        None if allowance_s is None else allowance_s * 1_000_000,
        slow_is_charged,
        None if hours is None else hours.as_dict(),
    )
    entries = list(offline(year, now, begins, downs(drawn), seen, excluded))
    assert told(entries, START, end) == figures(book)
    low, high = (at_(each) for each in sorted(part))
    assert told(entries, low, high) == figures(book.within(low, high))


def told(entries: Any, start: datetime, end: datetime) -> dict[str, int]:
    exact = counting.sums(entries, us(start), us(end))
    return {
        **counting.whole_seconds(exact),
        "lower": round(timedelta(microseconds=exact["lower"]) / SECOND),
        "upper": round(timedelta(microseconds=exact["upper"]) / SECOND),
    }


def test_unknown_time_before_the_bundle_is_used_up_of_the_allowance() -> None:
    """A bundle of the year's second half counts on from what was unknown in the first."""
    end, hour = at_(LENGTH_S), 3_600_000_000
    year = counting.Year(us(START), us(end), 8 * hour, False, None, unknown_before=6 * hour)
    (free, excess) = counting.divided(year, us(at_(0)), us(at_(3 * 3600)), us(end), us(START), [], [], [])

    assert (free.state, free.end - free.start) == ("unknown", 2 * hour)
    assert (excess.state, excess.end - excess.start, excess.in_excess) == ("down_charged", hour, True)


@given(
    notices=st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.sampled_from(list(Cause))), max_size=5),
    causes=st.sets(st.sampled_from(list(Cause))),
)
def test_only_what_was_agreed_and_announced_in_time_is_excluded(notices: list[Any], causes: set[Cause]) -> None:
    days = timedelta(days=1)
    windows = [
        Window(at_(3600 * n), at_(3600 * n + 600), cause, at_(3600 * n) - early * days, is_emergency=is_emergency)
        for n, (early, is_emergency, cause) in enumerate(notices)
    ]
    by_rules = [(us(each.start), us(each.end)) for each in agreed(windows, causes, 14 * days, 2 * days)]
    version = {
        "from": START.isoformat(),
        "excluded": [each.value for each in causes],
        "planned_notice_s": 14 * 86_400,
        "emergency_notice_s": 2 * 86_400,
    }
    said = [
        {
            "from": each.start.isoformat(),
            "to": each.end.isoformat(),
            "announced_at": each.announced_at.isoformat() if each.announced_at else None,
            "cause": each.cause.value,
            "is_emergency": each.is_emergency,
        }
        for each in windows
    ]

    assert list(counting.exclusions(said, [version])) == by_rules


def test_a_window_is_excluded_by_the_terms_in_force_when_it_began() -> None:
    terms = [
        {"from": at_(0).isoformat(), "excluded": [], "planned_notice_s": 0, "emergency_notice_s": 0},
        {"from": at_(7200).isoformat(), "excluded": ["planned"], "planned_notice_s": 0, "emergency_notice_s": 0},
    ]
    said = {"announced_at": at_(-3600).isoformat(), "cause": "planned", "is_emergency": False}
    windows = [{**said, "from": at_(s).isoformat(), "to": at_(s + 60).isoformat()} for s in (-600, 3600, 7200)]

    assert list(counting.exclusions(windows, terms)) == [(us(at_(7200)), us(at_(7260)))]


def test_a_zone_that_the_machine_does_not_know_is_named() -> None:
    with pytest.raises(SystemExit, match="does not know the time zone Nowhere/At_All: install the package tzdata"):
        counting.zone_of("Nowhere/At_All")
