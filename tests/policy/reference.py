"""Slow and plain models of the policy's arithmetic, a minute at a time, to hold the fast ones against."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Windows = Sequence[tuple[str, str]]


class SlowHours:
    """Office hours that look at the clock on the wall each minute."""

    def __init__(
        self, timezone: str, week: Mapping[str, Windows], holidays: set[date], exceptions: Mapping[date, Windows]
    ) -> None:
        self.zone = ZoneInfo(timezone)
        self.week, self.holidays, self.exceptions = week, holidays, exceptions

    def windows(self, day: date) -> Windows:
        if day in self.exceptions:
            return self.exceptions[day]
        return () if day in self.holidays else self.week.get(WEEKDAYS[day.weekday()], ())

    def is_open(self, at: datetime) -> bool:
        wall = at.astimezone(self.zone).replace(tzinfo=None)
        return any(
            _clock(day, first) <= wall < _closing(day, first, last)
            for day in (wall.date(), wall.date() - timedelta(days=1))
            for first, last in self.windows(day)
        )

    def open_minutes(self, start: datetime, end: datetime) -> list[datetime]:
        """The open minutes that begin in [start, end); `start` is a whole minute."""
        found, at = [], start
        while at < end:
            if self.is_open(at):
                found.append(at)
            at += MINUTE
        return found


def open_between(minutes: Sequence[datetime], start: datetime, end: datetime) -> timedelta:
    parts = (min(each + MINUTE, end) - max(each, start) for each in minutes if each < end and each + MINUTE > start)
    return sum(parts, timedelta())


def next_opening(minutes: Sequence[datetime], at: datetime) -> datetime | None:
    return next((max(each, at) for each in minutes if each + MINUTE > at), None)


def due(minutes: Sequence[datetime], start: datetime, duration: timedelta) -> datetime | None:
    """The first instant by which `duration` of the open minutes is used; None when they do not suffice."""
    left = duration
    if not left:
        return start
    for each in minutes:
        begin = max(each, start)
        if each + MINUTE > begin:
            if each + MINUTE - begin >= left:
                return begin + left
            left -= each + MINUTE - begin
    return None


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def _clock(day: date, text: str) -> datetime:
    hour, minute = map(int, text.split(":"))
    return datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute)  # noqa: DTZ001 - wall clock


def _closing(day: date, first: str, last: str) -> datetime:
    end = _clock(day, last)
    return end if end > _clock(day, first) else end + timedelta(days=1)
