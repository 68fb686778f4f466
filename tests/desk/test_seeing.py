"""A client whose people read no more than their own requests: kept in every way by which a request can be read."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients import actions as clients
from mainstay.clients.facts import Sees
from mainstay.desk import actions, gates
from mainstay.desk.letters.parsed import Part
from mainstay.desk.models import Attachment, Message, MessageText, Ticket
from tests.cast import TESTS
from tests.desk.kit import Stage, letter

pytestmark = pytest.mark.django_db
WORD = "zeppelin"


@pytest.fixture
def narrow(stage: Stage) -> Stage:
    clients.edit_client(client=stage.cast.a, sees=Sees.OWN, by=TESTS, at=stage.now)
    return stage


@pytest.fixture
def secret(narrow: Stage) -> Ticket:
    """A request of the client's administrator, with an answer and a file, about the client's only website."""
    cast = narrow.cast
    administrator = cast.a.contacts.get(user=cast.a_administrator)
    website = cast.a.websites.first() or cast.website(cast.a)
    ticket = narrow.ticket(
        subject=f"The {WORD} has leaked", text=f"A {WORD}.", requester=administrator, by=cast.a_administrator,
        website=website,
    )  # fmt: skip
    file = Part(name="zeppelin.txt", content_type="text/plain", content=b"zeppelin")
    narrow.reply(ticket, f"We look at the {WORD}.", parts=[file])
    while actions.index_some():
        pass
    return ticket


def pages(ticket: Ticket) -> Iterator[tuple[str, str]]:
    """Every way by which a request or its name can be read by the client, with what it is called."""
    slug, website = ticket.client.slug, ticket.website_id
    listed = reverse("portal-tickets", args=[slug])
    yield "list", listed
    yield "ended", f"{listed}?show=ended"
    yield "search", f"{listed}?q={WORD}"
    yield "reference", f"{listed}?q={ticket.reference}"
    yield "page", ticket.portal_url
    yield "home", f"/portal/{slug}/"
    yield "website", f"/portal/{slug}/websites/{website}/"
    yield "file", reverse("desk-attachment", args=[Attachment.objects.get(message__ticket=ticket).pk])
    yield "api list", f"/api/v1/clients/{slug}/tickets"
    yield "api", f"/api/v1/tickets/{ticket.reference}"


def reads(client: Any, stage: Stage, who: User, ticket: Ticket) -> dict[str, bool]:
    """Of each way, whether it tells `who` of the request."""
    client.force_login(who)
    headers = {"Authorization": f"Bearer {stage.cast.token(who)}"}
    found = {}
    for name, url in pages(ticket):
        answer = client.get(url, headers=headers if name.startswith("api") else {})
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        shown = ticket.subject.encode() in content or content == b"zeppelin"
        assert answer.status_code in (200, 404), (name, answer.status_code)
        found[name] = shown
    return found


READ = {"list", "search", "reference", "page", "home", "website", "file", "api list", "api"}


@pytest.mark.parametrize(
    ("who", "reads_it"),
    [("a_requester", False), ("a_viewer", False), ("a_administrator", True), ("b_administrator", False)],
)
def test_every_way_keeps_it(client, stage: Stage, secret: Ticket, who: str, reads_it: bool):
    found = reads(client, stage, getattr(stage.cast, who), secret)
    assert {name for name, shown in found.items() if shown} == (READ if reads_it else set())


def test_by_default_all_of_a_client_read_all(client, stage: Stage, secret: Ticket):
    clients.edit_client(client=stage.cast.a, sees=Sees.ALL, by=TESTS, at=stage.now)
    for who in (stage.cast.a_requester, stage.cast.a_viewer):
        assert {name for name, shown in reads(client, stage, who, secret).items() if shown} == READ


def test_nobody_acts_on_what_they_may_not_read(client, stage: Stage, secret: Ticket):
    client.force_login(stage.cast.a_requester)
    slug, said = stage.cast.a.slug, Message.objects.count()
    for name in ("portal-ticket-message", "portal-ticket-escalation"):
        url = reverse(name, args=[slug, secret.reference])
        assert client.post(url, {"text": "Let me in.", "reason": "x"}).status_code == 404
    posted = client.post(
        f"/api/v1/tickets/{secret.reference}/messages", {"text": "Let me in."}, content_type="application/json",
        headers={"Authorization": f"Bearer {stage.cast.token(stage.cast.a_requester)}"},
    )  # fmt: skip
    assert (posted.status_code, Message.objects.count()) == (404, said)


def test_a_number_in_a_subject_is_no_way_in(stage: Stage, secret: Ticket):
    raw = stage.mail(letter(stage.cast.a_requester.email, "Let me in.", Subject=f"Re: [{secret.reference}]"))
    assert raw.ticket is not None
    assert raw.ticket != secret
    administrator = stage.mail(letter(stage.cast.a_administrator.email, "More.", Subject=f"Re: [{secret.reference}]"))
    assert administrator.ticket == secret


def by_asking(stage: Stage) -> Ticket:
    return stage.ticket(subject="Mine")


def by_writing(stage: Stage) -> Ticket:
    ticket = _of_another(stage)
    stage.wrote(ticket)
    return ticket


def by_a_merge(stage: Stage) -> Ticket:
    ticket = _of_another(stage)
    actions.merge(ticket=stage.ticket(), target=ticket, by=stage.cast.helper, at=stage.now)
    return ticket


def by_being_merged_with(stage: Stage) -> Ticket:
    ticket = _of_another(stage)
    actions.merge(ticket=ticket, target=stage.ticket(), by=stage.cast.helper, at=stage.now)
    return ticket


def by_logging(stage: Stage) -> Ticket:
    return stage.ticket(requester=None, requester_address="", by=stage.cast.a_requester)


def _of_another(stage: Stage) -> Ticket:
    return stage.ticket(requester=stage.cast.contact(stage.cast.a), by=stage.cast.helper)


@pytest.mark.parametrize("way", [by_asking, by_writing, by_a_merge, by_being_merged_with, by_logging])
def test_who_takes_part_reads_it(client, narrow: Stage, way: Callable[[Stage], Ticket]):
    ticket = way(narrow)
    client.force_login(narrow.cast.a_requester)
    assert client.get(ticket.portal_url).status_code == 200
    assert ticket in gates.tickets_for(narrow.cast.a_requester)
    while actions.index_some():
        pass
    said = gates.texts_for(narrow.cast.a_requester).filter(message__ticket=ticket)
    assert said.count() == MessageText.objects.filter(message__ticket=ticket, message__is_public=True).count() > 0


def test_a_note_makes_nobody_take_part(client, narrow: Stage):
    ticket = _of_another(narrow)
    Message.objects.filter(ticket=ticket).update(user=narrow.cast.a_requester, is_public=False)
    client.force_login(narrow.cast.a_requester)
    assert client.get(ticket.portal_url).status_code == 404


def test_only_where_it_is_set(narrow: Stage):
    """Somebody who belongs to two clients reads all of the one and their own of the other."""
    cast = narrow.cast
    clients.add_contact(
        client=cast.b, name="Rita", email=cast.a_requester.email, role=Role.VIEWER, by=TESTS, at=narrow.now
    )
    cast.b.contacts.filter(email=cast.a_requester.email).update(user=cast.a_requester)
    hers = narrow.ticket(client=cast.b, requester=None, by=cast.helper)
    _of_another(narrow)
    assert list(gates.tickets_for(cast.a_requester)) == [hers]


def test_an_administrator_sets_it(client, stage: Stage):
    client.force_login(stage.cast.administrator)
    url = f"/console/clients/{stage.cast.a.slug}/edit/"
    given = {"name": stage.cast.a.name, "time_zone": stage.cast.a.time_zone, "is_active": "on"}
    assert client.post(url, {**given, "sees": "own"}).status_code == 302
    stage.cast.a.refresh_from_db()
    assert stage.cast.a.sees == Sees.OWN
    assert client.post(url, given).status_code == 302
    stage.cast.a.refresh_from_db()
    assert stage.cast.a.sees == Sees.OWN
    assert client.post(url, {**given, "sees": "nothing"}).status_code == 422
