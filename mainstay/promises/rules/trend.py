"""How a verdict went from month to month. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mainstay.policy.instants import local_date, midnight
from mainstay.policy.promises import Verdict
from mainstay.promises.rules.schedule import previous_month


def month_ends(at: datetime, zone: ZoneInfo, count: int) -> tuple[datetime, ...]:
    """The ends of the last `count` months that are over at `at`, the oldest first."""
    month, found = local_date(at, zone).replace(day=1), []
    for _ in range(count):
        found.append(midnight(month, zone))
        month = previous_month(month)
    return tuple(reversed(found))


def trend(kept: Sequence[tuple[datetime, Verdict]], ends: Sequence[datetime]) -> tuple[Verdict, ...]:
    """The verdict that held at each of `ends`, from the first at which one was kept. `kept` is in order of time."""
    found = []
    for end in ends:
        before = [verdict for at, verdict in kept if at <= end]
        if before:
            found.append(before[-1])
    return tuple(found)
