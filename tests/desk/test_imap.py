"""Reading a mailbox: each mail stored first and then marked, none twice, whatever interrupts it."""

import pytest

from mainstay.desk import actions
from mainstay.desk.channels import imap, places
from mainstay.desk.models import MailboxCursor, RawMail
from tests.desk.imap_server import Box, serving
from tests.desk.kit import Stage, letter

pytestmark = pytest.mark.django_db
RITA = "rita.alder@example.org"


@pytest.fixture
def box():
    with serving() as found:
        yield found


def poll(box: Box, stage: Stage, limit: int = 100_000) -> int:
    where = places.from_url(f"imap://support%40localhost:secret@127.0.0.1:{box.port}/INBOX")
    return imap.poll(where, at=stage.now, size_limit=limit)


def test_mails_are_stored_once_and_marked(box, stage: Stage):
    box.mails = {3: letter(RITA, "One."), 5: letter(RITA, "Two.")}
    assert poll(box, stage) == 2
    assert poll(box, stage) == 0
    assert box.seen == [3, 5]
    box.mails[6] = letter(RITA, "Three.")
    assert poll(box, stage) == 1
    assert [bytes(raw.body.content) for raw in RawMail.objects.order_by("id")] == list(box.mails.values())
    assert {(raw.source, *raw.rcpt_to) for raw in RawMail.objects.all()} == {("imap", "support@localhost")}


def test_a_renumbered_mailbox_is_read_again_without_doubles(box, stage: Stage):
    box.mails = {3: letter(RITA, "One.")}
    poll(box, stage)
    box.validity, box.mails = 8, {1: letter(RITA, "One."), 2: letter(RITA, "Two.")}
    assert poll(box, stage) == 2
    assert RawMail.objects.count() == 2


def test_cut_off_it_goes_on_where_it_was(box, stage: Stage, monkeypatch):
    box.mails = {3: letter(RITA, "One."), 5: letter(RITA, "Two.")}
    real, calls = actions.receive, []

    def fails_the_second_time(**given):
        calls.append(1)
        if len(calls) == 2:
            raise OSError("disk full")
        return real(**given)

    monkeypatch.setattr(actions, "receive", fails_the_second_time)
    with pytest.raises(OSError, match="disk full"):
        poll(box, stage)
    assert (RawMail.objects.count(), MailboxCursor.objects.get().last_uid, box.seen) == (1, 3, [3])
    assert poll(box, stage) == 1
    assert RawMail.objects.count() == 2


def test_of_what_is_too_large_the_beginning_is_taken(box, stage: Stage):
    box.mails = {1: letter(RITA, "x" * 200_000)}
    poll(box, stage)
    raw = actions.take_in(raw=RawMail.objects.get(), at=stage.now)
    assert raw.size_bytes <= imap.PART_BYTES
    assert raw.ticket.needs_hand
    assert "larger than the desk takes" in raw.ticket.messages.get().text


def test_news_about_other_mails_among_the_answers_lose_none(box, stage: Stage):
    box.mails, box.news = {3: letter(RITA, "One.")}, b"* 9 FETCH (UID 9 FLAGS (\\Seen))"
    assert poll(box, stage) == 1
    assert bytes(RawMail.objects.get().body.content) == box.mails[3]


def test_a_mail_that_the_server_does_not_give_is_asked_for_again(box, stage: Stage):
    box.mails, box.is_mute = {3: letter(RITA, "One.")}, True
    with pytest.raises(places.MailboxWrong):
        poll(box, stage)
    box.is_mute = False
    assert poll(box, stage) == 1
    assert RawMail.objects.count() == 1


@pytest.mark.parametrize(
    ("return_path", "state"),
    [("Return-Path: <>\r\n", "parked"), ("", "parsed"), (f"Return-Path: <{RITA}>\r\n", "parsed")],
)
def test_the_null_sender_is_known_by_its_return_path(box, stage: Stage, return_path, state):
    box.mails = {1: return_path.encode() + letter(RITA)}
    poll(box, stage)
    assert actions.take_in(raw=RawMail.objects.get(), at=stage.now).state == state


@pytest.mark.parametrize("url", ["", "http://x", "imaps://host/INBOX", "imaps://"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(places.MailboxWrong):
        places.from_url(url)
