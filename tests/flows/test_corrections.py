"""Late checks put outages right: nobody is called to what is over, and the ticket says what changed."""

from datetime import timedelta

import pytest

from mainstay.common import facts
from mainstay.common.models import Notification
from mainstay.desk.models import Message, Ticket
from mainstay.watch import actions
from mainstay.watch.actions.rejudging import SETTLED_AFTER
from mainstay.watch.models import Monitor, Outage
from tests.cast import Cast
from tests.watch.world import MINUTE, REFUSED, START, check, monitor_of, take

pytestmark = pytest.mark.django_db
LATER = START + 60 * MINUTE


@pytest.fixture
def monitor(cast: Cast) -> Monitor:
    found = monitor_of(cast.a.websites.get())
    take([check(found, minute, place=place) for minute in (0, 1) for place in ("berlin", "london")])
    return found


def seen(monitor: Monitor, place: str, first: int, last: int, failing: range):
    return [
        check(monitor, minute, *([REFUSED] if minute in failing else []), place=place) for minute in range(first, last)
    ]


def deliver_facts() -> None:
    while facts.deliver_due(LATER + timedelta(minutes=1)):
        pass


def late(monitor: Monitor, failing: range) -> None:
    actions.take_in(checks=seen(monitor, "london", 2, 30, failing), at=LATER)
    actions.judge_late(at=LATER + SETTLED_AFTER)
    deliver_facts()


def test_nobody_is_called_to_an_outage_that_was_over_when_it_was_found(monitor: Monitor) -> None:
    take([*seen(monitor, "berlin", 2, 3, range(2, 3)), *seen(monitor, "berlin", 6, 30, range(0))])

    late(monitor, range(2, 5))

    assert Outage.objects.valid().count() == 1
    assert not Ticket.objects.exists()
    assert not Notification.objects.exists()


def test_the_ticket_of_an_outage_that_was_none_says_so_to_staff(monitor: Monitor) -> None:
    take(seen(monitor, "berlin", 2, 30, range(5, 16)))
    deliver_facts()
    told = Notification.objects.count()

    late(monitor, range(0))

    assert Ticket.objects.count() == 1
    message = Message.objects.get(text__contains="There was no such outage")
    assert not message.is_public
    assert Notification.objects.count() == told


def test_an_outage_with_other_edges_keeps_its_ticket(monitor: Monitor) -> None:
    take(seen(monitor, "berlin", 2, 30, range(5, 30)))
    deliver_facts()

    late(monitor, range(20, 30))
    take([*seen(monitor, "berlin", 30, 32, range(0)), *seen(monitor, "london", 30, 32, range(0))])
    deliver_facts()

    ticket = Ticket.objects.get()
    texts = [each.text for each in Message.objects.filter(ticket=ticket).order_by("pk")]
    assert any("began and ended at other times" in text for text in texts)
    assert any("It was down for 10 min" in text for text in texts)
