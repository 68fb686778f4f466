"""Lengths of time as people say and write them: `2 h 10 min`."""

import re
from datetime import timedelta

MINUTE, HOUR, DAY = 60, 3_600, 86_400
LONGEST = timedelta(days=36_600)
"""A hundred years: nothing that is promised takes longer."""

_UNITS = {
    "us": timedelta(microseconds=1),
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "day": timedelta(days=1),
    "days": timedelta(days=1),
    "week": timedelta(weeks=1),
    "weeks": timedelta(weeks=1),
}
_PART = re.compile(r"([0-9]{1,9})\s*([a-z]+)")
_WHOLE = re.compile(rf"\s*{_PART.pattern}(?:\s+{_PART.pattern})*\s*")


class DurationWrong(ValueError):
    """Text that is no duration, or one longer than anything that can be promised."""


def say(length: timedelta | int | float) -> str:
    """`length` (seconds, or a timedelta) in its two largest units, never rounded up: `31 h 20 min`, `4 min 5 s`, `0 s`.

    Hours are not made days: a budget of 40 h reads as 40 h.
    """
    seconds = int(abs(length.total_seconds() if isinstance(length, timedelta) else length))
    sign = "−" if _is_negative(length) and seconds else ""
    return sign + _say_positive(seconds)


def parse(text: str) -> timedelta:
    """The length that `text` means: `90 s`, `2 h 10 min`, `14 days`. The units are s, min, h, d (day, days), week.

    Raises:
        DurationWrong: the text is no duration.
    """
    if not _WHOLE.fullmatch(text):
        raise DurationWrong(f"{text!r} is no duration: write it as 30 s, 15 min, 2 h 10 min or 14 days")
    total = sum((_part(text, int(count), unit) for count, unit in _PART.findall(text)), timedelta())
    if total > LONGEST:
        raise DurationWrong(f"{text!r} is longer than a hundred years")
    return total


def write(length: timedelta) -> str:
    """`length` exactly, so that `parse` gives it back, nothing rounded: `1 h 30 min`, `72 h`, `14 days`."""
    if length < timedelta():
        raise DurationWrong(f"a duration is never negative: {length}")
    if length >= timedelta(weeks=1) and not length % _UNITS["d"]:
        return f"{length // _UNITS['d']} days"
    rest, found = length, []
    for unit in ("h", "min", "s", "ms", "us"):
        count, rest = divmod(rest, _UNITS[unit])
        if count:
            found.append(f"{count} {unit}")
    return " ".join(found) or "0 s"


def _say_positive(seconds: int) -> str:
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return _two(seconds // MINUTE, "min", seconds % MINUTE, "s")
    return _two(seconds // HOUR, "h", seconds % HOUR // MINUTE, "min")


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    text = f"{large:,} {large_unit}"
    return f"{text} {small} {small_unit}" if small else text


def _is_negative(length: timedelta | int | float) -> bool:
    return length < timedelta() if isinstance(length, timedelta) else length < 0


def _part(text: str, count: int, unit: str) -> timedelta:
    if unit not in _UNITS:
        raise DurationWrong(f"{text!r} has the unknown unit {unit!r}: use s, min, h, days or weeks")
    try:
        return count * _UNITS[unit]
    except OverflowError:
        raise DurationWrong(f"{text!r} is longer than a hundred years") from None
