"""A month with something in it: February 2026 of client A, over real rows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from mainstay.common.facts import Process
from mainstay.desk import actions as desk
from mainstay.desk.models import Ticket
from mainstay.watch import actions as watch
from mainstay.watch.codes import Code
from mainstay.watch.models import Monitor, Outage
from tests.cast import Cast
from tests.report.sample import HOSTILE

TESTS = Process("tests")
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)
DOWN_AT = datetime(2026, 2, 10, 3, tzinfo=UTC)
UP_AT = DOWN_AT + timedelta(hours=2, minutes=10)
SILENT_AT = datetime(2026, 2, 20, tzinfo=UTC)
SEEN_AGAIN_AT = SILENT_AT + timedelta(hours=3)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
ISSUED_AT = datetime(2026, 3, 3, 9, 0, 0, 123_456, tzinfo=UTC)
"""The second working day of March, as clocks really stand."""


@dataclass
class Month:
    """What happened: an outage of 2 h 10 min, three hours of nobody watching, and tickets, one answered late."""

    cast: Cast
    monitor: Monitor
    outage: Outage
    answered: Ticket
    late: Ticket
    hostile: list[Ticket]


@pytest.fixture
def february(cast: Cast) -> Month:
    website = cast.a.websites.get()
    environment = website.environments.get(kind="live")
    monitor = watch.add_monitor(
        environment=environment, url=website.url, interval_seconds=600, by=TESTS, at=FEBRUARY - timedelta(days=1)
    )
    for code, start, end in (
        (Code.OK, FEBRUARY, DOWN_AT),
        (Code.CONNECTION_REFUSED, DOWN_AT, UP_AT),
        (Code.OK, UP_AT, SILENT_AT),
        (Code.OK, SEEN_AGAIN_AT, MARCH + timedelta(days=1)),
    ):
        watch.take_in_spell(
            monitor=monitor, code=code, from_at=start, to_at=end, checks=int((end - start).total_seconds()) // 600,
            place="here", total_us=120_000,
        )  # fmt: skip
    return Month(
        cast=cast,
        monitor=monitor,
        outage=Outage.objects.get(website=website),
        answered=_answered(cast, 5, 1, "The price list cannot be uploaded"),
        late=_answered(cast, 12, 48, "The layout of the shop is broken"),
        hostile=[_ticket(cast, 16, subject, "other") for subject in HOSTILE],
    )


def _answered(cast: Cast, day: int, after_hours: int, subject: str) -> Ticket:
    """A ticket opened at ten on a day of February, resolved some hours later."""
    ticket = _ticket(cast, day, subject, "data_upload" if day < 10 else "layout")
    done_at = ticket.opened_at + timedelta(hours=after_hours)
    return desk.resolve(ticket=ticket, text="It is put right.", by=cast.helper, at=done_at)


def _ticket(cast: Cast, day: int, subject: str, category: str) -> Ticket:
    return desk.open_ticket(
        client=cast.a,
        subject=subject,
        text="See the subject.",
        channel="portal",
        audience="website_user",
        category=category,
        by=cast.a_requester,
        at=datetime(2026, 2, day, 10, tzinfo=UTC),
    )
