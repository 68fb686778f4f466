"""Posting and sending letters."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction

from mainstay.common.jobs import Job, JobState, TryLater, run_due
from mainstay.common.mail import Letter, LetterRefused, MailState, OutgoingMail, deliver, post, send_again
from mainstay.common.mail.deliver import ATTEMPTS, MailNotFailed
from mainstay.common.mail.transports import MailUrlWrong, TemporaryFailure, transport_for
from tests.mailbox import free_port

pytestmark = pytest.mark.django_db

LETTER = Letter("Harbour & Sons could not be reached", "It was down for 12 minutes.")
TO = "ada@example.org"


@pytest.fixture
def set_mail(settings):
    """Set some of Mainstay's own settings: `set_mail(mail_url=…)`."""
    from dataclasses import replace  # late: only here

    def set_(**values):
        settings.MAINSTAY = replace(settings.MAINSTAY, **values)

    return set_


@pytest.fixture
def sink(smtp_sink, set_mail):
    """A mail server that outgoing mail goes to."""
    set_mail(mail_url=smtp_sink.url, mail_from="Mainstay <care@agency.example>")
    return smtp_sink


def test_letter_arrives_over_smtp_as_it_was_posted(sink, now):
    mail = post(LETTER, to="Ada Moss <ada@example.org>", key="k", at=now)
    assert run_due(now, "mail") == 1
    (arrival,) = sink.arrivals
    assert (arrival.mail_from, arrival.rcpt_to) == ("care@agency.example", (TO,))
    assert (arrival.subject, arrival.text.strip()) == (LETTER.subject, LETTER.text)
    assert arrival.message["From"] == "Mainstay <care@agency.example>"
    assert arrival.message["To"] == "Ada Moss <ada@example.org>"
    assert arrival.message["Message-ID"] == mail.message_id
    assert arrival.message["Date"].datetime == now
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.sent_at, mail.last_error) == (MailState.SENT, 1, now, "")


@pytest.mark.parametrize(
    "text",
    [
        "Grüße aus Žďár: 40 € — ✓",
        "x" * 2000,
        ".\n..\n.dots at the beginning of lines",
        "From the beginning\n\nFrom again",
        "trailing spaces   \n\ttab",
        "日本語 🚢",
    ],
)
def test_text_arrives_unchanged_and_travels_as_seven_bits(sink, now, text):
    post(Letter("Grüße ✓ " + "ž" * 100, text, html=f"<p>{text}</p>"), to=TO, key="k", at=now)
    run_due(now)
    (arrival,) = sink.arrivals
    assert arrival.subject == "Grüße ✓ " + "ž" * 100
    assert arrival.text.replace("\r\n", "\n").rstrip("\n") == text
    html = arrival.message.get_body(("html",)).get_content()
    assert html.replace("\r\n", "\n").rstrip("\n") == f"<p>{text}</p>"
    assert arrival.raw.isascii()
    assert max(len(line) for line in arrival.raw.split(b"\r\n")) <= 998


def test_headers_thread_the_letter_and_mark_it_as_automatic(sink, now):
    post(
        LETTER,
        to=TO,
        key="k",
        at=now,
        reply_to="desk+token@agency.example",
        message_id="<own@agency.example>",
        in_reply_to="<b@x.example>",
        references=["<a@x.example>", "<b@x.example>"],
        sender="Harbour desk <desk@agency.example>",
        headers={"X-Ticket": "MS-7"},
        automatic=True,
    )
    run_due(now)
    message = sink.arrivals[0].message
    assert sink.arrivals[0].mail_from == "desk@agency.example"
    assert message["Reply-To"] == "desk+token@agency.example"
    assert message["Message-ID"] == "<own@agency.example>"
    assert message["In-Reply-To"] == "<b@x.example>"
    assert message["References"].split() == ["<a@x.example>", "<b@x.example>"]
    assert (message["X-Ticket"], message["Auto-Submitted"]) == ("MS-7", "auto-generated")


def test_letter_by_a_person_is_not_marked_as_automatic(sink, now):
    post(LETTER, to=TO, key="k", at=now)
    run_due(now)
    assert sink.arrivals[0].message["Auto-Submitted"] is None


def test_long_conversations_keep_the_first_and_the_newest_references(now):
    ids = [f"<{number}@x.example>" for number in range(100)]
    kept = post(LETTER, to=TO, key="k", at=now, references=ids).headers["References"].split()
    assert (len(kept), kept[0], kept[1:]) == (30, ids[0], ids[-29:])


def test_same_key_is_posted_once(sink, now):
    first = post(LETTER, to=TO, key="k", at=now)
    assert post(Letter("Other", "text"), to="b@example.org", key="k", at=now) == first
    run_due(now)
    assert len(sink.arrivals) == 1


def test_rolled_back_transaction_leaves_no_letter_and_no_job(now, interrupt):
    interrupt(lambda: post(LETTER, to=TO, key="k", at=now))
    assert (OutgoingMail.objects.count(), Job.objects.count()) == (0, 0)


def test_sending_twice_sends_once(sink, now):
    mail = post(LETTER, to=TO, key="k", at=now)
    deliver(mail.pk, now)
    deliver(mail.pk, now)
    assert len(sink.arrivals) == 1


def test_temporary_refusal_is_tried_again_under_the_same_message_id(sink, now):
    mail = post(LETTER, to=TO, key="k", at=now)
    sink.refuse_with = "451 greylisted, come back later"
    run_due(now)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)
    assert "451 greylisted" in mail.last_error
    sink.refuse_with = ""
    assert run_due(now + timedelta(seconds=5)) == 0
    later = now + timedelta(seconds=30)
    run_due(later)
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.last_error) == (MailState.SENT, later, "")
    assert sink.arrivals[0].message["Message-ID"] == mail.message_id


def test_permanent_refusal_is_kept_and_can_be_sent_again_by_hand(sink, now):
    mail = post(LETTER, to=TO, key="k", at=now)
    sink.refuse_with = "550 no such mailbox"
    run_due(now)
    run_due(now + timedelta(days=3))
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.FAILED, 1, "550 no such mailbox")
    assert Job.objects.get().state == JobState.FAILED
    sink.refuse_with = ""
    send_again(mail=mail, at=now)
    run_due(now)
    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    with pytest.raises(MailNotFailed):
        send_again(mail=mail, at=now)


def test_server_that_is_away_is_a_temporary_failure(set_mail, now):
    set_mail(mail_url=f"smtp://127.0.0.1:{free_port()}")
    mail = post(LETTER, to=TO, key="k", at=now)
    with pytest.raises(TryLater):
        deliver(mail.pk, now)
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED
    assert "refused" in mail.last_error


def test_letter_is_given_up_after_two_days(set_mail, now):
    set_mail(mail_url=f"smtp://127.0.0.1:{free_port()}")
    mail = post(LETTER, to=TO, key="k", at=now)
    at = now
    for _ in range(ATTEMPTS):
        at = max(at, Job.objects.get().run_after)
        run_due(at)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.FAILED, ATTEMPTS)
    assert timedelta(days=1) < at - now < timedelta(days=3)


@pytest.mark.parametrize(
    "values",
    [
        {"to": "ada@example.org\r\nBcc: all@example.org"},
        {"to": "ada@example.org, eve@example.org"},
        {"to": "undisclosed:;"},
        {"to": "nobody"},
        {"to": ""},
        {"to": "@example.org"},
        {"to": f"{'a' * 250}@example.org"},
        {"sender": "x\n@example.org"},
        {"reply_to": "a@b.example\nX: y"},
        {"headers": {"X-Ticket": "7\r\nBcc: all@example.org"}},
        {"headers": {"X-Ticket\r\nBcc": "all@example.org"}},
        {"headers": {"Bcc": "all@example.org"}},
        {"headers": {"content-type": "text/html"}},
        {"message_id": "<a@b>\r\nBcc: all@example.org"},
        {"in_reply_to": "a@b"},
        {"references": ["<a@b> <c@d>"]},
        {"key": ""},
    ],
)
def test_letters_that_would_say_something_else_are_refused(values, now):
    with pytest.raises(LetterRefused):
        post(LETTER, **{"to": TO, "key": "k", "at": now, **values})
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("subject", ["", "  ", "two\nlines", "two\rlines", "x\x00", "x\u2028y", "x" * 501])
def test_subjects_that_are_none_are_refused(subject):
    with pytest.raises(LetterRefused, match="Subject"):
        Letter(subject, "text")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ada <ada@BÜCHER.example>", "Ada <ada@xn--bcher-kva.example>"),
        ('"Moss, Ada" <ada@example.org>', '"Moss, Ada" <ada@example.org>'),
        ("Žofie Nováková <z@example.org>", "Žofie Nováková <z@example.org>"),
    ],
)
def test_addresses_are_kept_in_one_form(given, kept, now):
    assert post(LETTER, to=given, key="k", at=now).recipient == kept


def test_nul_and_broken_signs_do_not_stop_a_letter(sink, now):
    post(Letter("Subject", "a\x00b\ud800c"), to=TO, key="k", at=now)
    run_due(now)
    assert sink.arrivals[0].text.strip() == "ab?c"


def test_message_id_is_used_once(now):
    post(LETTER, to=TO, key="a", at=now, message_id="<x@y.example>")
    with pytest.raises(IntegrityError), transaction.atomic():
        post(LETTER, to=TO, key="b", at=now, message_id="<x@y.example>")


def test_folder_keeps_each_letter_as_one_file(set_mail, tmp_path, now):
    set_mail(mail_url=f"file:{tmp_path}/out")
    mail = post(LETTER, to=TO, key="k", at=now)
    run_due(now)
    OutgoingMail.objects.update(state=MailState.QUEUED, sent_at=None)
    deliver(mail.pk, now)
    (file,) = Path(f"{tmp_path}/out").iterdir()
    assert message_from_bytes(file.read_bytes(), policy=default)["Subject"] == LETTER.subject


def test_console_shows_the_letter(set_mail, capsys, now):
    set_mail(mail_url="console:")
    deliver(post(LETTER, to=TO, key="k", at=now).pk, now)
    shown = capsys.readouterr().out
    assert LETTER.subject in shown
    assert LETTER.text in shown


@pytest.mark.parametrize(
    "url", ["", "smtp", "http://x", "smtp://", "smtp://host:port", "file:relative", "smtp://h:99999"]
)
def test_mail_url_that_names_no_way_out_is_refused(url):
    with pytest.raises(MailUrlWrong):
        transport_for(url)


@pytest.mark.parametrize("url", ["smtp", "console:", "file:"])
def test_probe_says_where_mail_goes(url, smtp_sink, tmp_path):
    transport = transport_for({"smtp": smtp_sink.url, "file:": f"file:{tmp_path}"}.get(url, url))
    assert transport.probe()
    assert smtp_sink.arrivals == []


def test_starttls_is_required_where_it_is_asked_for(smtp_sink):
    with pytest.raises(TemporaryFailure, match="STARTTLS"):
        transport_for(f"smtp+starttls://127.0.0.1:{smtp_sink.port}").probe()


def test_password_is_in_no_error(smtp_sink):
    with pytest.raises(TemporaryFailure) as failure:
        transport_for(f"smtp://ada:s3cret@127.0.0.1:{smtp_sink.port}").probe()
    assert "s3cret" not in str(failure.value)


def test_tests_never_send_to_a_server_by_default():
    assert django_settings.MAINSTAY.mail_url.startswith("file:")
