"""Opening tickets: references, once a key, priorities, the terms that stay."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from mainstay.clients import actions as clients
from mainstay.common.models import FactRecord
from mainstay.desk import actions
from mainstay.desk.models import Message, Ticket
from tests.cast import TESTS
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db


def test_references_count_up_within_a_year(stage: Stage):
    assert [stage.ticket().reference for _ in range(3)] == ["MS-2026-00001", "MS-2026-00002", "MS-2026-00003"]
    stage.later(days=365)
    assert stage.ticket().reference == "MS-2027-00001"


def test_a_rolled_back_ticket_leaves_no_gap(stage: Stage):
    with transaction.atomic():
        stage.ticket()
        transaction.set_rollback(True)
    assert stage.ticket().reference == "MS-2026-00001"


def test_the_same_key_opens_once(stage: Stage):
    first, again = stage.ticket(key="outage:7"), stage.ticket(key="outage:7")
    assert first == again
    assert Ticket.objects.count() == 1
    assert stage.ticket(key="").pk != stage.ticket(key="").pk


def test_what_opening_leaves_behind(stage: Stage):
    ticket = stage.ticket()
    [message] = ticket.messages.all()
    assert (message.kind, message.is_public, message.author_name) == ("inbound", True, "Rita Alder")
    fact = FactRecord.objects.get(kind="desk.ticket_opened")
    assert (fact.subject, fact.client, fact.body["priority"]) == (f"ticket:{ticket.pk}", stage.cast.a, 3)
    assert stage.kinds(ticket) == ["first_response 1 running", "resolution 1 running"]


@pytest.mark.parametrize(
    ("fields", "priority"),
    [
        ({"category": "attack"}, 1),
        ({"category": "data_upload"}, 3),
        ({"category": "viewability"}, 3),
        ({"category": "viewability", "whole_page": True}, 2),
        ({"category": "change"}, 4),
        ({"category": "outage"}, 1),
        ({"category": "layout", "priority": 2}, 2),
    ],
)
def test_the_priority_a_difficulty_has(stage: Stage, fields, priority):
    assert stage.ticket(**fields).priority == priority


def test_another_clients_things_are_refused(stage: Stage):
    website = stage.cast.b.websites.get()
    with pytest.raises(actions.WrongClient):
        stage.ticket(website=website)
    with pytest.raises(actions.WrongClient):
        stage.ticket(requester=stage.cast.b.contacts.first())


def test_what_a_ticket_was_promised_does_not_move_with_new_terms(stage: Stage):
    ticket = stage.ticket()
    before = stage.clock(ticket, "resolution").due_at
    terms = {"response": {"P3": {"first": "5 min", "resolution": "10 min", "update": "none"}}}
    clients.sign_agreement(
        client=stage.cast.a, starts_on=date(2025, 2, 1), effective_from=date(2026, 3, 5), terms=terms, by=TESTS,
        at=stage.now,
    )  # fmt: skip
    stage.later(days=2)
    assert stage.clock(ticket, "resolution").due_at == before
    late = stage.ticket()
    assert late.agreement.version == ticket.agreement.version + 1
    assert stage.clock(late, "resolution").due_at == stage.now + timedelta(minutes=10)


def test_a_public_note_cannot_be_stored(stage: Stage):
    ticket = stage.ticket()
    note = actions.note(ticket=ticket, text="He always says that.", by=stage.cast.helper, at=stage.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=note.pk).update(is_public=True)


@pytest.mark.django_db
def test_an_attack_has_the_highest_priority_whatever_is_judged(stage: Stage):
    ticket = stage.ticket()
    actions.categorise(ticket=ticket, category="attack", by=stage.cast.helper, at=stage.now)
    ticket.refresh_from_db()
    assert ticket.priority == 1
    assert ticket.clocks.get(kind="resolution").priority == 1
    low = {"impact": "low", "urgency": "low", "by": stage.cast.helper, "at": stage.now}
    assert actions.set_priority(ticket=ticket, **low).priority == 1
    with pytest.raises(actions.ReasonNeeded):
        actions.set_priority(ticket=ticket, override=4, **low)
    assert actions.set_priority(ticket=ticket, override=4, reason="A drill.", **low).priority == 4
