"""Instants, dates and shares as reports say them."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

NOT_KNOWN = "not known"


def share(basis_points: int | None) -> str:
    """Basis points as a percentage, rounded down so that nothing short of 100 % is shown as 100 %."""
    if basis_points is None:
        return NOT_KNOWN
    whole, rest = divmod(basis_points, 100)
    return f"{whole} %" if not rest else f"{whole}.{rest:02d}".rstrip("0") + " %"


@dataclass(frozen=True)
class Words:
    """Instants in the client's zone."""

    zone: ZoneInfo

    def local(self, instant: str) -> datetime:
        return datetime.fromisoformat(instant).astimezone(self.zone)

    def day(self, instant: str | None) -> str:
        return "" if instant is None else day_name(self.local(instant).date())

    def time(self, instant: str | None) -> str:
        return "" if instant is None else f"{self.day(instant)}, {self.local(instant):%H:%M}"

    def second(self, instant: str | None, missing: str) -> str:
        return missing if instant is None else f"{self.day(instant)}, {self.local(instant):%H:%M:%S}"


def day_name(day: date) -> str:
    """A date as 3 October 2026."""
    return f"{day.day} {day:%B %Y}"
