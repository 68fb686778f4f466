"""Times on the wall as instants."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from mainstay.policy.instants import instant, local_date, micros, midnight, moment
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
