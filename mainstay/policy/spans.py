"""Promised lengths of time, each with the time it is counted in: `1 h`, `2 office hours`, `1 working day`."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mainstay.policy.durations import DurationWrong, parse, write
from mainstay.policy.hours import OfficeHours
from mainstay.policy.instants import length, micros, moment

_WORKING_DAYS = re.compile(r"\s*([0-9]{1,4}) working days?\s*")
_OFFICE_HOURS = re.compile(r"\s*([0-9]{1,6}) office hours?\s*")
_OFFICE_TIME = re.compile(r"(.+) office time\s*")


class Measure(StrEnum):
    """What time a span is counted in."""

    ELAPSED = "elapsed"
    OFFICE = "office"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, slots=True)
class Span:
    """A promised length of time.

    `amount` counts elapsed or office time; for working days it is nothing and `days` counts. A working day, as a
    duration, is until the same office time on the next working day.
    """

    measure: Measure
    amount: timedelta = timedelta()
    days: int = 0

    def due(self, start: datetime, hours: OfficeHours) -> datetime:
        """When the span that begins at `start` ends, if nothing pauses it.

        Raises:
            hours.NeverOpen: the calendar does not hold that much open time within ten years.
        """
        if self.measure is Measure.ELAPSED:
            return moment(micros(start)) + self.amount
        if self.measure is Measure.OFFICE:
            return hours.due(start, self.amount)
        return hours.after_working_days(start, self.days)

    def total(self, start: datetime, hours: OfficeHours) -> timedelta:
        """How much time, elapsed or office, the span that begins at `start` is."""
        if self.measure is not Measure.WORKING_DAYS:
            return self.amount
        return hours.open_between(start, self.due(start, hours))

    def between(self, start: datetime, end: datetime, hours: OfficeHours) -> timedelta:
        """How much of the time that this span counts lies in [start, end)."""
        if self.measure is Measure.ELAPSED:
            return length(micros(end) - micros(start))
        return hours.open_between(start, end)

    def after(self, start: datetime, amount: timedelta, hours: OfficeHours) -> datetime:
        """The instant at which `amount` of the time that this span counts has gone since `start`."""
        if self.measure is Measure.ELAPSED:
            return moment(micros(start)) + amount
        return hours.due(start, amount)

    def __str__(self) -> str:
        if self.measure is Measure.ELAPSED:
            return write(self.amount)
        if self.measure is Measure.WORKING_DAYS:
            return "1 working day" if self.days == 1 else f"{self.days} working days"
        return _say_office(self.amount)


def parse_span(text: str) -> Span:
    """The span that `text` means: `30 min`, `2 office hours`, `30 min office time`, `5 working days`.

    Raises:
        DurationWrong: the text is none, or it is a span of nothing.
    """
    days = _WORKING_DAYS.fullmatch(text)
    if days:
        span = Span(Measure.WORKING_DAYS, days=int(days[1]))
    elif "office" in text:
        span = Span(Measure.OFFICE, _parse_office(text))
    else:
        span = Span(Measure.ELAPSED, parse(text))
    if not span.amount and not span.days:
        raise DurationWrong(f"{text!r} is no time at all")
    return span


def _parse_office(text: str) -> timedelta:
    hours = _OFFICE_HOURS.fullmatch(text)
    if hours:
        return timedelta(hours=int(hours[1]))
    found = _OFFICE_TIME.fullmatch(text)
    if not found:
        raise DurationWrong(f"{text!r} is no office time: write it as 2 office hours or 30 min office time")
    return parse(found[1])


def _say_office(amount: timedelta) -> str:
    hours, rest = divmod(amount, timedelta(hours=1))
    if rest:
        return f"{write(amount)} office time"
    return "1 office hour" if hours == 1 else f"{hours} office hours"
