"""The page of an outage: how exactly it is known, what each place saw, and its ticket."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.common import facts
from mainstay.watch import queries
from mainstay.watch.models import Outage
from tests.cast import Cast
from tests.watch.world import MINUTE, OK, REFUSED, START, minutes, monitor_of, take

pytestmark = pytest.mark.django_db


def over(cast: Cast) -> Outage:
    """An outage of twelve minutes that has ended."""
    take(minutes(monitor_of(cast.website(cast.a)), [OK, OK, *[REFUSED] * 12, OK, OK, OK]))
    return Outage.objects.get()


def test_the_bounds_and_what_each_place_saw_are_told(client: Client, cast: Cast) -> None:
    outage = over(cast)
    client.force_login(cast.auditor)
    page = client.get(reverse("console-outage", args=[outage.pk])).content.decode()

    assert "when it was last seen to be up" in page
    assert "when it was last seen to be down" in page
    assert f"{reverse('console-codes')}#connection_refused" in page
    assert "What each place saw" in page
    assert [(run.state, run.checks) for run in queries.seen_during(outage, START + MINUTE * 30)] == [
        ("up", 2),
        ("down", 12),
        ("up", 3),
    ]


def test_checks_are_those_nearest_to_both_edges(cast: Cast) -> None:
    monitor = monitor_of(cast.website(cast.a))
    take(minutes(monitor, [OK, *[REFUSED] * 50, OK, OK]))
    outage = Outage.objects.get()
    found = [round((each.at - START) / MINUTE) for each in queries.checks_around(outage, START + timedelta(hours=2))]

    assert found == sorted({*range(12), *range(41, 53)})


def test_its_ticket_is_shown_to_those_who_may_see_tickets(client: Client, cast: Cast) -> None:
    outage = over(cast)
    while facts.deliver_due(START + timedelta(hours=1)):
        pass
    client.force_login(cast.helper)
    page = client.get(reverse("console-outage", args=[outage.pk])).content.decode()

    assert "Its ticket" in page
    assert outage.tickets.get().reference in page


def test_an_outage_without_a_ticket_shows_none(client: Client, cast: Cast) -> None:
    outage = over(cast)
    client.force_login(cast.helper)

    assert "Its ticket" not in client.get(reverse("console-outage", args=[outage.pk])).content.decode()
