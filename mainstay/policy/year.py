"""Years and months of an agreement, in its own zone."""

from calendar import isleap
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mainstay.policy.hours import OfficeHours
from mainstay.policy.instants import length, local_date, micros, midnight, moment

ROLLING = timedelta(days=365)


class BeforeContract(LookupError):
    """The contract had not begun at that instant."""


class Period(NamedTuple):
    """A stretch from `start` up to, not including, `end`; aware datetimes in the agreement's zone.

    Use `length`, not `end - start`: two datetimes of one zone subtract as clocks on the wall do.
    """

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long the period really is."""
        return length(micros(self.end) - micros(self.start))

    def holds(self, at: datetime) -> bool:
        """Whether `at` lies in the period."""
        return micros(self.start) <= micros(at) < micros(self.end)


def contract_year(starts_on: date, zone: ZoneInfo, at: datetime, anniversary: tuple[int, int] | None = None) -> Period:
    """The contract year that `at` lies in, from midnight to midnight in `zone`.

    `anniversary` (month, day) differs from `starts_on` where the contract began within a year: its first year is then
    a part of one. An anniversary on 29 February is kept on 1 March where there is none, so that no year is short.

    Raises:
        BeforeContract: `at` is before the contract begins.
    """
    today = local_date(at, zone)
    if today < starts_on:
        raise BeforeContract(f"the contract begins on {starts_on.isoformat()}, after {today.isoformat()}")
    begin, end = _around(today, anniversary or (starts_on.month, starts_on.day))
    return _period(max(begin, starts_on), end, zone)


def full_year(starts_on: date, zone: ZoneInfo, at: datetime, anniversary: tuple[int, int] | None = None) -> Period:
    """The whole year, anniversary to anniversary, that `contract_year` is (a part of). It measures pro rata shares."""
    begin, end = _around(local_date(at, zone), anniversary or (starts_on.month, starts_on.day))
    return _period(begin, end, zone)


def calendar_year(zone: ZoneInfo, at: datetime) -> Period:
    """The calendar year in `zone` that `at` lies in."""
    year = local_date(at, zone).year
    return _period(date(year, 1, 1), date(year + 1, 1, 1), zone)


def rolling_year(zone: ZoneInfo, at: datetime) -> Period:
    """The 365 days (each of 24 hours) before `at`."""
    end = moment(micros(at))
    return Period((end - ROLLING).astimezone(zone), end.astimezone(zone))


def month(zone: ZoneInfo, year: int, number: int) -> Period:
    """A month, from midnight to midnight in `zone`."""
    after = date(year + number // 12, number % 12 + 1, 1)
    return _period(date(year, number, 1), after, zone)


def working_day(hours: OfficeHours, month: date, count: int) -> date:
    """The `count`th working day of the month that the date `month` lies in.

    Raises:
        ValueError: the month has fewer.
    """
    found = hours.working_day_after(month.replace(day=1) - timedelta(days=1), count)
    if (found.year, found.month) != (month.year, month.month) or count < 1:
        raise ValueError(f"{month:%B %Y} has no working day number {count}")
    return found


def _around(today: date, anniversary: tuple[int, int]) -> tuple[date, date]:
    begin = _anniversary(today.year, anniversary)
    if today < begin:
        return _anniversary(today.year - 1, anniversary), begin
    return begin, _anniversary(today.year + 1, anniversary)


def _anniversary(year: int, month_and_day: tuple[int, int]) -> date:
    if month_and_day == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return date(year, *month_and_day)


def _period(begin: date, end: date, zone: ZoneInfo) -> Period:
    return Period(midnight(begin, zone).astimezone(zone), midnight(end, zone).astimezone(zone))
