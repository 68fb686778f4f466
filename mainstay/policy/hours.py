"""Office hours: when people are there, and how long it takes in their time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Self

from mainstay.policy.instants import (
    DAY,
    LAST_DAY,
    MINUTE,
    ZoneUnknown,
    date_of,
    day_number,
    find_zone,
    instant,
    length,
    local_date,
    micros,
    moment,
    parse_date,
    whole,
)
from mainstay.policy.open_days import OpenDays, Windows, open_days
from mainstay.policy.windows import WEEKDAYS, HoursWrong, Written, as_minutes, written

HORIZON: Final = timedelta(days=3_660)
"""Ten years. What does not happen until then is taken never to happen."""

USUAL_WEEK: Final[Mapping[str, Sequence[Written]]] = dict.fromkeys(WEEKDAYS[:5], (("09:00", "17:30"),))
_KEYS: Final = frozenset({"timezone", "week", "holidays", "exceptions"})


class NeverOpen(LookupError):
    """There is not enough open time within ten years of the instant that was asked about."""


class OfficeHours:
    """A calendar of open time.

    `week` gives the windows of each weekday, `holidays` the dates without any, `exceptions` the windows of single
    dates, which replace those of the weekday and of a holiday. A window across midnight belongs to the day it begins
    on. An instant is open when its local wall-clock time lies in a window, so an hour that happens twice counts twice
    and one that does not exist not at all. Instants are aware datetimes; those given back are in UTC.

    Raises:
        HoursWrong: an entry cannot be; the message begins with its key.
    """

    __slots__ = ("_days", "exceptions", "holidays", "timezone", "week")

    timezone: str
    week: dict[str, tuple[Written, ...]]
    holidays: frozenset[date]
    exceptions: dict[date, tuple[Written, ...]]
    _days: OpenDays

    def __init__(
        self,
        timezone: str = "Europe/London",
        week: Mapping[str, Sequence[Sequence[str]]] = USUAL_WEEK,
        holidays: Iterable[date] = (),
        exceptions: Mapping[date, Sequence[Sequence[str]]] | None = None,
    ) -> None:
        self.timezone = timezone
        self.week = _read_week(week)
        self.holidays = frozenset(_read_date(day, "holidays") for day in _listed(holidays))
        self.exceptions = _read_exceptions({} if exceptions is None else exceptions)
        self._days = self._work_out()

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """The calendar that `as_dict` wrote; dates are ISO texts.

        Raises:
            HoursWrong: a key is unknown or an entry cannot be.
        """
        for key in _table(given, "hours"):
            if key not in _KEYS:
                raise HoursWrong(str(key), f"is not known: the keys are {', '.join(sorted(_KEYS))}")
        exceptions = _table(given.get("exceptions", {}), "exceptions")
        return cls(
            timezone=given.get("timezone", "Europe/London"),
            week=given.get("week", USUAL_WEEK),
            holidays=[_parse_date(day, "holidays") for day in _listed(given.get("holidays", ()))],
            exceptions={_parse_date(day, "exceptions"): windows for day, windows in exceptions.items()},
        )

    def as_dict(self) -> dict[str, Any]:
        """Everything, as values that JSON holds."""
        return {
            "timezone": self.timezone,
            "week": {day: [list(pair) for pair in windows] for day, windows in self.week.items()},
            "holidays": sorted(day.isoformat() for day in self.holidays),
            "exceptions": {
                day.isoformat(): [list(pair) for pair in windows] for day, windows in sorted(self.exceptions.items())
            },
        }

    def is_open(self, at: datetime) -> bool:
        """Whether `at` is open. The first instant of a window is, the last one's end is not."""
        now = micros(at)
        return any(low <= now < high for low, high in self._days.on(now // DAY)[0])

    def next_opening(self, at: datetime) -> datetime:
        """The first open instant at or after `at`; `at` itself when it is open.

        Raises:
            NeverOpen: nothing is open for ten years.
        """
        start = micros(at)
        for low, _ in self._days.from_instant(start, _horizon(start)):
            return moment(low)
        raise NeverOpen(f"nothing is open within ten years of {at:%Y-%m-%d %H:%M}")

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """How much of [start, end) is open.

        Raises:
            ValueError: the end is before the start.
        """
        low, high = micros(start), micros(end)
        if high < low:
            raise ValueError(f"the end {end:%Y-%m-%d %H:%M:%S} is before the start {start:%Y-%m-%d %H:%M:%S}")
        return length(self._days.total(low, high))

    def openings(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The open intervals in [start, end), in order, none touching the next."""
        found: list[tuple[int, int]] = []
        for low, high in self._days.from_instant(micros(start), micros(end)):
            if found and found[-1][1] == low:
                found[-1] = (found[-1][0], high)
            else:
                found.append((low, high))
        return [(moment(low), moment(high)) for low, high in found]

    def due(self, start: datetime, duration: timedelta) -> datetime:
        """The first instant, not before `start`, by which `duration` of open time has gone since `start`.

        What is used up exactly at closing falls at closing; a duration of nothing is due at `start`.

        Raises:
            NeverOpen: ten years do not hold that much open time.
            ValueError: the duration is negative.
        """
        left, begin = whole(duration), micros(start)
        if left < 0:
            raise ValueError(f"a duration is never negative: {duration}")
        if not left:
            return moment(begin)
        for low, high in self._days.from_instant(begin, _horizon(begin)):
            if high - low >= left:
                return moment(low + left)
            left -= high - low
        raise NeverOpen(f"ten years from {start:%Y-%m-%d %H:%M} do not hold {duration} of open time")

    def is_working_day(self, day: date) -> bool:
        """Whether a window begins on `day`."""
        return bool(self._days.windows(day_number(day)))

    def working_day_after(self, day: date, count: int = 1) -> date:
        """The `count`th working day after `day`; `day` itself never counts.

        Raises:
            NeverOpen: ten years do not hold that many.
        """
        number = day_number(day)
        for each in range(number + 1, min(number + HORIZON.days, LAST_DAY)):
            count -= bool(self._days.windows(each))
            if count <= 0:
                return date_of(each)
        raise NeverOpen(f"ten years from {day.isoformat()} do not hold that many working days")

    def after_working_days(self, start: datetime, count: int) -> datetime:
        """The same office time, `count` working days on. What begins while closed begins at the next opening.

        Where the later day has no such office time, its next opening holds, or else its last closing. Where that was
        before the start (a window across midnight begins on the day before), the working day after it holds.

        Raises:
            NeverOpen: ten years do not hold that many working days.
        """
        if count < 1:
            raise ValueError(f"at least one working day is needed, not {count}")
        opening = self.next_opening(start)
        day, minute = self._office_time(opening)
        later = self.working_day_after(day, count)
        while (found := self._fit(minute, later)) < opening:
            later = self.working_day_after(later)
        return found

    def _office_time(self, at: datetime) -> tuple[date, int]:
        """The day whose window an open instant lies in, and the microseconds since that day's start on the wall."""
        wall = at.astimezone(self._days.zone).replace(tzinfo=None)
        begun = whole(wall - datetime(wall.year, wall.month, wall.day))  # noqa: DTZ001 - a wall-clock time is meant
        today = local_date(at, self._days.zone)
        if _covers(self._days.windows(day_number(today)), begun):
            return today, begun
        return today - timedelta(days=1), begun + DAY

    def _fit(self, begun: int, day: date) -> datetime:
        """The office time `begun`, in microseconds since `day` began, moved into its windows where it lies in none."""
        windows = self._days.windows(day_number(day))
        if not any(low * MINUTE <= begun <= high * MINUTE for low, high in windows):
            later = [low for low, _ in windows if low * MINUTE > begun]
            begun = MINUTE * (min(later) if later else max(high for _, high in windows))
        wall = datetime(day.year, day.month, day.day) + length(begun)  # noqa: DTZ001 - a wall-clock time is meant
        return instant(wall, self._days.zone)

    def _work_out(self) -> OpenDays:
        week = tuple(as_minutes(self.week[day], f"week.{day}") for day in WEEKDAYS)
        special: dict[int, Windows] = {day_number(day): () for day in self.holidays}
        special |= {day_number(day): as_minutes(each, "exceptions") for day, each in self.exceptions.items()}
        try:
            return open_days(find_zone(self.timezone), week, tuple(sorted(special.items())))
        except ZoneUnknown as problem:
            raise HoursWrong("timezone", str(problem)) from None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OfficeHours):
            return NotImplemented
        return self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash((self.timezone, self.holidays, tuple(self.week.values()), frozenset(self.exceptions.items())))

    def __repr__(self) -> str:
        return f"OfficeHours.from_dict({self.as_dict()!r})"


def _horizon(start: int) -> int:
    return start + whole(HORIZON)


def _covers(windows: Windows, begun: int) -> bool:
    return any(low * MINUTE <= begun < high * MINUTE for low, high in windows)


def _read_week(week: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, tuple[Written, ...]]:
    for day in _table(week, "week"):
        if day not in WEEKDAYS:
            raise HoursWrong(f"week.{day}", f"is no weekday: they are {', '.join(WEEKDAYS)}")
    return {day: written(week.get(day, ()), f"week.{day}") for day in WEEKDAYS}


def _read_exceptions(exceptions: Mapping[date, Sequence[Sequence[str]]]) -> dict[date, tuple[Written, ...]]:
    given = _table(exceptions, "exceptions")
    return {_read_date(day, "exceptions"): written(windows, f"exceptions.{day}") for day, windows in given.items()}


def _table(given: Any, key: str) -> Mapping[Any, Any]:
    if not isinstance(given, Mapping):
        raise HoursWrong(key, f"{given!r} is no table")
    return given


def _listed(holidays: Any) -> Iterable[Any]:
    if isinstance(holidays, str) or not isinstance(holidays, Iterable):
        raise HoursWrong("holidays", f"{holidays!r} is no list of dates")
    return holidays


def _read_date(day: object, key: str) -> date:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise HoursWrong(key, f"{day!r} is no date")
    return day


def _parse_date(text: object, key: str) -> date:
    try:
        return parse_date(text)
    except ValueError as problem:
        raise HoursWrong(key, str(problem)) from None
