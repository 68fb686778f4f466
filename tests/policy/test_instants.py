"""Times on the wall as instants."""

from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from mainstay.policy.instants import DAY, day_number, instant, length, local_date, micros, midnight, moment, stretches
from tests.policy.reference import utc


@pytest.mark.parametrize(
    ("zone", "wall", "at"),
    [
        ("Europe/London", (2026, 7, 1, 12), utc(2026, 7, 1, 11)),
        ("Europe/London", (2026, 3, 29, 1, 30), utc(2026, 3, 29, 1)),  # left out: the change itself
        ("Europe/London", (2026, 10, 25, 1, 30), utc(2026, 10, 25, 0, 30)),  # twice: the first
        ("Australia/Lord_Howe", (2026, 10, 4, 2, 10), utc(2026, 10, 3, 15, 30)),
        ("Pacific/Apia", (2011, 12, 30, 12), utc(2011, 12, 30, 10)),  # a whole day left out
    ],
)
def test_a_time_on_the_wall(zone: str, wall: tuple[int, ...], at: datetime) -> None:
    assert instant(datetime(*wall), ZoneInfo(zone)) == at  # type: ignore[arg-type]  # noqa: DTZ001 - on the wall


def test_a_midnight_that_is_left_out_is_the_first_moment_after_it() -> None:
    assert midnight(date(2021, 3, 22), ZoneInfo("Asia/Tehran")) == utc(2021, 3, 21, 20, 30)


def test_instants_are_exact() -> None:
    at = datetime(2026, 10, 25, 1, 30, 0, 123_457, tzinfo=ZoneInfo("Europe/London"), fold=1)
    assert moment(micros(at)) == utc(2026, 10, 25, 1, 30, 0, 123_457)
    assert local_date(utc(2026, 6, 30, 23, 30), ZoneInfo("Europe/London")) == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("zone", "day", "change"),
    [
        ("Europe/London", date(2026, 3, 29), utc(2026, 3, 29, 1)),
        ("Antarctica/Troll", date(2024, 10, 27), utc(2024, 10, 27, 1)),
        ("Pacific/Apia", date(2011, 12, 30), utc(2011, 12, 30, 10)),
        ("Europe/London", date(2026, 3, 28), None),
        ("Pacific/Galapagos", date(1986, 1, 1), utc(1986, 1, 1, 5)),
    ],
)
def test_a_day_is_divided_where_the_offset_changes(zone: str, day: date, change: datetime | None) -> None:
    found = stretches(ZoneInfo(zone), day_number(day))
    begin = micros(utc(day.year, day.month, day.day))
    assert (found[0][0], found[-1][1]) == (begin, begin + DAY)
    assert [moment(low) for low, _, _ in found[1:]] == ([change] if change else [])
    for low, high, offset in found:
        for at in (moment(low), moment(high - 1)):
            assert at.astimezone(ZoneInfo(zone)).utcoffset() == length(offset)


@pytest.mark.parametrize(
    ("zone", "year"),
    [("Africa/Tunis", 1943), ("America/Noronha", 2000), ("Asia/Gaza", 2040)],
)
def test_no_offset_is_kept_for_less_than_a_day(zone: str, year: int) -> None:
    """Of all zones, these keep an offset for the shortest times; so the ends of a day show every change in it."""
    place, hour = ZoneInfo(zone), DAY // 24
    begin = micros(utc(year, 1, 1))
    offsets = [moment(begin + step * hour).astimezone(place).utcoffset() for step in range(366 * 24)]
    changes = [step for step in range(1, len(offsets)) if offsets[step] != offsets[step - 1]]
    assert len(changes) >= 2
    assert all(later - earlier > 48 for earlier, later in pairwise(changes))
