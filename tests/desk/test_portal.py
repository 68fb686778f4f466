"""Tickets in the portal; and nothing of the team's own leaks there, or into mail, or out of the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mainstay.common.models import OutgoingMail
from mainstay.desk import actions
from mainstay.desk.actions import files
from mainstay.desk.letters.parsed import Part
from mainstay.desk.models import Attachment, Ticket
from tests.cast import CANARY
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db

SECRET = "between-us-alone"


@pytest.fixture
def rita(client, stage: Stage):
    client.force_login(stage.cast.a_requester)
    return client


def page(name: str, *args: str) -> str:
    return reverse(f"portal-{name}", args=["alder", *args])


def test_what_is_open_and_what_ended(rita, stage: Stage):
    stage.ticket(subject="Open one")
    over = stage.ticket(subject="Ended one")
    actions.resolve(ticket=over, text="Done.", by=stage.cast.helper, at=stage.now)
    shown = rita.get(page("tickets")).content.decode()
    assert "Open one" in shown
    assert "Ended one" not in shown
    assert "Ended one" in rita.get(page("tickets") + "?show=ended").content.decode()


def test_without_tickets_it_says_how_to_begin(rita):
    assert "Nothing is open" in rita.get(page("tickets")).content.decode()


def test_website_users_and_administrators_get_their_own_words(rita, stage: Stage):
    assert "I can’t upload data" in rita.get(page("ticket-new")).content.decode()
    stage.cast.a_requester.contacts.update(audience="system_administrator")
    shown = rita.get(page("ticket-new")).content.decode()
    assert "Data upload or import fails" in shown
    assert "I can’t" not in shown


@pytest.mark.parametrize(
    ("about", "more", "priority"),
    [("data_upload", {}, 3), ("viewability", {}, 3), ("viewability", {"whole_page": "on"}, 2), ("attack", {}, 1)],
)
def test_asking_for_help(rita, stage: Stage, about, more, priority):
    address = page("ticket-new") + f"?about={about}"
    assert rita.get(address).status_code == 200
    website = stage.cast.a.websites.get()
    given = {"website": website.pk, "subject": "Help", "text": "It fails.", "page": "/shop", **more}
    picture = SimpleUploadedFile("shot.png", b"\x89PNG\r\n\x1a\n000")
    answer = rita.post(address, {**given, "files": [picture]})
    ticket = Ticket.objects.get()
    assert answer.url == ticket.portal_url
    assert (ticket.category, ticket.priority, ticket.channel) == (about, priority, "portal")
    assert (ticket.requester.user, ticket.website) == (stage.cast.a_requester, website)
    assert "Page: /shop" in ticket.messages.get().text
    assert Attachment.objects.get().file.media_type == "image/png"


def test_files_are_bounded(rita, stage: Stage):
    given = {"website": stage.cast.a.websites.get().pk, "subject": "Help", "text": "It fails."}
    many = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(6)]
    answer = rita.post(page("ticket-new") + "?about=other", {**given, "files": many})
    assert answer.status_code == 422
    assert "at most 5 files" in answer.content.decode()
    assert not Ticket.objects.exists()


def test_another_clients_website_cannot_be_chosen(rita, stage: Stage):
    given = {"website": stage.cast.b.websites.get().pk, "subject": "Help", "text": "It fails."}
    assert rita.post(page("ticket-new") + "?about=other", given).status_code == 422


def test_a_message_goes_on_and_opens_again(rita, stage: Stage):
    ticket = stage.ticket()
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now)
    Ticket.objects.update(resolved_at="2999-01-01T00:00:00Z")
    rita.post(page("ticket-message", ticket.reference), {"text": "No, it is not."})
    assert Ticket.objects.get().state == "open"
    assert ticket.messages.latest("id").contact.user == stage.cast.a_requester


def test_notes_never_reach_the_client(rita, stage: Stage):
    ticket = stage.ticket()
    note = actions.note(ticket=ticket, text=SECRET, by=stage.cast.helper, at=stage.now)
    actions.add_event(ticket=ticket, text=SECRET, code="x", by=stage.cast.helper, at=stage.now, is_public=False)
    files.attach(note, [Part(name=f"{SECRET}.txt", content_type="", content=b"secret")], at=stage.now)
    stage.reply(ticket, "We look.")
    shown = rita.get(page("ticket", ticket.reference)).content.decode()
    assert "We look." in shown
    assert SECRET not in shown
    assert rita.get(Attachment.objects.get().url).status_code == 404
    for letter in OutgoingMail.objects.all():
        assert SECRET not in letter.subject + letter.text + letter.html
    token = stage.cast.token(stage.cast.a_administrator)
    answer = rita.get(f"/api/v1/tickets/{ticket.reference}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert SECRET not in answer.content.decode()


def test_another_clients_ticket_is_not_there(rita, stage: Stage):
    theirs = stage.ticket(
        client=stage.cast.b, subject=CANARY, requester=stage.cast.b.contacts.first(), by=stage.cast.b_administrator
    )
    assert rita.get(page("ticket", theirs.reference)).status_code == 404
    assert rita.get(reverse("portal-ticket", args=[stage.cast.b.slug, theirs.reference])).status_code == 404
    assert rita.post(page("ticket-message", theirs.reference), {"text": "x"}).status_code == 404
    assert CANARY not in rita.get(page("tickets")).content.decode()


def test_a_viewer_reads_only(client, stage: Stage):
    ticket = stage.ticket()
    client.force_login(stage.cast.a_viewer)
    assert client.get(page("ticket", ticket.reference)).status_code == 200
    assert client.post(page("ticket-message", ticket.reference), {"text": "x"}).status_code == 403
    assert client.get(page("ticket-new")).status_code == 403
    assert client.get(page("ticket-message", ticket.reference)).status_code == 405
