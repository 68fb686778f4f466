"""What became of a letter: told at its message, raised when it did not arrive, sent again with one button."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from django.urls import reverse

from mainstay.common import files
from mainstay.common.jobs import GiveUp
from mainstay.common.mail import deliver
from mainstay.common.mail.mime import message_of
from mainstay.common.models import FactRecord, Notification
from mainstay.desk.actions import delivering
from mainstay.desk.facts import Channel
from mainstay.desk.letters import threading
from mainstay.desk.letters.parsed import Part
from mainstay.desk.mail_facts import Stand, stand
from mainstay.desk.models import Delivery
from mainstay.flows.failed_letter_is_raised import failed_letter_is_raised
from tests.desk.boxes import delivery_of
from tests.desk.kit import Stage, letter, sent_to
from tests.mailbox import Mailbox

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
RITA = "rita.alder@example.org"
EVE = "eve@elsewhere.example"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("queued", 0, False, False), Stand.WAITING),
        (("queued", 3, False, False), Stand.DEFERRED),
        (("sent", 1, False, False), Stand.HANDED_OVER),
        (("failed", 30, False, False), Stand.FAILED),
        (("sent", 1, True, False), Stand.DELAYED),
        (("sent", 1, True, True), Stand.BOUNCED),
    ],
)
def test_where_a_letter_stands(given, expected):
    state, attempts, is_bounced, is_hard = given
    assert stand(state=state, attempts=attempts, is_bounced=is_bounced, is_hard=is_hard) is expected


@pytest.fixture
def refusing(settings):
    """A mail server that refuses every letter for good, until it is told otherwise."""
    with Mailbox() as sink:
        settings.MAINSTAY = replace(settings.MAINSTAY, mail_url=sink.url)
        sink.refuse_with = "550 5.1.1 No such user"
        yield sink


def give_up(delivery: Delivery, stage: Stage) -> None:
    """The letter is tried, refused, and the fact of it handed out."""
    with pytest.raises(GiveUp):
        deliver(delivery.mail_id, stage.now)
    failed_letter_is_raised(FactRecord.objects.filter(kind="common.letter_failed").latest("id"))


@pytest.mark.django_db
def test_a_letter_that_is_refused_is_raised_and_sent_again(stage: Stage, client, refusing):
    ticket = stage.ticket()
    delivery = stage.reply(ticket).deliveries.get()
    assert delivery.stand is Stand.WAITING
    give_up(delivery, stage)
    failed_letter_is_raised(FactRecord.objects.filter(kind="common.letter_failed").latest("id"))  # at least once

    delivery = Delivery.objects.get()
    assert (delivery.stand, delivery.is_open) == (Stand.FAILED, True)
    entry = ticket.messages.get(kind="event")
    assert (entry.is_public, entry.code) == (False, "undelivered")
    assert "could not be handed over: 550 5.1.1 No such user" in entry.text
    assert [each.address for each in Notification.objects.all()] == [stage.cast.helper.email]

    client.force_login(stage.cast.helper)
    assert "An answer did not arrive" in client.get(ticket.url).content.decode()
    assert "answer did not arrive" in client.get(reverse("console-desk")).content.decode()
    client.post(reverse("console-letter-sending", args=[delivery.pk]))
    delivery.refresh_from_db()
    assert (delivery.stand, delivery.is_open) == (Stand.WAITING, False)
    refusing.refuse_with = ""
    deliver(delivery.mail_id, stage.now)
    page = client.get(ticket.url).content.decode()
    assert "Handed over to the mail server" in page
    assert "did not arrive" not in page
    assert len(refusing.arrivals) == 1


@pytest.mark.django_db
def test_one_that_fails_again_is_raised_again(stage: Stage, refusing):
    delivery = stage.reply(stage.ticket()).deliveries.get()
    give_up(delivery, stage)
    delivering.send_again(delivery=delivery, by=stage.cast.helper, at=stage.later(minutes=5))
    give_up(delivery, stage)
    assert Delivery.objects.get().is_open
    assert delivery.message.ticket.messages.filter(code="undelivered").count() == 2


@pytest.mark.django_db
def test_a_failed_acknowledgement_is_raised_on_its_ticket(stage: Stage, refusing):
    ticket = stage.mail(letter(RITA)).ticket
    (acknowledged,) = sent_to(RITA)
    with pytest.raises(GiveUp):
        deliver(acknowledged.pk, stage.now)
    failed_letter_is_raised(FactRecord.objects.get(kind="common.letter_failed"))
    assert ticket.messages.latest("id").code == "undelivered"


@pytest.mark.django_db
def test_a_bounced_letter_goes_as_a_new_one_to_the_address_of_now(stage: Stage):
    ticket = stage.ticket()
    delivery = delivery_of(ticket, stage.cast.helper)
    ticket.requester.email = "rita.new@example.org"
    ticket.requester.save()
    again = delivering.send_again(delivery=delivery, by=stage.cast.helper, at=stage.now)
    assert again.mail.recipient == "rita.new@example.org"
    assert again.mail.message_id != delivery.mail.message_id
    assert again.mail.text == delivery.mail.text
    assert not Delivery.objects.get(pk=delivery.pk).is_open
    with pytest.raises(delivering.NothingToSend):
        delivering.send_again(delivery=again, by=stage.cast.helper, at=stage.now)
    with pytest.raises(delivering.NothingToSend):
        delivering.send_again(delivery=delivery, by=stage.cast.helper, at=stage.now)
    assert ticket.messages.filter(kind="reply").count() == 1, "it is one answer"


@pytest.mark.django_db
def test_a_letter_can_be_left_as_it_is(stage: Stage, client):
    ticket = stage.ticket()
    delivery = delivery_of(ticket, stage.cast.helper)
    client.force_login(stage.cast.helper)
    client.post(reverse("console-letter-leaving", args=[delivery.pk]))
    page = client.get(ticket.url).content.decode()
    assert "An answer did not arrive" not in page
    assert "Bounced:" in page


@pytest.mark.django_db
def test_an_answer_is_written_twice_and_signed_by_people(stage: Stage):
    ticket = stage.ticket(subject="AW: Re: Prices")
    stage.reply(ticket, "Look at <b>https://example.org/a?b=1&c</b>.\n\nAll is well.")
    sent = sent_to(ticket.answer_address)[-1]
    message = message_from_bytes(message_of(sent).as_bytes(), policy=default)
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert message.get_content_type() == "multipart/alternative"
    assert sent.subject == f"Re: Prices [{ticket.reference}]"
    assert "<b>" in text
    assert "&lt;b&gt;" in html
    assert "<p>All is well.</p>" in html
    manager = stage.cast.account_manager
    for each in (text, html):
        assert stage.cast.helper.name in each
        assert f"Your account manager: {manager.name}" in each
        assert ticket.reference in each


OUTLOOK = "AdxGxZ3q0m2Qp0bQTqSxZ2x4x1XvYQ=="


@pytest.mark.django_db
def test_an_answer_goes_on_with_the_thread_of_outlook(stage: Stage):
    ticket = stage.mail(letter(RITA, Subject="RE: Prices", Thread_Index=OUTLOOK, Message_ID="<1@a.example>")).ticket
    assert ticket.channel == Channel.MAIL
    stage.reply(ticket)
    sent = sent_to(RITA)[-1]
    assert (sent.subject, sent.headers["Thread-Topic"]) == ("Re: Prices", "Prices")
    assert sent.headers["Thread-Index"].startswith(OUTLOOK.rstrip("=")[:29])
    assert sent.headers["References"].startswith("<1@a.example>")


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: Prices", "Prices"), ("AW: WG: Re[2]: Prices", "Prices"), ("RE : Prices", "Prices"),
        ("Regarding: prices", "Regarding: prices"), ("Re:", "Re:"), ("", ""),
    ],
)  # fmt: skip
def test_the_subject_without_its_prefixes(subject, base):
    assert threading.base_subject(subject) == base


def test_what_is_no_thread_index_begins_a_new_one():
    for nonsense in (b"Thread-Index: abc\r\n", b"Thread-Index: " + b"A" * 40_000 + b"\r\n", b"Subject: x\r\n"):
        assert threading.index_in(nonsense + b"\r\n") == ""
    assert threading.index_in(b"Thread-Index: " + OUTLOOK.encode() + b"\r\n\r\n") == OUTLOOK
    assert threading.index_in(b"Subject: x\r\n\r\nThread-Index: " + OUTLOOK.encode() + b"\r\n") == ""
    first = threading.next_index("", key="a", began_at=NOW, at=NOW)
    other = threading.next_index("", key="b", began_at=NOW, at=NOW)
    assert first[:20] != other[:20]
    assert threading.next_index(first, key="a", began_at=NOW, at=NOW)[:36] == first[:36]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["a@b..example", f"a@{'x' * 64}.example"])
def test_an_answer_that_can_reach_nobody_counts_as_none(stage: Stage, address: str):
    ticket = stage.mail(letter(address, "Help."), mail_from="mailer@b.example").ticket
    stage.reply(ticket, "Done.")
    ticket.refresh_from_db()
    assert stage.clock(ticket, "first_response").state == "running"
    assert ticket.needs_hand
    told = ticket.messages.get(kind="event", code="undelivered")
    assert address in told.text
    assert not told.is_public
    stage.reply(ticket, "Said on the phone.", channel="phone")
    assert stage.clock(ticket, "first_response").state == "met"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["a..b@docomo.example", ".ab@docomo.example", "ab.@docomo.example"])
def test_dots_of_mobile_providers_are_written_to(stage: Stage, address: str):
    ticket = stage.mail(letter(address, "Help."), mail_from="mailer@b.example").ticket
    stage.reply(ticket, "Done.")
    sent = ticket.messages.get(kind="reply").mail
    assert sent.recipient == address
    assert message_of(sent)["To"].addresses[0].addr_spec == address
    assert stage.clock(ticket, "first_response").state == "met"


@pytest.mark.django_db
def test_the_files_of_an_answer_go_with_its_letter(stage: Stage):
    ticket = stage.mail(letter(EVE, "Where is the guide?")).ticket
    given = [
        Part(name="Führer.pdf", content_type="application/pdf", content=b"%PDF-1.7\n" + bytes(range(256))),
        Part(name="a.eml", content_type="message/rfc822", content=b"Subject: a\n\nb"),
    ]
    stage.reply(ticket, "Here.", parts=given)
    sent = message_from_bytes(message_of(sent_to(EVE)[-1]).as_bytes(), policy=default)
    found = [(each.get_filename(), each.get_payload(decode=True)) for each in sent.iter_attachments()]
    assert found == [(each.name, each.content) for each in given]
    body = sent.get_body(("plain",))
    assert body is not None
    assert "Here." in body.get_content()


@pytest.mark.django_db
def test_a_file_that_is_too_large_for_a_mail_is_named(stage: Stage):
    ticket = stage.mail(letter(EVE, "Where is the film?")).ticket
    film = Part(name="film.mp4", content_type="video/mp4", content=b"x" * (11 * 1024 * 1024))
    stage.reply(ticket, "Here.", parts=[film, Part(name="s.txt", content_type="text/plain", content=b"small")])
    sent = sent_to(EVE)[-1]
    assert [each["name"] for each in sent.files] == ["s.txt"]
    assert "Too large for a mail, ask us for another way: film.mp4 (11.0" in sent.text


@pytest.mark.django_db
def test_a_letter_whose_file_is_gone_fails_aloud(stage: Stage):
    ticket = stage.mail(letter(EVE, "Where is the guide?")).ticket
    stage.reply(ticket, "Here.", parts=[Part(name="s.txt", content_type="text/plain", content=b"small")])
    sent = sent_to(EVE)[-1]
    files.path_of(ticket.messages.get(kind="reply").attachments.get().file).unlink()
    with pytest.raises(GiveUp):
        deliver(sent.pk, stage.now)
    sent.refresh_from_db()
    assert sent.state == "failed"
    assert "s.txt cannot be sent" in sent.last_error
