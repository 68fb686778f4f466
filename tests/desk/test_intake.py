"""Mail in: stored once, matched, never lost, never looping, and nothing of a stranger's echoed."""

from datetime import timedelta

import pytest

from mainstay.common import search
from mainstay.common.models import OutgoingMail
from mainstay.desk import actions, queries, worker
from mainstay.desk.actions import sorting
from mainstay.desk.models import Message, MessageText, RawMail, Ticket
from mainstay.desk.queries.addresses import seal
from tests.desk.kit import DESK, Stage, letter, sent_to
from tests.desk.test_parse import NASTY

pytestmark = pytest.mark.django_db
RITA = "rita.alder@example.org"


def reply_address(ticket: Ticket) -> str:
    return seal().reply_address(ticket.reference, DESK)


def test_a_contacts_mail_becomes_the_clients_ticket(stage: Stage):
    text = "The shop is empty.\n\nOn Monday, Support wrote:\n> old"
    raw = stage.mail(letter(RITA, text, Message_ID="<1@x.example>", In_Reply_To="<0@x.example>"))
    ticket = raw.ticket
    assert (raw.state, ticket.client, ticket.channel) == ("parsed", stage.cast.a, "mail")
    assert (ticket.subject, ticket.requester.email, ticket.needs_hand) == ("Broken", RITA, False)
    [message] = ticket.messages.all()
    assert (message.text, message.message_id, message.raw) == ("The shop is empty.", "<1@x.example>", raw)
    assert "> old" in message.full_text


def test_the_same_mail_handed_over_again_is_the_same(stage: Stage):
    first, again = stage.mail(letter(RITA)), stage.mail(letter(RITA))
    assert first.pk == again.pk
    assert Ticket.objects.count() == 1
    assert Message.objects.count() == 1


def test_one_mail_to_two_of_our_addresses_is_one_message(stage: Stage):
    raw = letter(RITA, Message_ID="<1@x.example>")
    first = stage.mail(raw, rcpt_to=DESK)
    second = stage.mail(b"Received: from elsewhere\r\n" + raw, rcpt_to="support+other@localhost")
    assert first.pk != second.pk
    assert first.ticket == second.ticket
    assert Message.objects.count() == 1


def test_somebody_elses_mail_under_a_known_id_is_not_swallowed(stage: Stage):
    stage.mail(letter(RITA, Message_ID="<1@x.example>"))
    stage.mail(letter("eve@elsewhere.example", Message_ID="<1@x.example>"))
    stage.mail(letter(RITA, "Another text.", Message_ID="<1@x.example>"))
    assert Message.objects.count() == 3


def test_an_unknown_sender_waits_for_a_hand_and_hears_nothing_of_his_own(stage: Stage):
    raw = stage.mail(letter("eve@elsewhere.example", "Buy cheap pills at http://evil.example", Subject="Cheap pills"))
    assert (raw.ticket.client, raw.ticket.needs_hand) == (stage.cast.agency, True)
    [ack] = sent_to("eve@elsewhere.example")
    assert "pills" not in ack.subject + ack.text + ack.html
    assert raw.ticket.reference in ack.text
    assert ack.headers["Auto-Submitted"] == "auto-generated"


def test_one_acknowledgement_an_address_an_hour(stage: Stage):
    for number in range(3):
        stage.mail(letter(RITA, f"Text {number}"))
        stage.later(minutes=10)
    assert len(sent_to(RITA)) == 1
    stage.later(minutes=31)
    stage.mail(letter(RITA, "Text 4"))
    assert len(sent_to(RITA)) == 2


def test_an_unknown_senders_ticket_is_given_to_its_client(stage: Stage):
    ticket = stage.mail(letter("eve@elsewhere.example")).ticket
    actions.move(ticket=ticket, client=stage.cast.a, by=stage.cast.helper, at=stage.now)
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert (fresh.client, fresh.needs_hand) == (stage.cast.a, False)
    assert {row.client_id for row in (*fresh.messages.all(), *fresh.clocks.all(), *fresh.raw_mails.all())} == {
        stage.cast.a.pk
    }
    with pytest.raises(actions.WrongClient):
        actions.move(ticket=fresh, client=stage.cast.b, by=stage.cast.helper, at=stage.now)


@pytest.mark.parametrize(
    "fields", [{"X_Auto_Response_Suppress": "DR, AutoReply"}, {"List_Unsubscribe": "<https://x.example/>"}]
)
def test_who_wants_no_machines_answer_gets_none(stage: Stage, fields):
    raw = stage.mail(letter(RITA, **fields))
    assert (raw.state, raw.ticket.client) == ("parsed", stage.cast.a)
    assert not OutgoingMail.objects.exists()


def test_a_mail_that_does_not_say_who_wrote_it_is_its_senders(stage: Stage):
    ticket = stage.mail(letter(From=""), mail_from=RITA).ticket
    assert (ticket.client, ticket.requester.email) == (stage.cast.a, RITA)


def test_nobody_is_named_as_nobody(stage: Stage):
    message = stage.mail(letter(From=""), mail_from="no address").ticket.messages.get()
    assert (message.author_name, message.author_address) == ("Unknown sender", "")


GUARDED = {
    "auto-reply": ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
    "vacation": ({"Precedence": "auto_reply"}, "auto_reply"),
    "list": ({"List_Id": "<news.example>"}, "list"),
    "bulk": ({"Precedence": "bulk"}, "list"),
    "bounce": ({"Content_Type": "multipart/report; report-type=delivery-status; boundary=x"}, "bounce"),
    "our own address": ({"From": DESK}, "own"),
    "read receipt": ({"Content_Type": "multipart/report; report-type=disposition-notification"}, "auto_reply"),
    "bounce of an old server": ({"From": "MAILER-DAEMON@mx.example"}, "bounce"),
}


@pytest.mark.parametrize(("fields", "reason"), GUARDED.values(), ids=GUARDED.keys())
def test_machines_are_parked_where_people_see_them(stage: Stage, fields, reason):
    raw = stage.mail(letter(RITA, **fields), mail_from=RITA)
    assert (raw.state, raw.park_reason) == ("parked", reason)
    assert list(queries.parked()) == [raw]
    assert not OutgoingMail.objects.exists()
    assert not Ticket.objects.exists()


def test_the_null_sender_is_parked_with_its_ticket(stage: Stage):
    ticket = stage.ticket()
    stored = actions.receive(
        raw=letter("mailer-daemon@x.example"), mail_from="", at=stage.now,
        rcpt_to=[seal().reply_address(ticket.reference, DESK)],
    )  # fmt: skip
    raw = actions.take_in(raw=stored, at=stage.now)
    assert (raw.park_reason, raw.ticket) == ("bounce", ticket)
    assert ticket.messages.count() == 1


def test_our_own_mail_coming_back_is_parked(stage: Stage):
    ticket = stage.ticket()
    stage.reply(ticket)
    sent = sent_to(RITA)[-1]
    raw = stage.mail(letter(RITA, Message_ID=sent.message_id))
    assert raw.park_reason == "own"


def test_a_flood_is_parked_and_ends(stage: Stage):
    for number in range(32):
        stage.mail(letter("eve@elsewhere.example", f"Text {number}"))
    assert Ticket.objects.count() == 31
    assert RawMail.objects.filter(park_reason="flood").count() == 1
    stage.later(hours=1, minutes=1)
    assert stage.mail(letter("eve@elsewhere.example", "Later")).state == "parsed"


def test_two_mainstays_stop_after_the_first_exchange(stage: Stage):
    stage.mail(letter("desk@other-mainstay.example"))
    [ack] = sent_to("desk@other-mainstay.example")
    answer = letter(
        "desk@other-mainstay.example", ack.text, In_Reply_To=ack.message_id, Auto_Submitted="auto-generated"
    )
    assert stage.mail(answer).state == "parked"
    assert len(sent_to("desk@other-mainstay.example")) == 1


def test_a_parked_mail_becomes_a_ticket_or_is_dismissed_once(stage: Stage):
    raw = stage.mail(letter(RITA, Precedence="bulk"))
    ticket = actions.open_parked(raw=raw, by=stage.cast.helper, at=stage.now)
    assert (ticket.client, ticket.messages.get().text) == (stage.cast.a, "It is broken.")
    with pytest.raises(actions.NotParked):
        actions.dismiss(raw=raw, by=stage.cast.helper, at=stage.now)
    other = stage.mail(letter(RITA, "News", Precedence="bulk"))
    actions.dismiss(raw=other, by=stage.cast.helper, at=stage.now)
    assert not queries.parked().exists()
    assert RawMail.objects.count() == 2


@pytest.mark.parametrize("raw", NASTY.values(), ids=NASTY.keys())
def test_whatever_comes_is_on_a_ticket(stage: Stage, raw):
    stored = actions.receive(raw=raw, mail_from=RITA, rcpt_to=[DESK], at=stage.now)
    assert bytes(stored.body.content) == raw
    taken = actions.take_in(raw=stored, at=stage.now)
    assert taken.state == "parsed"
    assert taken.ticket.messages.get().raw == stored


def test_what_could_not_be_read_is_said_and_needs_a_hand(stage: Stage):
    raw = stage.mail(NASTY["deep"], mail_from=RITA)
    assert raw.ticket.needs_hand
    assert "nested too deeply" in raw.ticket.messages.get().text


def test_a_staff_members_mail_on_a_ticket_is_a_note(stage: Stage):
    ticket = stage.ticket()
    address = seal().reply_address(ticket.reference, DESK)
    stage.mail(letter(stage.cast.helper.email, "I know him."), rcpt_to=address)
    message = ticket.messages.latest("id")
    assert (message.kind, message.is_public, message.user) == ("note", False, stage.cast.helper)
    assert stage.clock(ticket, "first_response").state == "running"


def test_a_poisoned_mail_holds_nobody_up_and_is_shown_in_the_end(stage: Stage, monkeypatch):
    real = sorting.sort

    def fails_for_eve(raw, mail, ticket, *, at):
        if mail.sender.startswith("eve"):
            raise RuntimeError("poison")
        return real(raw, mail, ticket, at=at)

    monkeypatch.setattr(sorting, "sort", fails_for_eve)
    for sender in ("eve@elsewhere.example", RITA):
        actions.receive(raw=letter(sender), mail_from=sender, rcpt_to=[DESK], at=stage.now)
    for _ in range(8):
        worker.take_in_due(stage.now)
        stage.later(hours=1)
    assert Ticket.objects.get().requester.email == RITA
    [parked] = queries.parked()
    assert (parked.park_reason, parked.attempts) == ("fault", 6)
    assert "poison" in parked.last_error
    monkeypatch.setattr(sorting, "sort", real)
    assert actions.open_parked(raw=parked, by=stage.cast.helper, at=stage.now).needs_hand


def test_lapsed_tickets_are_closed(stage: Stage):
    ticket = stage.ticket()
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now)
    worker.close_lapsed.run({}, stage.now + timedelta(days=13))
    assert Ticket.objects.get(pk=ticket.pk).state == "resolved"
    worker.close_lapsed.run({}, stage.now + timedelta(days=14, hours=1))
    assert (Ticket.objects.get(pk=ticket.pk).state, Ticket.objects.get(pk=ticket.pk).close_code) == ("closed", "lapsed")


TWICE = {
    "two addresses": ({"rcpt_to": "support+other@localhost"}, {}, 1),
    "the same address again": ({}, {}, 2),
    "another date": ({"rcpt_to": "support+other@localhost"}, {"Date": "Wed, 4 Mar 2026 09:00:00 +0000"}, 2),
    "another subject": ({"rcpt_to": "support+other@localhost"}, {"Subject": "Other"}, 2),
}


@pytest.mark.parametrize(("way", "fields", "count"), TWICE.values(), ids=TWICE.keys())
def test_a_mail_without_an_id_that_came_twice(stage: Stage, way, fields, count):
    given = {"Date": "Wed, 4 Mar 2026 08:00:00 +0000"}
    first = stage.mail(letter(RITA, **given)).ticket
    second = stage.mail(b"Received: from elsewhere\r\n" + letter(RITA, **{**given, **fields}), **way).ticket
    assert (Message.objects.count(), first == second) == (count, count == 1)


def test_a_day_later_the_same_words_are_said_anew(stage: Stage):
    stage.mail(letter(RITA))
    stage.later(days=1, hours=1)
    stage.mail(b"Received: x\r\n" + letter(RITA), rcpt_to="support+other@localhost")
    assert Message.objects.count() == 2


QUOTING = "Please look.\n\nOn Monday, Ann wrote:\n> The shop is empty."
SHOWN = {
    "a first mail": ({}, QUOTING),
    "by its id": ({"In_Reply_To": "<0@x.example>"}, "Please look."),
    "by its subject": ({"Subject": "AW: Broken"}, "Please look."),
    "a first mail below dashes": ({}, "Please look.\n\n--\nIt says: error 500"),
    "a list of a mail": ({}, "See:\n\nFrom: Ann <a@x.example>\nDate: Monday\nSubject: No\n\nThe shop is empty."),
}


@pytest.mark.parametrize(("fields", "shown"), SHOWN.values(), ids=SHOWN.keys())
def test_what_is_shown_of_a_mail_that_opens_a_ticket(stage: Stage, fields, shown):
    text = QUOTING if shown == "Please look." else shown
    message = stage.mail(letter(RITA, text, **fields)).ticket.messages.get()
    assert (message.text, message.full_text.strip()) == (shown, text)


def test_what_was_cut_from_an_answer_is_found(stage: Stage):
    ticket = stage.ticket()
    stage.mail(letter(RITA, "Yes.\n\nOn Monday, Ann wrote:\n> A blue zebra."), rcpt_to=reply_address(ticket))
    actions.index_some()
    asked = search.asked("zebra")
    assert MessageText.objects.filter(words__matches=asked, message__ticket=ticket).exists()


SAME = {"plus": "victim+{}@v.example", "case": "Victim+{}@v.example"}


@pytest.mark.parametrize("form", SAME.values(), ids=SAME.keys())
def test_tags_of_one_address_get_one_acknowledgement(stage: Stage, form):
    for number in range(5):
        stage.mail(letter(form.format(number), f"Text {number}"), mail_from=f"evil{number}@e.example")
    assert len(sent_to("ictim")) == 1


@pytest.mark.parametrize(("envelope", "count"), [("evil@e.example", 10), ("", 14)], ids=["one sender", "own senders"])
def test_one_envelope_sender_gets_few_strangers_written_to(stage: Stage, envelope, count):
    for number in range(14):
        stage.mail(letter(f"victim{number}@v.example", f"Text {number}"), mail_from=envelope)
    assert len(sent_to("victim")) == count
