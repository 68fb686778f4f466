"""Which months' reports are due to be issued. Pure."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mainstay.policy.hours import OfficeHours
from mainstay.promises.rules import schedule

CATCH_UP_MONTHS = 3
"""How many months back a report is made up for when Mainstay was not running on its day."""


def to_issue(
    *, starts_on: date, zone: ZoneInfo, hours: OfficeHours, working_day: int, issued: Collection[str], at: datetime
) -> list[str]:
    """The months, written as 2026-10 and the oldest first, whose report should be issued at `at` and is not."""
    owed = schedule.months_owed(starts_on, at, zone, CATCH_UP_MONTHS)
    ripe = [month for month in owed if schedule.issue_at(month, hours, working_day) <= at]
    return [name for name in sorted(f"{month:%Y-%m}" for month in ripe) if name not in issued]
