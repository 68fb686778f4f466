"""Office hours against a minute-by-minute look at the clock on the wall, around every kind of change of the clocks."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.policy.hours import OfficeHours
from tests.policy import reference
from tests.policy.reference import WEEKDAYS, SlowHours, utc

CHANGES = [
    ("Europe/London", utc(2026, 3, 29, 1)),
    ("Europe/London", utc(2026, 10, 25, 1)),
    ("Europe/London", utc(2028, 2, 29, 12)),
    ("America/Sao_Paulo", utc(2017, 10, 15, 3)),
    ("America/Sao_Paulo", utc(2018, 2, 18, 2)),
    ("America/Sao_Paulo", utc(2018, 11, 4, 3)),
    ("Australia/Lord_Howe", utc(2026, 4, 4, 15)),
    ("Australia/Lord_Howe", utc(2026, 10, 3, 15, 30)),
    ("Asia/Tehran", utc(2021, 3, 21, 20, 30)),
    ("Asia/Tehran", utc(2021, 9, 21, 19, 30)),
    ("Pacific/Apia", utc(2011, 12, 30, 10)),
]
"""A zone, and an instant at which its clocks change, or a leap day ends, or a day is left out."""

BEFORE, AFTER = timedelta(hours=40), timedelta(hours=44)


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


starts = st.one_of(st.integers(0, 1439), st.integers(0, 36).map(lambda n: n * 5), st.sampled_from([1380, 1410, 1439]))
ends = st.one_of(st.integers(0, 1440), st.integers(0, 36).map(lambda n: n * 5), st.just(1440))
windows = st.lists(st.tuples(starts, ends).filter(lambda pair: pair[0] != pair[1]), max_size=3).map(
    lambda pairs: [(_time(first), _time(last)) for first, last in pairs]
)
weeks = st.dictionaries(st.sampled_from(WEEKDAYS), windows, min_size=3, max_size=7)
offsets = st.integers(-3, 3).map(timedelta)
seconds_in = st.one_of(
    st.integers(0, 84 * 60).map(lambda n: n * 60.0), st.integers(0, 84 * 3_600_000).map(lambda n: n / 1000)
)


@pytest.mark.parametrize(("timezone", "change"), CHANGES, ids=lambda value: str(value)[:16])
@given(
    week=weeks,
    closed=st.sets(offsets, max_size=2),
    special=st.dictionaries(offsets, windows, max_size=2),
    spots=st.tuples(seconds_in, seconds_in),
    used=st.integers(0, 2_000),
)
def test_agrees_with_the_clock_on_the_wall(
    timezone: str,
    change: datetime,
    week: dict[str, list[tuple[str, str]]],
    closed: set[timedelta],
    special: dict[timedelta, list[tuple[str, str]]],
    spots: tuple[float, float],
    used: int,
) -> None:
    holidays = {change.date() + each for each in closed}
    exceptions = {change.date() + each: value for each, value in special.items()}
    fast = OfficeHours(timezone=timezone, week=week, holidays=holidays, exceptions=exceptions)
    start, end = change - BEFORE, change + AFTER
    minutes = SlowHours(timezone, week, holidays, exceptions).open_minutes(start, end)

    assert _minutes_of(fast, start, end) == minutes
    low, high = (start + timedelta(seconds=each) for each in sorted(spots))
    assert fast.open_between(low, high) == reference.open_between(minutes, low, high)
    assert fast.is_open(low) == (reference.next_opening(minutes, low) == low)
    opening = reference.next_opening(minutes, low)
    if opening is not None:
        assert fast.next_opening(low) == opening
    due = reference.due(minutes, low, timedelta(minutes=used, seconds=used % 60))
    if due is not None:
        assert fast.due(low, timedelta(minutes=used, seconds=used % 60)) == due


@given(start=st.datetimes(datetime(2023, 1, 1), datetime(2029, 1, 1)), used=st.integers(1, 40_000), week=weeks)  # noqa: DTZ001
def test_what_is_due_has_been_open_for_exactly_that_long(start: datetime, used: int, week: dict[str, list]) -> None:
    hours = OfficeHours(
        timezone="Europe/London", week={**week, "wed": [("09:30", "12:00")]}, holidays={date(2024, 2, 29)}
    )
    begin = start.replace(tzinfo=reference.UTC)
    due = hours.due(begin, timedelta(seconds=used))
    assert hours.open_between(begin, due) == timedelta(seconds=used)
    assert hours.open_between(begin, due - timedelta(microseconds=1)) < timedelta(seconds=used)


@given(days=st.lists(st.integers(0, 3_000), min_size=3, max_size=3))
def test_open_time_adds_up(days: list[int]) -> None:
    hours = OfficeHours(timezone="Australia/Lord_Howe")
    first, middle, last = (utc(2020, 1, 1) + timedelta(hours=7 * each) for each in sorted(days))
    assert hours.open_between(first, middle) + hours.open_between(middle, last) == hours.open_between(first, last)


def _minutes_of(hours: OfficeHours, start: datetime, end: datetime) -> list[datetime]:
    found = []
    for low, high in hours.openings(start, end):
        count = (high - low) // reference.MINUTE
        found += [low + index * reference.MINUTE for index in range(count)]
    return found
