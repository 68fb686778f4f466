"""The listener over real sockets: 250 means stored, and only our addresses are taken."""

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mainstay.desk import actions, worker
from mainstay.desk.channels import smtp
from mainstay.desk.models import Message, RawMail, Ticket
from tests.desk.kit import DESK, Stage, letter

pytestmark = pytest.mark.django_db(transaction=True)
RITA = "rita.alder@example.org"
LIMIT = 100_000


@contextmanager
def listener(protocol: str = "smtp") -> Iterator[int]:
    """A listener in a thread of its own; gives its port."""
    ready, done, found = threading.Event(), threading.Event(), []

    async def serve() -> None:
        async with smtp.listening("127.0.0.1:0", protocol=protocol, size_limit=LIMIT) as port:
            found.append(port)
            ready.set()
            while not done.is_set():
                await asyncio.sleep(0.01)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(10)
    try:
        yield found[0]
    finally:
        done.set()
        thread.join(10)


def test_a_mail_sent_for_real_becomes_a_ticket(stage: Stage):
    with listener() as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(RITA, [DESK], letter(RITA, "Grüße"))
        raw = RawMail.objects.get()
        assert (raw.mail_from, raw.rcpt_to, raw.state, raw.source) == (RITA, [DESK], "stored", "smtp")
    assert worker.take_in_due(raw.received_at) == 1
    assert Ticket.objects.get().messages.get().text == "Grüße"


def test_only_our_addresses_are_taken(stage: Stage):
    with listener() as port, smtplib.SMTP("127.0.0.1", port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.sendmail(RITA, ["sales@localhost"], letter(RITA))
        assert refused.value.recipients["sales@localhost"][0] == 550
        assert not RawMail.objects.exists()


def test_too_large_is_refused(stage: Stage):
    with listener() as port, smtplib.SMTP("127.0.0.1", port) as client:
        with pytest.raises(smtplib.SMTPException):
            client.sendmail(RITA, [DESK], letter(RITA, "x" * 70 + "\r\n" * LIMIT))
        assert not RawMail.objects.exists()


def test_long_lines_the_null_sender_and_odd_bytes_are_taken(stage: Stage):
    with listener() as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("", [DESK], b"From: x@y.example\r\n\r\n" + b"\xff" * 50_000)
    raw = RawMail.objects.get()
    assert (raw.mail_from, raw.size_bytes > 50_000) == ("", True)


def test_what_cannot_be_stored_is_not_acknowledged(stage: Stage, monkeypatch):
    def broken(**_):
        raise OSError("disk full")

    with listener() as port, smtplib.SMTP("127.0.0.1", port) as client:
        monkeypatch.setattr(actions, "receive", broken)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail(RITA, [DESK], letter(RITA))
        assert refused.value.smtp_code == 451
        monkeypatch.undo()
        client.sendmail(RITA, [DESK], letter(RITA))
    assert RawMail.objects.count() == 1


def test_handed_over_again_after_a_lost_answer_it_is_one(stage: Stage):
    with listener() as port:
        for _ in range(3):
            with smtplib.SMTP("127.0.0.1", port) as client:
                client.sendmail(RITA, [DESK], letter(RITA))
    worker.take_in_due(RawMail.objects.get().received_at)
    assert (RawMail.objects.count(), Message.objects.count()) == (1, 1)


def test_connections_held_open_keep_no_mail_out(stage: Stage, monkeypatch):
    monkeypatch.setattr(smtp, "SESSIONS_MAX", 3)
    with listener() as port:
        held = [smtplib.SMTP("127.0.0.1", port) for _ in range(3)]
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail(RITA, [DESK], letter(RITA))
            assert held[0].getreply()[0] == 421
            assert held[1].noop()[0] == held[2].noop()[0] == 250
        for each in held:
            each.close()
    assert RawMail.objects.count() == 1


def test_a_mail_under_way_is_not_cut_off(stage: Stage, monkeypatch):
    monkeypatch.setattr(smtp, "SESSIONS_MAX", 1)
    with listener() as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        client.mail(RITA)
        client.rcpt(DESK)
        assert client.docmd("DATA")[0] == 354
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            smtplib.SMTP("127.0.0.1", port)
        assert refused.value.smtp_code == 421
        client.send(letter(RITA) + b".\r\n")
        assert client.getreply()[0] == 250
    assert RawMail.objects.count() == 1


def test_lmtp_answers_for_each_recipient(stage: Stage):
    with listener("lmtp") as port, smtplib.LMTP("127.0.0.1", port) as client:
        refused = client.sendmail(RITA, [DESK, "support+other@localhost"], letter(RITA))
        assert refused == {}
        assert client.getreply()[0] == 250, "the second recipient's answer, which Python's client leaves unread"
    assert RawMail.objects.get().source == "lmtp"
