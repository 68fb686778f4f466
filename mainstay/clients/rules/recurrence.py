"""Work that is planned again and again: a rule of RFC 5545, cut down to what people plan by, in local time. Pure.

What is understood: FREQ=DAILY, WEEKLY or MONTHLY; INTERVAL from 1 to 52; BYDAY with weekdays (weekly), or with one
weekday and its number, 1 to 4 or -1 for the last (monthly); BYMONTHDAY from 1 to 28, or -1 for the last (monthly);
COUNT up to 1000, or UNTIL as a date. Nothing is planned more than once a day, so that a year has 366 at most.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

COUNT_MAX = 1000
INTERVAL_MAX = 52
DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month"}
_NTH_DAY = re.compile(r"([1-4]|-1)?(MO|TU|WE|TH|FR|SA|SU)")


class RecurrenceWrong(ValueError):
    """A rule that is none, or says more than is understood; the text says what."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often. `days` are weekdays, for a monthly rule one with its number; `month_day` is the day of the month."""

    freq: str
    interval: int = 1
    days: tuple[tuple[int | None, str], ...] = ()
    month_day: int | None = None
    count: int | None = None
    until: date | None = None

    def __str__(self) -> str:
        parts = [f"FREQ={self.freq}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval != 1 else []
        parts += ["BYDAY=" + ",".join(f"{number or ''}{day}" for number, day in self.days)] if self.days else []
        parts += [f"BYMONTHDAY={self.month_day}"] if self.month_day is not None else []
        parts += [f"COUNT={self.count}"] if self.count is not None else []
        parts += [f"UNTIL={self.until:%Y%m%d}"] if self.until is not None else []
        return ";".join(parts)

    @property
    def words(self) -> str:
        """As people say it: `every month on the second Tuesday, until 1 May 2027`."""
        unit = _UNITS[self.freq]
        said = f"every {unit}" if self.interval == 1 else f"every {self.interval} {unit}s"
        names = [f"the {ORDINALS[number]} {DAYS[day]}" if number else DAYS[day] for number, day in self.days]
        if names:
            said += " on " + " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
        elif self.month_day is not None:
            said += " on the last day" if self.month_day == -1 else f" on day {self.month_day}"
        if self.count is not None:
            said += f", {self.count} times"
        return said + (f", until {self.until:%-d %B %Y}" if self.until is not None else "")


def parsed(text: str) -> Recurrence:
    """A rule as it is written.

    Raises:
        RecurrenceWrong: it cannot be understood.
    """
    pairs = [part.partition("=") for part in text.strip().upper().split(";") if part]
    given = {name: value for name, _, value in pairs}
    freq = given.pop("FREQ", "")
    if freq not in _UNITS or len(given) + 1 != len(pairs):
        raise RecurrenceWrong("The rule must say FREQ=DAILY, WEEKLY or MONTHLY, and each part once.")
    found = Recurrence(
        freq,
        interval=_number(given.pop("INTERVAL", "1"), "INTERVAL", 1, INTERVAL_MAX),
        days=tuple(_day(each) for each in given.pop("BYDAY", "").split(",") if each),
        month_day=_month_day(given.pop("BYMONTHDAY", "")),
        count=_number(given.pop("COUNT"), "COUNT", 1, COUNT_MAX) if "COUNT" in given else None,
        until=_date(given.pop("UNTIL")) if "UNTIL" in given else None,
    )
    if given:
        raise RecurrenceWrong(f"{', '.join(sorted(given))} is not understood here.")
    _check(found)
    return found


@dataclass(frozen=True, slots=True)
class Schedule:
    """A recurrence with the first day, and the times of day in a zone.

    An end that is not after the start is on the next day.
    """

    recurrence: Recurrence
    starts_on: date
    from_time: time
    until_time: time
    zone: ZoneInfo

    def between(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The occurrences that begin in [start, end), each with its end, in order."""
        first = start.astimezone(self.zone).date() - timedelta(days=1)
        for day in takewhile(lambda each: self._at(each, self.from_time) < end, self._days(first)):
            begins_at = self._at(day, self.from_time)
            if begins_at >= start:
                yield begins_at, self._end(day, begins_at)

    def _days(self, first: date) -> Iterator[date]:
        """The days from `first` on; the rule is followed from its own first day, since it may count."""
        rule = rrulestr(str(self.recurrence), dtstart=datetime.combine(self.starts_on, time()))
        for each in rule.xafter(datetime.combine(first, time()), inc=True):
            yield each.date()

    def _end(self, day: date, begins_at: datetime) -> datetime:
        """By the clock on the wall; after a change of the clocks it may be an hour sooner or later, never too soon."""
        end_day = day if self.until_time > self.from_time else day + timedelta(days=1)
        return max(self._at(end_day, self.until_time), begins_at + timedelta(minutes=1))

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def _check(found: Recurrence) -> None:
    if found.count is not None and found.until is not None:
        raise RecurrenceWrong("A rule has COUNT or UNTIL, not both.")
    numbered = [number for number, _ in found.days if number]
    if found.freq == "MONTHLY":
        if len(found.days) + (found.month_day is not None) != 1 or len(numbered) != len(found.days):
            raise RecurrenceWrong("A monthly rule names one day of the month, or one weekday with its number.")
    elif numbered or found.month_day is not None or (found.days and found.freq == "DAILY"):
        raise RecurrenceWrong("Days of the month belong to a monthly rule, and weekdays to a weekly one.")
    elif found.freq == "WEEKLY" and not found.days:
        raise RecurrenceWrong("A weekly rule names its weekdays.")


def _day(text: str) -> tuple[int | None, str]:
    found = _NTH_DAY.fullmatch(text)
    if found is None:
        raise RecurrenceWrong(f"{text} is no weekday: write TU, or 2TU for the second Tuesday.")
    return int(found[1]) if found[1] else None, found[2]


def _month_day(text: str) -> int | None:
    return None if not text else -1 if text == "-1" else _number(text, "BYMONTHDAY", 1, 28)


def _number(text: str, name: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise RecurrenceWrong(f"{name} must be a number from {least} to {most}.")
    return int(text)


def _date(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError as problem:
        raise RecurrenceWrong("UNTIL must be a date such as 20270501.") from problem
