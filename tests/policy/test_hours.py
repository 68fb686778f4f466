"""Office hours by example."""

import time
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mainstay.policy.hours import NeverOpen, OfficeHours
from mainstay.policy.windows import HoursWrong
from tests.policy.reference import utc

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type,misc]


@pytest.fixture
def hours() -> OfficeHours:
    return OfficeHours(holidays={GOOD_FRIDAY, EASTER_MONDAY})


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        (london(2026, 3, 6, 17, 0), HOUR, london(2026, 3, 9, 9, 30)),
        (london(2026, 3, 6, 17, 0), HOUR / 2, london(2026, 3, 6, 17, 30)),  # used up at closing falls at closing
        (london(2026, 3, 6, 17, 30), HOUR, london(2026, 3, 9, 10)),
        (london(2026, 3, 7, 3, 0), HOUR, london(2026, 3, 9, 10)),
        (london(2026, 3, 27, 17, 0), HOUR, london(2026, 3, 30, 9, 30)),  # summer time begins between
        (london(2026, 10, 23, 17, 0), HOUR, london(2026, 10, 26, 9, 30)),  # and ends
        (london(2026, 4, 2, 17, 0), HOUR, london(2026, 4, 7, 9, 30)),  # Easter
        (london(2026, 3, 6, 17, 29, 59), timedelta(seconds=2), london(2026, 3, 9, 9, 0, 1)),
        (london(2026, 3, 7, 3, 0), timedelta(), london(2026, 3, 7, 3, 0)),  # nothing is due at once
    ],
)
def test_due(hours: OfficeHours, start: datetime, duration: timedelta, due: datetime) -> None:
    assert hours.due(start, duration) == due


def test_a_window_is_open_from_its_first_instant_up_to_its_end(hours: OfficeHours) -> None:
    assert hours.is_open(london(2026, 3, 6, 9, 0))
    assert not hours.is_open(london(2026, 3, 6, 17, 30))
    assert hours.is_open(london(2026, 3, 6, 17, 29, 59, 999_999))
    assert hours.next_opening(london(2026, 3, 6, 12, 0, 1)) == london(2026, 3, 6, 12, 0, 1)
    assert hours.next_opening(london(2026, 4, 2, 17, 30)) == london(2026, 4, 7, 9)


def test_a_window_across_midnight_belongs_to_the_day_it_begins_on() -> None:
    night = OfficeHours(week={"mon": [("22:00", "06:00")], "tue": [("22:00", "06:00")]}, holidays={date(2026, 3, 3)})
    assert night.is_open(london(2026, 3, 3, 5, 59))  # Monday's window goes on, on Tuesday's holiday
    assert not night.is_open(london(2026, 3, 3, 22, 30))
    assert not night.is_open(london(2026, 3, 4, 1, 0))  # the holiday took its part after midnight with it


def test_an_exception_replaces_the_windows_of_its_date_and_of_a_holiday() -> None:
    eve = date(2026, 12, 24)
    hours = OfficeHours(holidays={eve}, exceptions={eve: [("10:00", "12:00")], date(2026, 12, 22): []})
    assert hours.open_between(london(2026, 12, 24), london(2026, 12, 25)) == 2 * HOUR
    assert hours.open_between(london(2026, 12, 22), london(2026, 12, 23)) == timedelta()


def test_windows_that_touch_or_overlap_are_one() -> None:
    hours = OfficeHours(week={"mon": [("13:00", "17:00"), ("09:00", "12:00"), ("12:00", "14:00"), ("20:00", "24:00")]})
    opened = hours.openings(london(2026, 3, 2), london(2026, 3, 4))
    assert [(low.hour, high - low) for low, high in opened] == [(9, 8 * HOUR), (20, 4 * HOUR)]


@pytest.mark.parametrize(
    ("day", "opened"), [(date(2026, 3, 29), HOUR), (date(2026, 10, 25), 3 * HOUR), (date(2026, 3, 22), 2 * HOUR)]
)
def test_an_hour_counts_as_often_as_it_happens(day: date, opened: timedelta) -> None:
    hours = OfficeHours(week={"sun": [("00:30", "02:30")]})
    start = london(day.year, day.month, day.day)
    assert hours.open_between(start, start + timedelta(days=1)) == opened


def test_a_midnight_that_is_left_out() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    hours = OfficeHours("America/Sao_Paulo", {"sat": [("22:00", "24:00")], "sun": [("00:00", "03:00")]})
    begin = datetime(2017, 10, 14, 23, 30, tzinfo=zone)
    assert hours.due(begin, HOUR) == datetime(2017, 10, 15, 1, 30, tzinfo=zone)
    assert hours.open_between(begin, begin + timedelta(days=1)) == HOUR / 2 + 2 * HOUR
    assert hours.open_between(utc(2018, 2, 17, 20), utc(2018, 2, 18, 12)) == 3 * HOUR + 3 * HOUR  # 23:00 came twice


def test_working_days() -> None:
    hours = OfficeHours(holidays={GOOD_FRIDAY, EASTER_MONDAY})
    assert hours.after_working_days(london(2026, 4, 2, 10, 15), 1) == london(2026, 4, 7, 10, 15)
    assert hours.after_working_days(london(2026, 3, 26, 16), 5) == london(2026, 4, 2, 16)
    assert hours.after_working_days(london(2026, 3, 7, 12), 1) == london(2026, 3, 10, 9)  # a Saturday counts as Monday


@pytest.mark.parametrize(
    ("windows", "later"),
    [([("11:00", "12:00")], 11), ([("08:00", "09:30")], 9.5), ([("08:00", "09:00"), ("14:00", "15:00")], 14)],
)
def test_a_working_day_later_with_other_hours(windows: list[tuple[str, str]], later: float) -> None:
    hours = OfficeHours(exceptions={date(2026, 3, 4): windows})
    assert hours.after_working_days(london(2026, 3, 3, 10), 1) == london(2026, 3, 4) + later * HOUR


def test_a_working_day_of_the_night_shift() -> None:
    hours = OfficeHours(week={day: [("22:00", "06:00")] for day in ("mon", "tue", "wed")})
    assert hours.after_working_days(london(2026, 3, 3, 2), 1) == london(2026, 3, 4, 2)  # Monday's to Tuesday's


def test_a_working_day_later_never_lies_before_the_start() -> None:
    nights = OfficeHours(
        week={day: [("22:00", "06:00")] for day in ("mon", "tue", "wed")},
        exceptions={date(2026, 3, 3): [("00:00", "02:00")]},
    )
    start = london(2026, 3, 3, 4)  # of Monday's window; Tuesday's own has closed by then
    assert nights.after_working_days(start, 1) == london(2026, 3, 5, 4)


def test_the_first_and_the_last_years_are_open_as_any_other() -> None:
    hours = OfficeHours("UTC")
    assert hours.is_open(utc(1, 1, 3, 12))
    assert hours.next_opening(utc(9999, 1, 2)) == utc(9999, 1, 4, 9)
    assert hours.due(utc(9998, 12, 31, 17), HOUR) == utc(9999, 1, 1, 9, 30)


def test_what_never_opens_is_told_at_once() -> None:
    closed = OfficeHours("Antarctica/Troll", week={}, exceptions={date(2020, 1, 1): [("09:00", "10:00")]})
    began = time.process_time()
    with pytest.raises(NeverOpen):
        closed.due(utc(2026, 1, 1), HOUR)
    assert time.process_time() - began < 0.06  # ten years of days without a window need no look at the zone


def test_what_never_opens() -> None:
    closed = OfficeHours(week={})
    for ask in (closed.next_opening, lambda at: closed.due(at, HOUR), lambda at: closed.after_working_days(at, 1)):
        with pytest.raises(NeverOpen):
            ask(utc(2026, 1, 1))
    assert closed.open_between(utc(2026, 1, 1), utc(2036, 1, 1)) == timedelta()
    with pytest.raises(NeverOpen):
        OfficeHours().next_opening(utc(9999, 12, 31))


def test_a_naive_datetime_is_refused(hours: OfficeHours) -> None:
    naive = datetime(2026, 3, 4, 10)  # noqa: DTZ001 - that is the point
    for ask in (
        hours.is_open,
        hours.next_opening,
        lambda at: hours.due(at, HOUR),
        lambda at: hours.open_between(at, at),
    ):
        with pytest.raises(ValueError, match="has no time zone"):
            ask(naive)


def test_what_cannot_be_asked(hours: OfficeHours) -> None:
    with pytest.raises(ValueError, match="before the start"):
        hours.open_between(utc(2026, 1, 2), utc(2026, 1, 1))
    with pytest.raises(ValueError, match="never negative"):
        hours.due(utc(2026, 1, 2), -HOUR)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"timezone": "Europe/Nowhere"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"week": {"monday": []}}, "week.monday"),
        ({"week": {"mon": [("9:00", "17:00")]}}, "week.mon[0]"),
        ({"week": {"mon": [("09:00", "12:00"), ("13:00", "24:01")]}}, "week.mon[1]"),
        ({"week": {"mon": [("24:00", "06:00")]}}, "week.mon[0]"),
        ({"week": {"mon": [("09:00", "09:00")]}}, "week.mon[0]"),
        ({"week": {"mon": ["09:00"]}}, "week.mon[0]"),
        ({"week": {"mon": "09:00"}}, "week.mon"),
        ({"exceptions": {date(2026, 1, 1): [("10:00", "xx")]}}, "exceptions.2026-01-01[0]"),
        ({"holidays": ["2026-01-01"]}, "holidays"),
        ({"holidays": [datetime(2026, 1, 1, tzinfo=LONDON)]}, "holidays"),
        ({"holidays": "2026-01-01"}, "holidays"),
        ({"holidays": None}, "holidays"),
        ({"exceptions": [GOOD_FRIDAY]}, "exceptions"),
        ({"exceptions": {datetime(2026, 1, 1, tzinfo=LONDON): []}}, "exceptions"),
        ({"week": {"mon": [("0\u0669:00", "17:00")]}}, "week.mon[0]"),
        ({"week": None}, "week"),
    ],
)
def test_an_error_names_its_key(given: dict, key: str) -> None:
    with pytest.raises(HoursWrong) as problem:
        OfficeHours(**given)
    assert problem.value.key == key
    assert str(problem.value).startswith(f"{key}: ")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ([], "hours"),
        ({"holidays": 5}, "holidays"),
        ({"exceptions": []}, "exceptions"),
        ({"holidays": ["20260101"]}, "holidays"),
    ],
)
def test_what_was_not_written_by_it_is_refused_by_name(given: Any, key: str) -> None:
    with pytest.raises(HoursWrong) as problem:
        OfficeHours.from_dict(given)
    assert problem.value.key == key


def test_what_is_written_reads_back() -> None:
    hours = OfficeHours(
        "Asia/Tehran",
        {"sat": [("08:00", "24:00"), ("23:00", "02:00")]},
        {GOOD_FRIDAY},
        {EASTER_MONDAY: [("10:00", "12:00")]},
    )
    again = OfficeHours.from_dict(hours.as_dict())
    assert again == hours
    assert hash(again) == hash(hours)
    assert again != OfficeHours("Asia/Tehran")
    with pytest.raises(HoursWrong, match="zone: is not known"):
        OfficeHours.from_dict({"zone": "Asia/Tehran"})


def test_it_is_fast() -> None:
    hours = OfficeHours(holidays={GOOD_FRIDAY})
    start = utc(2026, 1, 1)
    began = time.perf_counter()
    for _ in range(200):
        hours.due(start, timedelta(hours=170))
        hours.open_between(start, start + timedelta(days=365))
    assert (time.perf_counter() - began) / 200 < 0.005  # far above what it takes, for a busy machine
