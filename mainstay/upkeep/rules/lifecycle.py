"""How long a piece of software is looked after by those who make it: endoflife.date's cycles, and what follows.

Source: https://endoflife.date/docs/api. A cycle is a line of versions, as "8.1" of PHP; a version belongs to the
longest cycle that it begins with, part by part: 8.10 does not belong to 8.1.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Support(StrEnum):
    """Unknown where no cycle is known, or none says when it ends: never taken for good."""

    SUPPORTED = "supported"
    ENDING = "ending"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cycle:
    """A line of versions.

    `ends_on` is the last day of security fixes, None where it is not told; `has_ended`: it is over, on a day not told.
    """

    name: str
    ends_on: date | None = None
    has_ended: bool = False
    latest: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """What is known of one version."""

    support: Support
    cycle: Cycle | None = None


def life_of(version: str, cycles: Iterable[Cycle], *, today: date, notice_months: int) -> Life:
    """Whether a version is looked after on `today`; its end is told so many months ahead."""
    cycle = cycle_of(version, cycles)
    if cycle is None:
        return Life(Support.UNKNOWN)
    if cycle.ends_on is None:
        return Life(Support.ENDED if cycle.has_ended else Support.UNKNOWN, cycle)
    if today > cycle.ends_on:
        return Life(Support.ENDED, cycle)
    is_near = _noticed_on(cycle.ends_on, notice_months) <= today
    return Life(Support.ENDING if is_near else Support.SUPPORTED, cycle)


def cycle_of(version: str, cycles: Iterable[Cycle]) -> Cycle | None:
    """The cycle that a version belongs to: the longest one whose parts it begins with."""
    parts = _parts(version)
    fitting = [each for each in cycles if parts[: len(_parts(each.name))] == _parts(each.name)]
    return max(fitting, key=lambda each: len(_parts(each.name)), default=None)


def _noticed_on(ends_on: date, months: int) -> date:
    """The day so many months before the end; where the month has no such day, its last one."""
    year, month = divmod(ends_on.year * 12 + ends_on.month - 1 - months, 12)
    return date(year, month + 1, min(ends_on.day, monthrange(year, month + 1)[1]))


def _parts(version: str) -> list[str]:
    return re.split(r"[.\-+_]", version.strip().lower().removeprefix("v"))
