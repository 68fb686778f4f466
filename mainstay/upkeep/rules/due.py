"""By when a vulnerability has to be gone: the agreement's time from the release of the fix (`terms.updates`)."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from mainstay.policy.terms.shapes import Updates
from mainstay.upkeep.rules.severity import Severity


def allowed(updates: Updates, severity: Severity, *, is_exploited: bool) -> timedelta | None:
    """The time that the agreement allows; None: until the next monthly round."""
    if is_exploited:
        return updates.exploited
    return {
        Severity.CRITICAL: updates.critical,
        Severity.HIGH: updates.high,
        Severity.UNKNOWN: updates.unknown,
        Severity.MEDIUM: updates.medium,
        Severity.LOW: updates.low,
        Severity.NONE: updates.low,
    }[severity]


def due_at(
    updates: Updates, severity: Severity, *, is_exploited: bool, fixed_at: datetime, next_round_at: datetime
) -> datetime:
    """By when it has to be gone. `fixed_at`: when the fix was released, or the advisory where that is not known."""
    time = allowed(updates, severity, is_exploited=is_exploited)
    return next_round_at if time is None else fixed_at + time


def next_round_on(today: date, every_months: int, first_on: date) -> date:
    """The first monthly round from `today` on, where rounds began on `first_on` and come every so many months."""
    months = max(0, (today.year - first_on.year) * 12 + today.month - first_on.month)
    count = months // every_months
    while (found := _later(first_on, count * every_months)) < today:
        count += 1
    return found


def _later(day: date, months: int) -> date:
    """So many months later; where the month has no such day, its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
