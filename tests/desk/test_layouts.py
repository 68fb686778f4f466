"""A mail is shown as it was laid out, in a frame in which nothing acts and nothing is fetched from elsewhere."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.clients import actions as clients
from mainstay.clients.facts import Sees
from mainstay.desk import actions
from mainstay.desk.letters.framed import with_pictures
from mainstay.desk.models import Attachment, Message
from tests.cast import TESTS, Cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")


def mail(html: str, *, sender: str, picture: bytes = PIXEL, content_id: str = "part1.abc@mail") -> bytes:
    return (
        f"From: {sender}\r\nTo: support@localhost\r\nSubject: Page\r\nMessage-ID: <1@x.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=Z\r\n\r\n"
        f"--Z\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n"
        f"--Z\r\nContent-Type: image/png; name=page.png\r\nContent-ID: <{content_id}>\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{b64encode(picture).decode()}\r\n--Z--\r\n"
    ).encode()


def taken_in(raw: bytes) -> Message:
    found = actions.receive(raw=raw, mail_from="someone@x.example", rcpt_to=["support@localhost"], at=AT)
    actions.take_in(raw=found, at=AT)
    return Message.objects.get(raw=found)


def signed_in(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def test_a_pasted_picture_stands_where_its_writer_put_it(cast: Cast):
    sender = cast.a.contacts.get(user=cast.a_viewer).email
    said = taken_in(mail('<p>Look:</p><img src="cid:part1.abc@mail" alt="The page">', sender=sender))
    page = signed_in(cast.helper).get(said.layout_url)
    file = said.attachments.get()
    assert f'src="{file.picture_url}"' in page.content.decode()
    shown = signed_in(cast.helper).get(file.picture_url)
    assert shown.content == PIXEL
    assert shown["Content-Type"] == "image/png"
    assert "default-src 'none'" in shown["Content-Security-Policy"]


def test_nothing_acts_in_the_frame(cast: Cast):
    sender = cast.a.contacts.get(user=cast.a_viewer).email
    said = taken_in(
        mail(
            '<p onclick="x()">Hi<script>x()</script><img src="https://x.example/1.png"><form></form></p>', sender=sender
        )
    )
    page = signed_in(cast.helper).get(said.layout_url)
    text = page.content.decode()
    assert "script" not in text
    assert "onclick" not in text
    assert "x.example" not in text
    policy = page["Content-Security-Policy"]
    for part in ("default-src 'none'", "form-action 'none'", "frame-ancestors 'self'", "sandbox "):
        assert part in policy
    assert "allow-scripts" not in policy
    assert page["X-Frame-Options"] == "SAMEORIGIN"


def test_what_is_no_picture_is_not_shown_as_one(cast: Cast):
    sender = cast.a.contacts.get(user=cast.a_viewer).email
    said = taken_in(mail('<img src="cid:1" alt="Plan">', sender=sender, picture=b"<svg onload='x()'/>", content_id="1"))
    assert signed_in(cast.helper).get(reverse("desk-picture", args=[said.attachments.get().pk])).status_code == 404
    assert "[Plan]" in signed_in(cast.helper).get(said.layout_url).content.decode()


def test_a_layout_of_what_is_held_back_is_for_staff_alone(cast: Cast):
    ticket = cast.ticket(cast.a)
    held = actions.receive(
        raw=mail("<p>I too</p>", sender="eve@elsewhere.example").replace(
            b"Subject: Page", f"Subject: Re\r\nIn-Reply-To: {ticket.messages.first().message_id}".encode()
        ),
        mail_from="eve@elsewhere.example", rcpt_to=["support@localhost"], at=AT,
    )  # fmt: skip
    actions.take_in(raw=held, at=AT)
    said = Message.objects.get(raw=held)
    Message.objects.filter(pk=said.pk).update(ticket=ticket, client=ticket.client, is_public=False)
    contact = signed_in(cast.a_administrator)
    assert contact.get(said.layout_url).status_code == 404
    assert contact.get(said.attachments.get().picture_url).status_code == 404
    assert signed_in(cast.helper).get(said.layout_url).status_code == 200


def test_plain_text_has_no_layout(cast: Cast):
    said = cast.ticket(cast.a).messages.first()
    assert said.layout_url == ""
    assert signed_in(cast.helper).get(reverse("desk-message-layout", args=[said.pk])).status_code == 404


def test_a_content_id_may_be_written_in_percent():
    assert with_pictures('<img src="cid:a%2Bb@c">', {"a+b@c": "/p/1/"}) == '<img src="/p/1/">'


def test_a_picture_that_is_missing_gives_way_to_its_words():
    assert with_pictures('<p><img src="cid:gone" alt="A &lt;b&gt;"></p>', {}) == "<p>[A &lt;b&gt;]</p>"


def test_a_mark_in_a_signature_is_no_picture_beside_the_text(cast: Cast):
    sender = cast.a.contacts.get(user=cast.a_viewer).email
    said = taken_in(mail("<p>Hi</p>", sender=sender))
    assert said.pictures == []
    Attachment.objects.get().file.__class__.objects.update(size_bytes=50_000)
    assert [each.name for each in Message.objects.get(pk=said.pk).pictures] == ["page.png"]


def test_a_narrowed_client_keeps_pictures_and_layouts(cast: Cast):
    asked = cast.a.contacts.get(user=cast.a_administrator)
    said = taken_in(mail("<p>Mine</p>", sender=asked.email))
    ways = [said.layout_url, said.attachments.get().picture_url]
    assert [signed_in(cast.a_viewer).get(each).status_code for each in ways] == [200, 200]
    clients.edit_client(client=cast.a, sees=Sees.OWN, by=TESTS, at=AT)
    assert [signed_in(cast.a_viewer).get(each).status_code for each in ways] == [404, 404]
    assert [signed_in(cast.a_administrator).get(each).status_code for each in ways] == [200, 200]
