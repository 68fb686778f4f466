"""When the client is next owed news of an open ticket."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.clients import actions as clients
from mainstay.desk import actions, queries
from mainstay.desk.actions.authors import DESK
from mainstay.desk.models import Ticket
from mainstay.desk.queries.updates import updates_due
from tests.cast import TESTS
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db

HALF_AN_HOUR = timedelta(minutes=30)


def due(stage: Stage, *tickets: Ticket) -> list[Any]:
    found = [Ticket.objects.get(pk=each.pk) for each in tickets]
    said = updates_due(found, queries.clocks_of(found, stage.now))
    return [said.get(each.pk) for each in tickets]


def test_since_the_opening_and_then_since_each_answer_by_a_person(stage: Stage) -> None:
    ticket = stage.ticket(priority=1)
    assert due(stage, ticket) == [stage.now + HALF_AN_HOUR]
    stage.reply(ticket, at=stage.later(minutes=10))
    told = stage.now
    actions.note(ticket=ticket, text="Hm.", by=stage.cast.helper, at=stage.later(minutes=5))
    stage.reply(ticket, "Received.", by=DESK, at=stage.later(minutes=5))
    stage.wrote(ticket)
    assert due(stage, ticket) == [told + HALF_AN_HOUR]


@pytest.mark.parametrize("why", ["waits", "held", "resolved", "not agreed", "imported"])
def test_none_is_due(stage: Stage, why: str) -> None:
    ticket = stage.ticket(priority=4 if why == "not agreed" else 1)
    given = {"ticket": ticket, "by": stage.cast.helper, "at": stage.now}
    if why == "waits":
        actions.wait_for_client(**given)
    elif why == "held":
        contact = stage.cast.a.contacts.get(user=stage.cast.a_requester)
        until = stage.now.date() + timedelta(days=1)
        actions.agree_hold(reason="Logo", until=until, agreed_by=contact, agreed_how="call", **given)
    elif why == "resolved":
        actions.resolve(text="Done.", **given)
    Ticket.objects.filter(pk=ticket.pk).update(is_imported=why == "imported")
    assert due(stage, ticket) == [None]


def test_the_span_is_that_of_the_tickets_own_terms(stage: Stage) -> None:
    old = stage.ticket(priority=1)
    terms = {"response": {"P1": {"first": "1 h", "resolution": "4 h", "update": "2 h"}}}
    day = stage.now.date() + timedelta(days=1)
    clients.sign_agreement(
        client=stage.cast.a, starts_on=date(2025, 2, 1), effective_from=day, terms=terms, by=TESTS, at=stage.now
    )
    asked = stage.now
    stage.later(days=1)
    new = stage.ticket(priority=1)
    assert due(stage, old, new) == [asked + HALF_AN_HOUR, stage.now + timedelta(hours=2)]


def test_many_cost_as_much_as_one(stage: Stage, django_assert_num_queries: Any) -> None:
    tickets = [stage.ticket(priority=1) for _ in range(3)]
    for some in (tickets[:1], tickets):
        found = list(queries.tickets().filter(pk__in=[each.pk for each in some]))
        clocks = queries.clocks_of(found, stage.now)
        with django_assert_num_queries(1):
            assert len(updates_due(found, clocks)) == len(some)


def test_it_stands_on_the_ticket_and_in_the_queue(stage: Stage, client: Client) -> None:
    ticket = stage.ticket(priority=1)
    client.force_login(stage.cast.helper)
    assert "The next update to the client was due" in client.get(ticket.url).content.decode()
    assert "Update was due" in client.get(reverse("console-desk")).content.decode()
