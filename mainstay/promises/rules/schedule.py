"""When the report of a month is owed, in the client's own calendar. Pure."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mainstay.policy import year
from mainstay.policy.hours import OfficeHours
from mainstay.policy.instants import local_date, midnight

_MONTH = re.compile(r"2[0-9]{3}-(0[1-9]|1[0-2])")
ONE_DAY = timedelta(days=1)
LAST = timedelta(microseconds=1)
"""How long before its end a month is judged: its last instant belongs to it, the next one to another month."""


class NoMonth(ValueError):
    """Text that is no month."""


def month_of(text: str) -> date:
    """The first day of a month written as 2026-10.

    Raises:
        NoMonth: the text is no month.
    """
    if not _MONTH.fullmatch(text):
        raise NoMonth(f"{text!r} is no month: write it as 2026-10")
    return date.fromisoformat(f"{text}-01")


def next_month(month: date) -> date:
    """The first day of the month after the one that `month` lies in."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def previous_month(month: date) -> date:
    """The first day of the month before the one that `month` lies in."""
    return (month.replace(day=1) - ONE_DAY).replace(day=1)


def months_back(at: datetime, zone: ZoneInfo) -> Iterator[date]:
    """The months that are over at `at`, the latest first, without end."""
    month = local_date(at, zone).replace(day=1)
    while True:
        month = previous_month(month)
        yield month


def months_owed(starts_on: date, at: datetime, zone: ZoneInfo, most: int) -> list[date]:
    """The months of a contract that are over at `at`, the latest first, at most `most`. The first may be a part."""
    found: list[date] = []
    for month in months_back(at, zone):
        if next_month(month) <= starts_on or len(found) == most:
            break
        found.append(month)
    return found


def due_at(month: date, hours: OfficeHours, working_day: int) -> datetime:
    """When the report of `month` is late: at the end of the office hours of that working day of the month after."""
    return _last_closing(year.working_day(hours, next_month(month), working_day), hours)


def warn_at(month: date, hours: OfficeHours, working_day: int) -> datetime:
    """One working day before the report of `month` is due; never before the month is over."""
    day = year.working_day(hours, next_month(month), max(1, working_day - 1))
    return _last_closing(day, hours) if working_day > 1 else _first_opening(day, hours)


def issue_at(month: date, hours: OfficeHours, working_day: int) -> datetime:
    """When Mainstay issues the report of `month` by itself: as the office opens on the working day before the last."""
    return _first_opening(year.working_day(hours, next_month(month), max(1, working_day - 1)), hours)


def _first_opening(day: date, hours: OfficeHours) -> datetime:
    return hours.next_opening(midnight(day, ZoneInfo(hours.timezone)))


def _last_closing(day: date, hours: OfficeHours) -> datetime:
    """The last open instant of `day`; a window across midnight counts until midnight."""
    zone = ZoneInfo(hours.timezone)
    return hours.openings(midnight(day, zone), midnight(day + ONE_DAY, zone))[-1][1]
