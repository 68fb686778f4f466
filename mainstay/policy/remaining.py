"""What is left of a clock, as people say it: `due tomorrow 10:40, 2 h 10 min of office time left`.

Instants are said on the wall of the reader's zone. Where the clocks go back, a time that happens twice is told apart by
its zone's short name.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from mainstay.policy.durations import say

MINUTE = timedelta(minutes=1)
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """A clock at an instant. `state`: running, at_risk, late, paused, met, missed or cancelled.

    `left` is in the time that the clock counts (`in_office`: office time), negative when late. `waits_for` is whom a
    paused clock waits for, `done_at` when it stopped.
    """

    state: str
    left: timedelta
    in_office: bool = False
    due_at: datetime | None = None
    paused_at: datetime | None = None
    waits_for: str = ""
    done_at: datetime | None = None


def say_remaining(clock: Remaining, now: datetime, zone: ZoneInfo) -> str:
    """A clock in words, without its name."""
    if clock.state == "late":
        return _late(clock, now, zone)
    if clock.state == "paused":
        return f"{_paused(clock, now, zone)}, {_length(clock.left)}{_office(clock)} left when it goes on"
    if clock.state == "met":
        return _with(clock.done_at, "in time", now, zone)
    if clock.state == "missed":
        return _with(clock.done_at, f"missed by {_length(-clock.left)}{_office(clock)}", now, zone)
    if clock.state == "cancelled":
        return "not owed any more"
    left = f"{_length(clock.left)}{_office(clock)} left"
    return f"due {say_when(clock.due_at, now, zone)}, {left}" if clock.due_at else left


def say_when(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """An instant with its day: `today 10:40`, `tomorrow 09:00`, `Monday 10:40`, `3 April 10:40`."""
    return f"{say_day(at, now, zone)} {_clock(at, zone)}"


def say_day(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The day of an instant: today, tomorrow, yesterday, a weekday within a week, else the date."""
    day, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    days = (day - today).days
    if days in _NEAR:
        return _NEAR[days]
    return f"{day:%A}" if -WEEK < days < WEEK else _date(day, today)


_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def _late(clock: Remaining, now: datetime, zone: ZoneInfo) -> str:
    said = f"late by {_length(-clock.left)}{_office(clock)}"
    if clock.paused_at is not None:
        return f"{said}, {_paused(clock, now, zone)}"
    return f"{said}, was due {say_when(clock.due_at, now, zone)}" if clock.due_at else said


def _paused(clock: Remaining, now: datetime, zone: ZoneInfo) -> str:
    since = f" since {_since(clock.paused_at, now, zone)}" if clock.paused_at else ""
    return f"paused{since}{f': waiting for {clock.waits_for}' if clock.waits_for else ''}"


def _since(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Of today the time is said, of another day the day alone."""
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return _clock(at, zone)
    return say_day(at, now, zone)


def _with(at: datetime | None, said: str, now: datetime, zone: ZoneInfo) -> str:
    return f"{said}, {say_when(at, now, zone)}" if at else said


def _length(length: timedelta) -> str:
    """Whole minutes, since nobody waits for the second."""
    return say(length // MINUTE * MINUTE) if length >= MINUTE else "less than a minute"


def _office(clock: Remaining) -> str:
    return " of office time" if clock.in_office else ""


def _date(day: date, today: date) -> str:
    return f"{day.day} {day:%B}" if day.year == today.year else f"{day.day} {day:%B} {day.year}"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    here = at.astimezone(UTC).astimezone(zone)
    offsets = {here.replace(fold=fold).utcoffset() for fold in (0, 1)}
    return f"{here:%H:%M %Z}" if len(offsets) > 1 else f"{here:%H:%M}"
