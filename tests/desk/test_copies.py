"""Whoever takes part in a ticket gets its answers, each by a letter of their own."""

import pytest

from mainstay.clients import actions as clients
from mainstay.common.models import OutgoingMail
from mainstay.desk import actions
from mainstay.desk.actions import delivering
from mainstay.desk.models import Delivery, Ticket
from mainstay.desk.queries.copying import COPIES_MAX, takers
from tests.cast import TESTS
from tests.desk.kit import Stage, letter, sent_to

pytestmark = pytest.mark.django_db


def written_by(stage: Stage, ticket: Ticket, who: str) -> str:
    """Somebody of client A writes on the ticket by mail; their address."""
    contact = stage.cast.a.contacts.get(user=getattr(stage.cast, who))
    stage.mail(letter(contact.email, "I see it too.", Subject=f"Re: {ticket.reference}"))
    assert ticket.messages.filter(contact=contact).exists()
    return contact.email


def recipients(message) -> list[tuple[str, bool]]:
    return [(each.mail.recipient, each.is_copy) for each in message.deliveries.all()]


def test_who_wrote_on_a_ticket_gets_its_answers_too(stage: Stage):
    ticket = stage.ticket()
    viewer = written_by(stage, ticket, "a_viewer")
    answer = stage.reply(ticket)
    assert recipients(answer) == [(ticket.answer_address, False), (viewer, True)]
    first, copy = (each.mail for each in answer.deliveries.all())
    assert first.message_id != copy.message_id
    assert copy.headers["Reply-To"] == first.headers["Reply-To"]
    assert viewer not in first.text + str(first.headers)


def test_an_answer_to_a_copy_comes_back_onto_the_ticket(stage: Stage):
    ticket = stage.ticket()
    viewer = written_by(stage, ticket, "a_viewer")
    copy = stage.reply(ticket).deliveries.get(is_copy=True).mail
    stage.mail(letter(viewer, "Thanks.", Subject="Thanks", In_Reply_To=copy.message_id))
    assert ticket.messages.latest("id").text == "Thanks."


def test_a_copy_goes_on_with_what_its_reader_got_before(stage: Stage):
    ticket = stage.ticket()
    viewer = written_by(stage, ticket, "a_viewer")
    stage.reply(ticket)
    stage.reply(ticket, "It is done.")
    before, after = sent_to(viewer)[-2:]
    assert after.headers["In-Reply-To"] == before.message_id


def test_what_a_process_writes_goes_to_whoever_asked_alone(stage: Stage):
    ticket = stage.ticket()
    viewer = written_by(stage, ticket, "a_viewer")
    count = len(sent_to(viewer))
    actions.reply(ticket=ticket, text="All is well again.", by=TESTS, at=stage.now)
    assert len(sent_to(viewer)) == count


@pytest.mark.parametrize("how", ["stranger", "staff", "left", "elsewhere", "own", "twice"])
def test_who_is_no_part_of_it_gets_none(stage: Stage, how: str):
    ticket, cast = stage.ticket(), stage.cast
    written_by(stage, ticket, "a_viewer")
    viewer = cast.a.contacts.get(user=cast.a_viewer)
    message = ticket.messages.get(contact=viewer)
    match how:
        case "stranger":
            message.is_participant = False
        case "staff":
            message.author_address = cast.helper.email
        case "left":
            clients.change_contact(contact=viewer, is_active=False, by=TESTS, at=stage.now)
        case "elsewhere":
            message.author_address = cast.b.contacts.first().email
        case "own":
            message.author_address = "support@localhost"
        case "twice":
            message.author_address = ticket.answer_address.upper()
    message.save()
    assert takers(ticket) == []
    assert recipients(stage.reply(ticket)) == [(ticket.answer_address, False)]


def test_who_asked_for_what_was_merged_gets_the_answers(stage: Stage):
    ticket = stage.ticket()
    other = stage.ticket(requester=None, requester_name="Olga", requester_address="olga@alder.example")
    actions.merge(ticket=other, target=ticket, by=stage.cast.helper, at=stage.now)
    assert recipients(stage.reply(ticket))[1:] == [("olga@alder.example", True)]


def test_the_helper_sees_who_gets_a_copy_and_may_choose(stage: Stage, client):
    ticket = stage.ticket()
    viewer = written_by(stage, ticket, "a_viewer")
    client.force_login(stage.cast.helper)
    assert client.get(ticket.url).context["reply_form"]["copies"].value() == viewer
    given = {"text": "We look.", "then": "open"}
    client.post(f"{ticket.url}reply/", {**given, "copies": "Boss@Alder.example, it@alder.example"})
    assert recipients(ticket.messages.latest("id"))[1:] == [("boss@alder.example", True), ("it@alder.example", True)]
    client.post(f"{ticket.url}reply/", {**given, "copies": ""})
    assert recipients(ticket.messages.latest("id"))[1:] == []


@pytest.mark.parametrize("copies", ["not an address", " ".join(f"p{n}@x.example" for n in range(COPIES_MAX + 1))])
def test_what_is_no_address_sends_nothing(stage: Stage, client, copies: str):
    ticket = stage.ticket()
    client.force_login(stage.cast.helper)
    count = OutgoingMail.objects.count()
    answer = client.post(f"{ticket.url}reply/", {"text": "We look.", "then": "open", "copies": copies})
    assert answer.status_code == 422
    assert "We look." in answer.content.decode()
    assert OutgoingMail.objects.count() == count


def test_a_copy_that_came_back_goes_to_the_same_person_again(stage: Stage):
    ticket = stage.ticket()
    viewer = written_by(stage, ticket, "a_viewer")
    copy = stage.reply(ticket).deliveries.get(is_copy=True)
    OutgoingMail.objects.filter(pk=copy.mail_id).update(state="sent", sent_at=stage.now)
    Delivery.objects.filter(pk=copy.pk).update(returned_at=stage.now, is_hard=True, raised_at=stage.now)
    copy.refresh_from_db()
    again = delivering.send_again(delivery=copy, by=stage.cast.helper, at=stage.now)
    assert (again.mail.recipient, again.is_copy) == (viewer, True)
    assert again.pk != copy.pk
