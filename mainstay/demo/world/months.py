"""What happens at the end of each month of the demo world: verdicts are kept, and the reports are issued."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from mainstay.clients.models import Organisation
from mainstay.demo.world.dates import MONTHS, Calendar, instant
from mainstay.demo.world.people import DEMO
from mainstay.demo.world.told import Event
from mainstay.promises.actions import take
from mainstay.report.actions import issue

ISSUED_AT = timedelta(hours=10)
SATURDAY = 5

Bound = tuple[Organisation, datetime]
"""Who is promised something, and since when."""


def month_closings(calendar: Calendar, since: datetime) -> list[datetime]:
    """When the months that ended after `since` were closed: on the first weekday after each one's end."""
    found = (_closed_at(calendar.first_of(months_ago - 1)) for months_ago in range(MONTHS, 0, -1))
    return [at for at in found if since < at < calendar.until]


def month_ends(bound: Sequence[Bound], calendar: Calendar) -> Iterator[Event]:
    """Each month that is over: the reports of all who were clients by then, and everybody's verdicts today."""
    for months_ago in range(MONTHS, 0, -1):
        month, at = calendar.first_of(months_ago), _closed_at(calendar.first_of(months_ago - 1))
        if at < calendar.until:
            yield at, partial(_close, [client for client, since in bound if since.date() <= month], month, at)
    yield calendar.until, partial(_keep_verdicts, [client for client, _ in bound], calendar.until)


def _close(clients: list[Organisation], month: date, at: datetime) -> None:
    _keep_verdicts(clients, at)
    for each in clients:
        issue(client=each, month=f"{month:%Y-%m}", by=DEMO, at=at)


def _keep_verdicts(clients: list[Organisation], at: datetime) -> None:
    take(clients=clients, by=DEMO, at=at)


def _closed_at(first: date) -> datetime:
    """Ten o'clock on the first weekday from the second of the month on."""
    day = first + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return instant(day) + ISSUED_AT
