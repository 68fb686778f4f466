"""Contract years, months and working days of a month."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.policy import year
from mainstay.policy.hours import NeverOpen, OfficeHours
from tests.policy.reference import utc

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)


def days(period: year.Period) -> tuple[date, date]:
    return period.start.date(), period.end.date()


@pytest.mark.parametrize(
    ("starts_on", "at", "begins", "ends"),
    [
        (date(2025, 4, 1), utc(2026, 3, 4), date(2025, 4, 1), date(2026, 4, 1)),
        (date(2025, 4, 1), utc(2026, 3, 31, 22, 59), date(2025, 4, 1), date(2026, 4, 1)),
        (date(2025, 4, 1), utc(2026, 3, 31, 23), date(2026, 4, 1), date(2027, 4, 1)),  # midnight in summer time
        (date(2024, 2, 29), utc(2024, 3, 1), date(2024, 2, 29), date(2025, 3, 1)),
        (date(2024, 2, 29), utc(2025, 2, 28), date(2024, 2, 29), date(2025, 3, 1)),
        (date(2024, 2, 29), utc(2028, 2, 28), date(2027, 3, 1), date(2028, 2, 29)),
        (date(2024, 2, 29), utc(2028, 3, 1), date(2028, 2, 29), date(2029, 3, 1)),
    ],
)
def test_contract_year(starts_on: date, at: datetime, begins: date, ends: date) -> None:
    assert days(year.contract_year(starts_on, LONDON, at)) == (begins, ends)


def test_a_contract_that_begins_within_a_year_has_a_part_of_one_first() -> None:
    given_ = (date(2026, 7, 1), LONDON, utc(2026, 9, 1), (1, 1))
    part, full = year.contract_year(*given_), year.full_year(*given_)
    assert days(part) == (date(2026, 7, 1), date(2027, 1, 1))
    assert days(full) == (date(2026, 1, 1), date(2027, 1, 1))
    assert part.length == 184 * DAY + timedelta(hours=1)  # the hour that comes twice in October
    assert full.length == 365 * DAY
    later = year.contract_year(date(2026, 7, 1), LONDON, utc(2027, 9, 1), (1, 1))
    assert days(later) == (date(2027, 1, 1), date(2028, 1, 1))


def test_before_the_contract_there_is_no_year() -> None:
    with pytest.raises(year.BeforeContract):
        year.contract_year(date(2026, 4, 1), LONDON, utc(2026, 3, 31, 22, 59))


def test_leap_years_calendar_years_and_the_last_365_days() -> None:
    assert year.contract_year(date(2023, 6, 1), LONDON, utc(2024, 1, 1)).length == 366 * DAY
    assert year.calendar_year(LONDON, utc(2024, 5, 5)).length == 366 * DAY
    rolling = year.rolling_year(LONDON, utc(2026, 7, 1))
    assert rolling.length == 365 * DAY
    assert rolling.end == utc(2026, 7, 1)


def test_months_have_their_real_length() -> None:
    lengths = {number: year.month(LONDON, 2026, number).length / DAY for number in (2, 3, 10, 12)}
    assert lengths == {2: 28, 3: 31 - 1 / 24, 10: 31 + 1 / 24, 12: 31}
    assert days(year.month(LONDON, 2026, 12)) == (date(2026, 12, 1), date(2027, 1, 1))


def test_a_month_whose_first_midnight_is_left_out() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    assert year.contract_year(date(2017, 10, 15), zone, utc(2018, 1, 1)).start == utc(2017, 10, 15, 3)


@given(
    starts_on=st.dates(date(2016, 1, 1), date(2028, 12, 31)),
    after=st.integers(0, 4_000),
    zone=st.sampled_from(["Europe/London", "America/Sao_Paulo", "Asia/Tehran", "Australia/Lord_Howe"]),
)
def test_every_instant_lies_in_one_year_and_they_join(starts_on: date, after: int, zone: str) -> None:
    at = utc(starts_on.year, starts_on.month, starts_on.day) + (after + 1) * DAY
    this = year.contract_year(starts_on, ZoneInfo(zone), at)
    assert this.holds(at)
    assert year.contract_year(starts_on, ZoneInfo(zone), this.end).start == this.end
    assert timedelta(days=364, hours=22) <= this.length <= timedelta(days=366, hours=2)


def test_working_days_of_a_month() -> None:
    hours = OfficeHours(holidays={date(2026, 1, 1)})
    assert year.working_day(hours, date(2026, 1, 20), 3) == date(2026, 1, 6)
    assert year.working_day(hours, date(2026, 3, 1), 1) == date(2026, 3, 2)
    for count in (0, 22):
        with pytest.raises(ValueError, match="has no working day"):
            year.working_day(hours, date(2026, 1, 1), count)
    with pytest.raises(NeverOpen):
        year.working_day(OfficeHours(week={}), date(2026, 1, 1), 1)
