"""Mail about mail: which of our letters came back, from whom, for good or for now; and machines that answer."""

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mainstay.common.facts import FactRecord
from mainstay.config.cli.commands import app
from mainstay.desk import actions
from mainstay.desk.letters.parse import parse
from mainstay.desk.letters.parsed import Bounce, Kind
from mainstay.desk.models import Delivery
from mainstay.desk.queries.addresses import seal
from tests.desk.kit import DESK, Stage, letter, sent_to

RITA = "rita.alder@example.org"

POSTFIX = """From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: support@localhost
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="q"

--q
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--q
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4ABC

Final-Recipient: rfc822; rita.alder@example.org
Original-Recipient: rfc822;Rita.Alder@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--q
Content-Description: Undelivered Message
Content-Type: message/rfc822

Message-ID: {original}
References: <first@client.example>
Subject: Re: Broken

text
--q--
"""
EXIM = """From: Mail Delivery System <Mailer-Daemon@mx.example>
Subject: Mail delivery failed: returning message to sender
To: support@localhost
X-Failed-Recipients: rita.alder@example.org
Auto-Submitted: auto-replied

This message was created automatically by mail delivery software.

  rita.alder@example.org
    host mx.example.org [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<rita.alder@example.org>:
    550 5.1.1 User unknown

------ This is a copy of the message's headers. ------

Message-ID: {original}
"""
QMAIL = """From: MAILER-DAEMON@mx.example
Subject: failure notice
To: support@localhost

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<rita.alder@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-Id: {original}
"""
EXCHANGE = """From: postmaster@client.example
Subject: Unzustellbar: Re: Broken
Return-Path: <>
To: support@localhost

Die Nachricht konnte nicht zugestellt werden.
rita.alder@example.org
Remote Server returned '550 5.2.2 mailbox full'
Message-ID: {original}
"""
DELAYED = """From: MAILER-DAEMON@mx.example
Subject: Delivery delayed: Re: Broken
To: support@localhost

<rita.alder@example.org>: host mx.example.org said: 451 4.7.1 Greylisted, try again
The message will be retried for 3 days.
Message-ID: {original}
"""
GONE = {"action": "failed", "status": "5.1.1", "said": "550 5.1.1 no such user"}
LATE = {"action": "delayed", "status": "4.4.1", "said": "timed out"}

BOUNCES = {
    "Postfix": (POSTFIX, GONE, ("5.1.1", True, "no such user")),
    "Postfix, late": (POSTFIX, LATE, ("4.4.1", False, "timed out")),
    "Exim": (EXIM, {}, ("5.1.1", True, "User unknown")),
    "qmail": (QMAIL, {}, ("5.1.1", True, "no mailbox here")),
    "Exchange, in German": (EXCHANGE, {}, ("5.2.2", True, "mailbox full")),
    "greylisted": (DELAYED, {}, ("4.7.1", False, "Greylisted")),
}


def written(template: str, fields: dict[str, str], original: str) -> bytes:
    """A bounce about the mail `original`."""
    return template.format(original=original, **fields).replace("\n", "\r\n").encode()


@pytest.mark.parametrize(("template", "fields", "expected"), BOUNCES.values(), ids=BOUNCES)
def test_a_bounce_says_of_which_mail_to_whom_and_whether_for_good(template, fields, expected) -> None:
    found = parse(written(template, fields, "<ours@localhost>"))

    assert found.kind is Kind.BOUNCE
    assert found.bounce is not None
    [each] = found.bounce.undelivered
    status, is_hard, reason = expected
    assert (each.address, each.status, each.is_hard) == (RITA, status, is_hard)
    assert reason.lower() in each.reason.lower()
    assert found.bounce.original_ids[0] == "<ours@localhost>"


def test_who_was_reached_is_not_named() -> None:
    found = parse(written(POSTFIX, {**GONE, "action": "delivered"}, "<ours@localhost>"))

    assert found.bounce == Bounce(undelivered=(), original_ids=("<ours@localhost>", "<first@client.example>"))


@pytest.mark.parametrize("text", ["", "<@>:", "Final-Recipient: rfc822; nobody"])
def test_a_bounce_that_says_little_is_still_one(text: str) -> None:
    found = parse(letter("MAILER-DAEMON@mx.example", text, Subject="failure notice"))

    assert found.bounce == Bounce()


KINDS = {
    "a person": ({}, Kind.MESSAGE),
    "a person about a bounce": ({"Subject": "Undelivered mail: what do I do?"}, Kind.MESSAGE),
    "a person about somebody's absence": ({"Subject": "Re: Automatic reply: Broken"}, Kind.MESSAGE),
    "RFC 3834": ({"Auto_Submitted": "auto-replied"}, Kind.AUTO_REPLY),
    "Outlook in English": ({"Subject": "Automatic reply: Broken"}, Kind.AUTO_REPLY),
    "Outlook in German": ({"Subject": "Automatische Antwort: Broken"}, Kind.AUTO_REPLY),
    "Outlook in French": ({"Subject": "=?utf-8?q?R=C3=A9ponse_automatique=C2=A0=3A_Broken?="}, Kind.AUTO_REPLY),
    "vacation": ({"Subject": "Out of office: back on Monday"}, Kind.AUTO_REPLY),
    "Precedence": ({"Precedence": "auto_reply"}, Kind.AUTO_REPLY),
    "a read receipt": ({"Content_Type": "multipart/report; report-type=disposition-notification; boundary=q"},
                       Kind.AUTO_REPLY),
    "a list": ({"List_Id": "<news.example>"}, Kind.LIST),
    "bulk": ({"Precedence": "bulk"}, Kind.LIST),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "kind"), KINDS.values(), ids=KINDS)
def test_what_kind_of_mail_it_is(fields: dict[str, str], kind: Kind) -> None:
    assert parse(letter(RITA, **fields)).kind is kind


@pytest.mark.django_db
@pytest.mark.parametrize(("template", "fields", "expected"), BOUNCES.values(), ids=BOUNCES)
def test_a_bounce_is_noted_on_the_ticket_of_the_letter_that_came_back(stage: Stage, template, fields, expected) -> None:
    ticket = stage.mail(letter(RITA)).ticket
    stage.reply(ticket)
    original = sent_to(RITA)[-1].message_id
    before = sent_to("")

    raw = stage.mail(written(template, fields, original), mail_from="", source="imap")

    ticket.refresh_from_db()
    entry = ticket.messages.latest("id")
    assert (raw.state, raw.park_reason, raw.ticket) == ("parked", "bounce", ticket)
    assert (entry.kind, entry.is_public, entry.in_reply_to) == ("event", False, original)
    assert RITA in entry.text
    assert ticket.needs_hand is expected[1]
    told = [each for each in sent_to("") if each not in before]
    assert [each.recipient for each in told] == [stage.cast.helper.email] * expected[1], "who wrote it is told"
    delivery = Delivery.objects.get(mail__message_id=original)
    assert (delivery.is_hard, delivery.is_open) == (expected[1], expected[1])
    assert RITA in delivery.why
    fact = FactRecord.objects.filter(kind="desk.letter_bounced").get()
    assert (fact.body["is_hard"], fact.body["message_id"]) == (expected[1], ticket.messages.get(kind="reply").pk)
    assert RITA not in str(fact.body)


@pytest.mark.django_db
def test_automatic_acknowledgements_are_not_counted_as_answers(stage: Stage) -> None:
    """Published fault: a machine's "we got it" stopped the clock of the first response."""
    ticket = stage.mail(letter(RITA)).ticket
    assert sent_to(RITA)
    assert stage.clock(ticket, "first_response").state == "running"

    stage.mail(letter(RITA, Subject=f"Automatic reply: {ticket.reference}", In_Reply_To=sent_to(RITA)[-1].message_id))

    assert stage.clock(ticket, "first_response").state == "running"
    assert ticket.messages.filter(kind="inbound").count() == 1


@pytest.mark.django_db
def test_two_desks_that_answer_each_other_stop_after_the_first_exchange(stage: Stage) -> None:
    """Published fault: mail loops. What the other desk sends is automatic, and says so."""
    stage.mail(letter("desk@other.example"))
    [ack] = sent_to("desk@other.example")
    back = letter("desk@other.example", ack.text, Auto_Submitted="auto-generated", In_Reply_To=ack.message_id)

    raw = stage.mail(back)

    assert raw.state == "parked"
    assert len(sent_to("desk@other.example")) == 1


@pytest.mark.django_db
def test_a_program_that_keeps_nothing_but_the_text_finds_its_ticket_by_the_marker_in_it(stage: Stage) -> None:
    ticket = stage.mail(letter(RITA)).ticket
    stage.reply(ticket, "We look.")
    quoted = "\n".join(f"> {line}" for line in sent_to(RITA)[-1].text.splitlines())
    marker = seal().marker(ticket.reference)
    assert marker in quoted

    answer = stage.mail(letter("rita@private.example", f"It works now.\n\n{quoted}", Subject="from my phone"))
    forged = stage.mail(letter("eve@elsewhere.example", f"[{marker[:-3]}aaa]"))

    assert answer.ticket == ticket
    assert forged.ticket != ticket
    assert seal().reference_in_text(marker.upper()) == ticket.reference


@pytest.mark.django_db
def test_the_nearest_of_many_references_counts(stage: Stage) -> None:
    first = stage.mail(letter(RITA, Message_ID="<1@client.example>")).ticket
    second = stage.mail(letter(RITA, Message_ID="<2@client.example>")).ticket
    assert first != second

    right = stage.mail(letter(RITA, "more", References="<1@client.example> <2@client.example>"))
    answered = stage.mail(
        letter(RITA, "and more", References="<1@client.example> <2@client.example>", In_Reply_To="<1@client.example>")
    )

    assert (right.ticket, answered.ticket) == (second, first)


@pytest.mark.django_db
def test_a_parked_bounce_can_be_opened_by_hand_all_the_same(stage: Stage) -> None:
    ticket = stage.mail(letter(RITA)).ticket
    stage.reply(ticket)
    raw = stage.mail(written(QMAIL, {}, sent_to(RITA)[-1].message_id), mail_from="", source="imap")

    opened = actions.open_parked(raw=raw, by=stage.cast.helper, at=stage.later(minutes=1))

    assert opened == ticket


def test_mail_parse_prints_what_the_desk_reads(tmp_path: Path) -> None:
    file = tmp_path / "bounce.eml"
    file.write_bytes(written(POSTFIX, GONE, "<ours@localhost>"))

    done = CliRunner().invoke(app, ["mail", "parse", str(file), "--json"])
    plain = CliRunner().invoke(app, ["mail", "parse", str(file)])

    said = json.loads(done.output)
    assert (done.exit_code, said["kind"], said["to"]) == (0, "bounce", [DESK])
    assert said["bounce"]["undelivered"] == [
        {"address": RITA, "status": "5.1.1", "kind": "hard", "reason": "550 5.1.1 no such user"}
    ]
    assert [each["type"] for each in said["attachments"]] == ["message/delivery-status", "message/rfc822"]
    assert all(len(each["sha256"]) == 64 for each in said["attachments"])
    assert f"Bounced:  {RITA} 5.1.1 for good" in plain.output


@pytest.mark.parametrize("content", [b"", b"\0" * 1000, b"\xff\xfe" * 500, b"%PDF-1.7 no mail at all"])
def test_mail_parse_reads_any_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "some.bin").write_bytes(content)

    done = CliRunner().invoke(app, ["mail", "parse", str(tmp_path / "some.bin"), "--json"])

    assert done.exit_code == 0
    assert json.loads(done.output)["kind"] == "message"


def read_bounce(text: str) -> Bounce:
    found = parse(f"From: mailer-daemon@b.example\nSubject: failure notice\n{text}".encode()).bounce
    assert found
    return found


@pytest.mark.parametrize(
    ("said", "status", "is_hard"),
    [
        ("host mx.b.example [10.4.0.12]: 550 5.1.1 User unknown", "5.1.1", True),
        ("host mx.b.example [1.2.3.4] said: 452 4.2.2 mailbox full", "4.2.2", False),
        ("Remote host 192.0.2.4.5 said nothing of use", "", True),
        ("(expanded) 554-5.7.1 refused by 2.4.5.6", "5.7.1", True),
    ],
)
def test_an_address_of_the_network_is_no_status(said: str, status: str, is_hard: bool):
    found = read_bounce(f"\n<anna@b.example>:\n  {said}\n")
    assert [(each.status, each.is_hard) for each in found.undelivered] == [(status, is_hard)]


@pytest.mark.parametrize(
    "filler", ["\n" * 20_000, " " * 20_000, ">\n" * 9_000, "a@b.example " * 1_500, "a@b.example\n" * 1_500]
)
def test_no_text_of_a_bounce_takes_long(filler: str):
    began = time.process_time()
    read_bounce(f"X-Failed-Recipients: c@d.example\n\n{filler}")
    read_bounce(f"\n{filler}")
    assert time.process_time() - began < 1
