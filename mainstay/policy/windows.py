"""Daily windows as they are written, `("09:00", "17:30")`, and as minutes from the start of the day they begin on."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

MINUTES_A_DAY = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")

Written = tuple[str, str]
Minutes = tuple[int, int]
"""First minute and the minute after the last, from the start of the day; the end may lie on the next day."""


class HoursWrong(ValueError):
    """Office hours that cannot be. `key` names the entry at fault, as in `week.mon[0]`."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")
        self.key = key
        self.problem = problem


def written(given: Any, key: str) -> tuple[Written, ...]:
    """`given` as pairs of texts, checked.

    Raises:
        HoursWrong: it is no list of pairs of times, or a window is empty.
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise HoursWrong(key, f'{given!r} is no list of windows: write [["09:00", "17:30"]]')
    found = tuple(_pair(each, f"{key}[{index}]") for index, each in enumerate(given))
    for index, pair in enumerate(found):
        minutes(pair, f"{key}[{index}]")
    return found


def minutes(pair: Written, key: str) -> Minutes:
    """A window in minutes. An end at or before midnight that lies before the start is on the next day.

    Raises:
        HoursWrong: a time is none, or the window is empty.
    """
    start, end = _minute(pair[0], key), _minute(pair[1], key)
    if start == MINUTES_A_DAY:
        raise HoursWrong(key, "a window cannot begin at 24:00: write 00:00 on the next day")
    if start == end:
        raise HoursWrong(key, f"the window {pair[0]}–{pair[1]} is empty: the whole day is 00:00–24:00")
    return (start, end) if end > start else (start, end + MINUTES_A_DAY)


def united(spans: Iterable[Minutes]) -> tuple[Minutes, ...]:
    """`spans` in order, with those that touch or overlap made one."""
    found: list[Minutes] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def as_minutes(pairs: Sequence[Written], key: str) -> tuple[Minutes, ...]:
    """Several windows of one day in minutes, united."""
    return united(minutes(pair, key) for pair in pairs)


def _pair(given: Any, key: str) -> Written:
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) != 2:
        raise HoursWrong(key, f'{given!r} is no window: write ["09:00", "17:30"]')
    start, end = given
    if not isinstance(start, str) or not isinstance(end, str):
        raise HoursWrong(key, f'{given!r} is no window: both times are texts such as "09:00"')
    return start, end


def _minute(text: str, key: str) -> int:
    found = _TIME.fullmatch(text)
    if not found:
        raise HoursWrong(key, f"{text!r} is no time of day: write HH:MM from 00:00 to 24:00")
    return int(found[1]) * 60 + int(found[2]) if found[1] else MINUTES_A_DAY
