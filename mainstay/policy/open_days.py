"""Open time of one calendar, worked out a UTC day at a time and remembered."""

from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

from mainstay.policy.instants import DAY, FIRST_DAY, LAST_DAY, MINUTE, stretches
from mainstay.policy.windows import Minutes, united

KEPT_DAYS = 20_000
THURSDAY = 3
"""The weekday of 1 January 1970, Monday being 0."""

Windows = tuple[Minutes, ...]
Interval = tuple[int, int]
"""From, up to; microseconds since 1970."""

Open = tuple[tuple[Interval, ...], int]
"""The open intervals of a UTC day, and their sum."""


class OpenDays:
    """Which instants are open: those whose local wall-clock time lies in a window of the day it began on.

    `special` replaces the week's windows on the local days it names (by number), with none where a day is closed.
    """

    def __init__(self, zone: ZoneInfo, week: tuple[Windows, ...], special: dict[int, Windows]) -> None:
        self.zone = zone
        self.week = week
        self.special = special
        self._known: dict[int, Open] = {}

    def windows(self, day: int) -> Windows:
        """The windows that begin on the local day with that number."""
        found = self.special.get(day)
        return self.week[(day + THURSDAY) % 7] if found is None else found

    def on(self, day: int) -> Open:
        """The open intervals within the UTC day with that number."""
        found = self._known.get(day)
        if found is None:
            if len(self._known) >= KEPT_DAYS:
                self._known.clear()
            found = self._known[day] = self._work_out(day)
        return found

    def from_instant(self, start: int, horizon: int) -> Iterator[Interval]:
        """Open intervals at or after `start` (the first cut to it), up to `horizon`; both in microseconds."""
        for day in range(start // DAY, -(-horizon // DAY)):
            for low, high in self.on(day)[0]:
                if high > start and low < horizon:
                    yield max(low, start), min(high, horizon)

    def total(self, start: int, end: int) -> int:
        """Microseconds that are open in [start, end)."""
        first, last = start // DAY, end // DAY
        if first == last:
            return self._part(first, start, end)
        whole = sum(self.on(day)[1] for day in range(first + 1, last))
        return self._part(first, start, end) + whole + self._part(last, start, end)

    def _part(self, day: int, start: int, end: int) -> int:
        return sum(max(0, min(high, end) - max(low, start)) for low, high in self.on(day)[0])

    def _work_out(self, day: int) -> Open:
        """Local time is less than a day from UTC, and a window may begin on the local day before."""
        if not FIRST_DAY <= day <= LAST_DAY or not any(map(self.windows, range(day - 2, day + 2))):
            return (), 0
        found: list[Interval] = []
        for low, high, offset in stretches(self.zone, day):
            found += self._within(low + offset, high + offset, offset)
        intervals = united(found)
        return intervals, sum(high - low for low, high in intervals)

    def _within(self, low: int, high: int, offset: int) -> Iterator[Interval]:
        """Open intervals in UTC, of the local times [low, high) that share one offset."""
        for local_day in range(low // DAY - 1, (high - 1) // DAY + 1):
            begin = local_day * DAY
            for first, last in self.windows(local_day):
                start, end = max(low, begin + first * MINUTE), min(high, begin + last * MINUTE)
                if start < end:
                    yield start - offset, end - offset


@lru_cache(maxsize=256)
def open_days(zone: ZoneInfo, week: tuple[Windows, ...], special: tuple[tuple[int, Windows], ...]) -> OpenDays:
    """The open time of a calendar; equal calendars share what was worked out."""
    return OpenDays(zone, week, dict(special))
