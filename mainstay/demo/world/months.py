"""What happens at the end of each month of the demo world: verdicts are kept, and the reports are issued."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from mainstay.demo.world.dates import Calendar, instant
from mainstay.demo.world.people import DEMO, Settled
from mainstay.demo.world.told import Event
from mainstay.promises.actions import take
from mainstay.report.actions import issue

ISSUED_AT = timedelta(hours=10)
SATURDAY = 5


def month_ends(settled: list[Settled], calendar: Calendar) -> Iterator[Event]:
    """Each month that is over, on the first weekday after its end: the reports of all who were clients by then."""
    for months_ago in range(_longest(settled), 0, -1):
        month, at = calendar.first_of(months_ago), _issued_at(calendar.first_of(months_ago - 1))
        if at < calendar.until:
            yield at, partial(_close, [each for each in settled if each.since.date() <= month], month, at)
    yield calendar.until, partial(_keep_verdicts, settled, calendar.until)


def _close(settled: list[Settled], month: date, at: datetime) -> None:
    _keep_verdicts(settled, at)
    for each in settled:
        issue(client=each.client, month=f"{month:%Y-%m}", by=DEMO, at=at)


def _keep_verdicts(settled: list[Settled], at: datetime) -> None:
    take(clients=[each.client for each in settled], by=DEMO, at=at)


def _issued_at(first: date) -> datetime:
    """Ten o'clock on the first weekday from the second of the month on."""
    day = first + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return instant(day) + ISSUED_AT


def _longest(settled: list[Settled]) -> int:
    return max(each.plan.months_ago for each in settled)
