"""The dates of the demo world, counted back from the day it is made. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

MONTHS = 14
HOME = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Calendar:
    """The demo's time: `until` is now, `since` where the agency's history begins."""

    until: datetime

    @property
    def since(self) -> datetime:
        return instant(self.first_of(MONTHS))

    def first_of(self, months_ago: int) -> date:
        """The first day of the month `months_ago` before this one."""
        index = self.until.year * 12 + self.until.month - 1 - months_ago
        return date(index // 12, index % 12 + 1, 1)

    def contract_year_start(self, months_ago: int) -> datetime:
        """Where the present contract year of a contract that began `months_ago` began."""
        return instant(self.first_of(months_ago % 12 if months_ago >= 12 else months_ago))


def instant(day: date) -> datetime:
    """The beginning of `day` where the agency is, so that contract years are whole."""
    return datetime.combine(day, time(), HOME).astimezone(UTC)
