"""Mailboxes kept in the console: their secrets, their pages, how they are read, and whose mail comes to an address."""

import json
import time
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.urls import reverse

from mainstay.desk import actions
from mainstay.desk.actions import mailboxes
from mainstay.desk.channels import connecting, imap, oauth, places, reading
from mainstay.desk.channels.connecting import Unreachable
from mainstay.desk.mail_facts import Security, SignIn
from mainstay.desk.models import DeskAddress, Mailbox, MailboxCursor, RawMail, Ticket
from mainstay.desk.queries import mailboxes as queries
from tests.desk.boxes import mail_address_of, mailbox_of
from tests.desk.imap_server import serving
from tests.desk.kit import DESK, Stage, letter

EVE = "eve@elsewhere.example"
RITA = "rita.alder@example.org"
FORM = {
    "name": "Hello", "address": "hello@boxes.example", "host": "127.0.0.1", "security": "none", "port": "1143",
    "user": "hello", "folder": "INBOX", "sign_in": "password", "password": "very secret", "allow_private": "on",
}  # fmt: skip


@pytest.fixture
def box():
    with serving() as found:
        yield found


@pytest.mark.django_db
def test_secrets_are_sealed_and_an_empty_one_keeps_what_there_is(stage: Stage):
    kept = mailbox_of(stage.cast.administrator)
    assert kept.password.startswith("sealed:")
    changed = mailbox_of(stage.cast.administrator, mailbox=kept, password="", host="localhost")
    assert places.of(changed).password == "secret"
    assert "secret" not in repr(places.of(changed))
    by_token = mailbox_of(
        stage.cast.administrator, mailbox=kept, sign_in="oauth2", refresh_token="r", client_number="c",
        token_url="https://t.example/",
    )  # fmt: skip
    assert (by_token.password, places.of(by_token).refresh_token) == ("", "r"), "what is not used is not kept"


@pytest.mark.django_db
def test_a_mailbox_is_kept_once(stage: Stage):
    mailbox_of(stage.cast.administrator)
    with pytest.raises(mailboxes.MailboxTaken, match="this name"):
        mailbox_of(stage.cast.administrator, port=2)
    with pytest.raises(mailboxes.MailboxTaken, match="read already"):
        mailbox_of(stage.cast.administrator, name="Another")


@pytest.mark.django_db
def test_the_page_adds_tries_pauses_and_removes(stage: Stage, client, box):
    client.force_login(stage.cast.administrator)
    box.mails = {1: letter(EVE)}
    answer = client.post(reverse("console-mailbox-new"), {**FORM, "port": str(box.port)})
    kept = Mailbox.objects.get()
    assert answer.headers["Location"] == kept.url
    tried = client.post(reverse("console-mailbox-trial", args=[kept.pk]), follow=True).content.decode()
    assert "Signed in. Mails in INBOX: 1, unread: 0." in tried
    assert RawMail.objects.count() == 0, "a trial takes nothing"
    assert "very secret" not in client.get(kept.url).content.decode()
    client.post(reverse("console-mailbox-pause", args=[kept.pk]))
    assert kept.key not in places.wanted()
    client.post(reverse("console-mailbox-resumption", args=[kept.pk]))
    assert places.wanted() == {kept.key: places.of(kept)}
    client.post(reverse("console-mailbox-removal", args=[kept.pk]))
    assert not Mailbox.objects.exists()
    assert DeskAddress.objects.filter(address="hello@boxes.example").exists()


@pytest.mark.django_db
def test_a_trial_that_fails_says_why_and_the_desk_shows_it(stage: Stage, client):
    client.force_login(stage.cast.administrator)
    kept = mailbox_of(stage.cast.administrator)
    page = client.post(reverse("console-mailbox-trial", args=[kept.pk]), follow=True).content.decode()
    assert "127.0.0.1:1 cannot be reached: Connection refused" in page
    assert queries.failing() == 1
    assert "Mail is not being read" in client.get(reverse("console-desk")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"allow_private": ""}, "host", "this machine itself"),
        ({"host": "169.254.169.254"}, "host", "a cloud"),
        ({"host": "no host"}, "host", "cannot be the name"),
        ({"password": ""}, "password", "Give the password"),
        ({"sign_in": "oauth2"}, "refresh_token", "Give the refresh token"),
        ({"sign_in": "oauth2", "token_url": "http://t.example/"}, "token_url", "https://"),
        ({"port": "70000"}, "port", "65535"),
        ({"address": "none"}, "address", "valid email"),
        ({"folder": "A\r\nB"}, "folder", "line breaks"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(stage: Stage, client, changes, field, words):
    client.force_login(stage.cast.administrator)
    answer = client.post(reverse("console-mailbox-new"), {**FORM, **changes})
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert not Mailbox.objects.exists()


@pytest.mark.django_db
def test_lists_ask_the_database_equally_often(stage: Stage, client, django_assert_max_num_queries):
    client.force_login(stage.cast.administrator)

    def asked() -> int:
        with django_assert_max_num_queries(40) as found:
            client.get(reverse("console-mailboxes"))
        return len(found)

    mailbox_of(stage.cast.administrator)
    once = asked()
    for number in range(2, 5):
        mailbox_of(stage.cast.administrator, name=f"Box {number}", port=number, address=f"{number}@boxes.example")
    assert asked() == once


@pytest.mark.django_db(transaction=True)
def test_one_that_fails_holds_up_no_other(stage: Stage, box):
    good = mailbox_of(stage.cast.administrator, name="Good", port=box.port)
    bad = mailbox_of(stage.cast.administrator, name="Bad", user="bad", address="bad@boxes.example")
    box.mails = {1: letter(EVE, "One.")}
    readers = reading.Readers()
    try:
        readers.settle()
        wait_for(
            lambda: RawMail.objects.count() == 1 and MailboxCursor.objects.filter(failed_at__isnull=False).exists()
        )
        assert RawMail.objects.get().rcpt_to == ["hello@boxes.example"]
        assert "cannot be reached" in MailboxCursor.objects.get(mailbox=bad.key).error
        wait_for(lambda: MailboxCursor.objects.filter(mailbox=good.key, checked_at__isnull=False).exists())
        mailboxes.pause_mailbox(mailbox=good, by=stage.cast.administrator, at=stage.now)
        readers.settle()
        assert [each.place.key for each in readers._running.values()] == [bad.key]
    finally:
        readers.end()


@pytest.mark.django_db(transaction=True)
def test_a_server_that_tells_of_news_is_waited_for(stage: Stage, box):
    kept = mailbox_of(stage.cast.administrator, port=box.port)
    box.can_idle = True
    readers = reading.Readers()
    try:
        readers.settle()
        wait_for(lambda: box.idlers)
        box.tell_news({7: letter(EVE, "Seven.")})
        wait_for(lambda: RawMail.objects.count() == 1)
        assert MailboxCursor.objects.get(mailbox=kept.key).waits is True
    finally:
        readers.end()


@pytest.mark.django_db
def test_one_mail_in_two_mailboxes_is_one_message(stage: Stage, box):
    first = mailbox_of(stage.cast.administrator, port=box.port)
    second = mailbox_of(stage.cast.administrator, name="Two", port=box.port, user="two", address="two@boxes.example")
    for number, kept in enumerate((first, second)):
        box.mails = {1: f"Delivered-To: {number}\r\n".encode() + letter(RITA, "Once.", Message_ID="<1@a.example>")}
        imap.poll(places.of(kept), at=stage.now, size_limit=100_000)
    assert RawMail.objects.count() == 2
    for raw in RawMail.objects.order_by("id"):
        actions.take_in(raw=raw, at=stage.now)
    assert Ticket.objects.get().messages.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("sender", "source"), [(EVE, "smtp"), (RITA, "smtp"), (EVE, "imap")])
def test_an_address_says_whose_mail_of_strangers_is(stage: Stage, sender, source):
    cast = stage.cast
    mailboxes.keep_address(
        address="theirs@boxes.example", client=cast.b, category="layout", by=cast.administrator, at=stage.now
    )
    kept = "theirs+tag@boxes.example"
    to = {"To": kept} if source == "imap" else {}
    raw = stage.mail(letter(sender, **to), rcpt_to=DESK if source == "imap" else kept, source=source)
    assert raw.ticket.client == (cast.b if sender == EVE else cast.a)
    assert (raw.ticket.category, raw.ticket.needs_hand) == ("layout", sender == EVE)
    stage.reply(raw.ticket)
    message = raw.ticket.messages.get(kind="reply")
    assert message.mail.headers["Reply-To"].startswith("theirs+ms-"), "answers come back to where it was written to"


@pytest.mark.django_db
def test_an_address_that_is_read_stays(stage: Stage, client):
    kept = mailbox_of(stage.cast.administrator)
    with pytest.raises(mailboxes.AddressInUse):
        mailboxes.remove_address(kept=kept.address, by=stage.cast.administrator, at=stage.now)
    free = mail_address_of(stage.cast.a, stage.cast.administrator)
    client.force_login(stage.cast.administrator)
    client.post(reverse("console-mail-address", args=[free.pk]), {"address": "Theirs2@boxes.example", "client": ""})
    free.refresh_from_db()
    assert (free.address, free.client) == ("theirs2@boxes.example", None)
    client.post(reverse("console-mail-address-removal", args=[free.pk]))
    assert not DeskAddress.objects.filter(pk=free.pk).exists()


def test_hosts_inside_are_refused_unless_allowed():
    with pytest.raises(Unreachable, match="this machine itself"):
        connecting.connect("127.0.0.1", 1, timeout_s=1, allow_private=False)
    with pytest.raises(Unreachable, match="cannot be reached"):
        connecting.connect("127.0.0.1", 1, timeout_s=1, allow_private=True)


TOKEN_ANSWERS = [
    (200, {"access_token": "a", "expires_in": 3600, "refresh_token": "r2"}, "r2", ""),
    (200, {"access_token": "a"}, "", ""),
    (400, {"error": "invalid_grant", "error_description": "It has\nexpired."}, "", "invalid_grant It has expired."),
    (200, {"token": "a"}, "", "without an access token"),
    (200, None, "", "something else than JSON"),
]


@pytest.mark.parametrize(("status", "answer", "fresh", "problem"), TOKEN_ANSWERS)
def test_a_refresh_token_becomes_an_access_token(status, answer, fresh, problem, monkeypatch):
    asked: list[dict[str, Any]] = []

    def post(place: places.Place, body: str) -> tuple[int, bytes]:
        asked.append(parse_qs(body))
        return status, json.dumps(answer).encode() if answer else b"<html>"

    monkeypatch.setattr(oauth, "_post", post)
    place = places.Place(
        host="h", port=1, security=Security.TLS, user=f"u{status}{answer}", folder="INBOX", recipient="u@h.example",
        sign_in=SignIn.OAUTH2, client_number="c", client_secret="s", refresh_token="r", token_url="https://t.example/t",
    )  # fmt: skip
    if problem:
        with pytest.raises(oauth.TokenRefused, match=problem):
            oauth.token_for(place)
        return
    granted = oauth.token_for(place)
    assert (granted.access_token, granted.new_refresh_token) == ("a", fresh)
    assert oauth.token_for(place).access_token == "a"
    assert asked == [
        {"grant_type": ["refresh_token"], "refresh_token": ["r"], "client_id": ["c"], "client_secret": ["s"]}
    ], "asked once, as long as it holds"
    oauth.forget(place)
    oauth.token_for(place)
    assert len(asked) == 2


@pytest.mark.django_db
def test_a_mailbox_is_opened_by_token_and_the_new_refresh_token_kept(stage: Stage, box, monkeypatch):
    kept = mailbox_of(
        stage.cast.administrator, port=box.port, sign_in="oauth2", client_number="c", refresh_token="old",
        token_url="https://t.example/t", user="oauth@boxes.example",
    )  # fmt: skip
    monkeypatch.setattr(oauth, "_post", lambda *_: (200, b'{"access_token": "good", "refresh_token": "new"}'))
    imap.poll(places.of(kept), at=stage.now, size_limit=1000)
    assert box.shown == ["user=oauth@boxes.example\1auth=Bearer good\1\1"]
    assert places.renewed(places.of(kept)).refresh_token == "new"
    box.refuses_tokens = True
    with pytest.raises(imap.NotOpened, match="no such token"):
        imap.poll(places.of(kept), at=stage.now, size_limit=1000)


def wait_for(is_so: Any, timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.05)
