"""Tickets in the API."""

import pytest

from mainstay.desk import actions
from mainstay.desk.models import Ticket
from tests.cast import CANARY
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(client, stage: Stage):
    """Call the API as somebody, with a token of theirs."""

    def _call(person, method: str, path: str, data=None):
        headers = {"Authorization": f"Bearer {stage.cast.token(person)}"}
        return getattr(client, method)(f"/api/v1{path}", data, content_type="application/json", headers=headers)

    return _call


def test_opening_once_and_reading(call, stage: Stage):
    person = stage.cast.a_administrator
    data = {"subject": "Broken", "text": "All of it.", "category": "layout", "key": "k1"}
    first = call(person, "post", "/clients/alder/tickets", data)
    again = call(person, "post", "/clients/alder/tickets", data)
    assert first.status_code == 201
    assert first.json()["reference"] == again.json()["reference"]
    found = call(person, "get", f"/tickets/{first.json()['reference']}").json()
    assert [clock["kind"] for clock in found["clocks"]] == ["first_response", "resolution"]
    assert [each["text"] for each in found["messages"]] == ["All of it."]
    assert len(call(person, "get", "/clients/alder/tickets?state=open").json()) == 1
    assert call(person, "get", "/clients/alder/tickets?state=closed").json() == []


def test_staff_answer_and_contacts_write(call, stage: Stage):
    ticket = stage.ticket()
    call(stage.cast.helper, "post", f"/tickets/{ticket.reference}/messages", {"text": "We look."})
    call(stage.cast.a_administrator, "post", f"/tickets/{ticket.reference}/messages", {"text": "Thanks."})
    assert list(ticket.messages.values_list("kind", flat=True)) == ["inbound", "reply", "inbound"]
    actions.close(ticket=ticket, code="agreed", by=stage.cast.helper, at=stage.now)
    answer = call(stage.cast.helper, "post", f"/tickets/{ticket.reference}/messages", {"text": "More."})
    assert answer.status_code == 422


def test_what_is_refused(call, stage: Stage):
    person, theirs = stage.cast.a_administrator, stage.cast.b.websites.get().pk
    data = {"subject": "Broken", "text": "All of it."}
    assert call(person, "post", "/clients/alder/tickets", {**data, "website_id": theirs}).status_code == 404
    assert call(person, "post", "/clients/alder/tickets", {"subject": ""}).status_code == 422
    assert call(person, "get", f"/clients/{stage.cast.b.slug}/tickets").status_code == 404
    assert call(person, "get", "/tickets/MS-2026-00009").status_code == 404
    assert call(stage.cast.helper, "post", "/clients/alder/tickets", {**data, "website_id": theirs}).status_code == 422
    assert not Ticket.objects.exists()


def test_nothing_of_another_clients(call, stage: Stage):
    stage.ticket(client=stage.cast.b, subject=CANARY, requester=None, by=stage.cast.b_administrator)
    assert CANARY not in call(stage.cast.a_administrator, "get", "/clients/alder/tickets").content.decode()


def test_bytes_that_no_database_holds(call, stage: Stage):
    person = stage.cast.a_administrator
    for data in (
        {"subject": "Bro\x00ken", "text": "All of it."},
        {"subject": "Broken", "text": "All\x00 of it."},
        {"subject": "Broken", "text": "All of it.", "key": "k\x00"},
    ):
        assert call(person, "post", "/clients/alder/tickets", data).status_code == 400
    assert not Ticket.objects.exists()


def test_a_subject_of_several_lines_is_one(call, stage: Stage):
    person = stage.cast.a_administrator
    data = {"subject": "Broken\r\nBcc: x", "text": "All of it."}
    assert call(person, "post", "/clients/alder/tickets", data).json()["subject"] == "Broken Bcc: x"
