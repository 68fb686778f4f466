"""Clocks by stepping through every minute: a plain model, written apart, to hold `mainstay.policy.clocks` against.

A minute is named by its number since the beginning of a `Wall`. The model knows nothing of intervals: it looks at
the clock on the wall each minute, asks whether the desk is open, and counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.policy.reference import MINUTE, WEEKDAYS, Windows

DAY = 1_440
LIVE = ("running", "paused")


@dataclass
class Wall:
    """A calendar, minute by minute from `begin` on: the wall-clock time of each, and whether the desk is open."""

    timezone: str
    begin: datetime
    week: dict[str, Windows]
    holidays: set[date]
    exceptions: dict[date, Windows]
    days: int = 16
    walls: list[datetime] = field(default_factory=list)
    is_open: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        zone = ZoneInfo(self.timezone)
        spans: dict[date, list[tuple[int, int]]] = {}
        for number in range(self.days * DAY):
            wall = (self.begin + number * MINUTE).astimezone(zone).replace(tzinfo=None)
            today = wall.date()
            for day in (today, today - timedelta(days=1)):
                spans.setdefault(day, self.windows(day))
            begun = wall.hour * 60 + wall.minute
            yesterday = spans[today - timedelta(days=1)]
            self.walls.append(wall)
            self.is_open.append(_inside(spans[today], begun) or _inside(yesterday, begun + DAY))

    def windows(self, day: date) -> list[tuple[int, int]]:
        """The windows that begin on `day`, in minutes from its midnight on the wall."""
        usual = () if day in self.holidays else self.week.get(WEEKDAYS[day.weekday()], ())
        return [_minutes(*pair) for pair in self.exceptions.get(day, usual)]

    def after_working_days(self, start: int, count: int) -> int | None:
        """The minute of the same office time `count` working days on; None when it lies behind the last minute."""
        opening = next((each for each in range(start, len(self.walls)) if self.is_open[each]), None)
        if opening is None:
            return None
        wall = self.walls[opening]
        day, begun = wall.date(), wall.hour * 60 + wall.minute
        if not _inside(self.windows(day), begun):
            day, begun = day - timedelta(days=1), begun + DAY
        for later in self._working_days_after(day):
            count -= 1
            if count <= 0:
                found = self._first_at(later, _fitting(self.windows(later), begun))
                if found is None or found >= opening:
                    return found
        return None

    def _working_days_after(self, day: date) -> Iterator[date]:
        yield from (each for n in range(1, self.days + 2) if self.windows(each := day + timedelta(days=n)))

    def _first_at(self, day: date, begun: int) -> int | None:
        target = datetime(day.year, day.month, day.day) + begun * MINUTE  # noqa: DTZ001 - a wall-clock time is meant
        return next((number for number, wall in enumerate(self.walls) if wall >= target), None)


@dataclass(frozen=True)
class Promise:
    """A promised length: minutes of `elapsed` or `office` time, or a number of `working_days`."""

    measure: str
    count: int


@dataclass
class Counted:
    """What counting minutes came to. `due` is None where the clock stands before it, or past the last minute."""

    standing: str
    used: int
    due: int | None
    runs_off: bool
    is_met: bool
    is_missed: bool


def count(
    wall: Wall,
    promise: Promise,
    start: int,
    happened: Sequence[tuple[int, str]],
    now: int,
    *,
    may_pause: bool = True,
) -> Counted:
    """Step through the minutes from `start`; `happened` is what was done at which minute, in order."""
    standing, used, due, ended = "running", 0, None, None
    waiting = [each for each in happened if start <= each[0] <= now]
    total, nominal = _total(wall, promise, start)
    elapsed = promise.measure == "elapsed"
    over_at = _over_at(waiting, may_pause=may_pause)
    used_now, idle, minute = 0, 0, start
    while minute < len(wall.walls):
        while waiting and waiting[0][0] == minute:
            _, act = waiting.pop(0)
            if act == "restart":
                rest = [(minute, other) for at, other in waiting if at == minute]
                rest += [each for each in waiting if each[0] > minute]
                return count(wall, promise, minute, rest, now, may_pause=may_pause)
            standing, ended = _moved(standing, ended, act, minute, may_pause=may_pause)
        is_open = elapsed or wall.is_open[minute]
        if minute >= now and due is not None:
            break
        used_now += bool(is_open and standing == "running" and minute < now)
        if is_open and (standing == "running" or (over_at is not None and minute >= over_at)):
            used += 1
            if due is None and used == total:
                due = minute + 1
        elif is_open and (nominal is None or minute < nominal):
            idle += 1
        minute += 1
    if nominal is not None and idle == 0:
        due = nominal
    judged = now if ended is None else ended
    late = due is not None and judged > due and standing != "cancelled"
    runs_off = total is None or (due is None and standing != "paused")
    return Counted(standing, used_now, due, runs_off, standing == "stopped" and not late, late)


def _moved(standing: str, ended: int | None, act: str, minute: int, *, may_pause: bool) -> tuple[str, int | None]:
    if act == "pause" and standing == "running" and may_pause:
        return "paused", None
    if act == "resume" and standing == "paused":
        return "running", None
    if act == "reopen" and standing in ("stopped", "cancelled"):
        return "running", None
    if act in ("stop", "cancel") and standing in LIVE:
        return {"stop": "stopped", "cancel": "cancelled"}[act], minute
    return standing, ended


def _over_at(happened: Sequence[tuple[int, str]], *, may_pause: bool) -> int | None:
    """The minute at which the clock ended and was not opened again: when it was due is asked as if it had run on."""
    standing: str = "running"
    ended: int | None = None
    for minute, act in happened:
        if act == "restart":
            standing, ended = "running", None
        standing, ended = _moved(standing, ended, act, minute, may_pause=may_pause)
    return ended


def _total(wall: Wall, promise: Promise, start: int) -> tuple[int | None, int | None]:
    """The minutes to count, and for working days the minute at which they end if nothing pauses them."""
    if promise.measure != "working_days":
        return promise.count, None
    nominal = wall.after_working_days(start, promise.count)
    return (None, None) if nominal is None else (sum(wall.is_open[start:nominal]), nominal)


def _minutes(first: str, last: str) -> tuple[int, int]:
    low, high = (int(text[:2]) * 60 + int(text[3:]) for text in (first, last))
    return (low, high) if high > low else (low, high + DAY)


def _inside(windows: Sequence[tuple[int, int]], begun: int) -> bool:
    return any(low <= begun < high for low, high in windows)


def _fitting(windows: Sequence[tuple[int, int]], begun: int) -> int:
    if any(low <= begun <= high for low, high in windows):
        return begun
    later = [low for low, _ in windows if low > begun]
    return min(later) if later else max(high for _, high in windows)
