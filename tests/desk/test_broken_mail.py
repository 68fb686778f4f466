"""Mails as they really come: nothing that somebody wrote may vanish, and no mail takes long to read."""

import base64
import time

import pytest

from mainstay.desk.letters.charsets import decode
from mainstay.desk.letters.parse import parse

HEAD = b"From: Anna <anna@b.example>\nTo: s@x.example\nSubject: x\n"


def mail(kind: str, *parts: tuple[str, str]) -> bytes:
    """A multipart mail of (content type, text)."""
    inner = "".join(f"--B\nContent-Type: {each}; charset=utf-8\n\n{text}\n" for each, text in parts)
    return HEAD + f"MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=B\n\n{inner}--B--\n".encode()


def typed(content: bytes, charset: str = "") -> bytes:
    claim = f"; charset={charset}" if charset else ""
    return HEAD + f"Content-Type: text/plain{claim}\nContent-Transfer-Encoding: 8bit\n\n".encode() + content


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (mail("mixed", ("text/html", "<p>It is down</p>"), ("text/plain", "Scanned.")), "It is down\nScanned."),
        (mail("mixed", ("text/plain", "Dear team,"), ("text/html", "<p>It is broken</p>")), "Dear team,\nIt is broken"),
        (mail("alternative", ("text/plain", "Down."), ("text/html", "<p>Down.</p>")), "Down."),
        (mail("alternative", ("text/plain", " "), ("text/html", "<p>Down.</p>")), "Down."),
        (
            mail("alternative", ("text/plain", "View as HTML."), ("text/html", "<p>The shop has been down.</p>")),
            "The shop has been down.",
        ),
        (mail("alternative", ("text/plain", "a"), ("text/enriched", "a"), ("text/markdown", "a")), "a"),
        (mail("mixed", ("text/plain", "One."), ("text/plain", "Two.")), "One.\nTwo."),
    ],
)  # fmt: skip
def test_nothing_written_beside_something_else_vanishes(raw: bytes, text: str):
    assert parse(raw).text == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<p>See <a href="https://x.example/a?b=1&amp;c=2">here</a></p>', "See here <https://x.example/a?b=1&c=2>"),
        ('<a href="https://x.example/">https://x.example</a>', "https://x.example"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="https://x.example/1"><img src="cid:1"></a>', "<https://x.example/1>"),
        ('<img alt="A screenshot" src="cid:1">', "[A screenshot]"),
        ("<table><tr><td>Price</td><td>10</td></tr></table>", "Price\t10"),
    ],
)
def test_what_html_shows_is_said_in_the_text(html: str, text: str):
    assert parse(mail("mixed", ("text/html", html))).text == text


def test_a_pasted_picture_is_a_file_and_takes_no_text_along():
    picture = base64.b64encode(b"\x89PNG" + b"x" * 900_000).decode()
    html = f'<p>See: <img src="data:image/png;base64,{picture}"></p><p>THE SHOP IS DOWN</p>'
    read = parse(mail("mixed", ("text/html", html)))
    assert "THE SHOP IS DOWN" in read.text
    assert [(each.content_type, len(each.content)) for each in read.parts] == [("image/png", 900_004)]
    assert read.is_whole


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        (b"it\x92s \x80 5", "iso-8859-1", "it’s € 5"),
        ("Störung prüfen".encode(), "iso-8859-1", "Störung prüfen"),
        ("Störung".encode("latin-1"), "utf-8", "Störung"),
        ("你好鎔面".encode("gb18030"), "gb2312", "你好鎔面"),
        ("联通".encode("gbk"), "gb2312", "联通"),
        ("日本語①".encode("cp932"), "shift_jis", "日本語①"),
        ("日本語".encode("iso-2022-jp"), "iso-2022-jp", "日本語"),
        ("Привет, как дела".encode("koi8-r"), "koi8-r", "Привет, как дела"),
        (("Störung 你好 " * 40).encode()[:-1] + b"\xff", "utf-8", ("Störung 你好 " * 40)[:-1] + "\ufffd"),
        (("Störung 你好 " * 40).encode()[:-4], "utf-8", ("Störung 你好 " * 40)[:-2]),
        (b"abc", "idna", "abc"),
        (b"abc", "no-such-set", "abc"),
    ],
)  # fmt: skip
def test_character_sets_are_read_as_the_world_uses_them(content: bytes, charset: str, text: str):
    assert parse(typed(content, charset)).text.strip() == text.strip()
    assert decode(content, charset).strip() == text.strip()


FIELDS = "From: Anna <anna@b.example>\nTo: s@x.example\n"


@pytest.mark.parametrize(
    ("raw", "is_whole"),
    [
        (f"\n\n{FIELDS}Subject: Hi\n\nText", True),
        (f"\ufeff{FIELDS}Subject: Hi\n\nText", True),
        (f">From anna@b.example Tue Mar  3 10:12:00 2026\n{FIELDS}Subject: Hi\n\nText", True),
        ("From : Anna <anna@b.example>\nSubject : Hi\n\nText", True),
        (f"Received: from a\nno field at all\n{FIELDS}Subject: Hi\n\nText", False),
        (f"{FIELDS}Subject: Hi\n\nText".replace("\n", "\r"), True),
        (f"{FIELDS}Subject: Hi\n\nText".replace("\n", "\r") + "\rmore" * 80_000, True),
    ],
)
def test_a_header_that_broke_on_the_way_is_read(raw: str, is_whole: bool):
    read = parse(raw.encode())
    assert (read.sender, read.subject, read.text[:4]) == ("anna@b.example", "Hi", "Text")
    assert read.is_whole is is_whole


def test_words_that_look_like_a_field_below_the_header_stay_text():
    assert parse(b"Subject: Hi\n\nPlease note\nFrom: Monday on we are closed\n").text.startswith("Please note\nFrom:")
    assert parse(b"\n\nNote: only words\n").text.strip() == "Note: only words"


@pytest.mark.parametrize(
    ("subject", "is_automatic"),
    [
        ("Automatic reply: Broken", True),
        ("Out of Office", True),
        ("Out of office until 5 May", True),
        ("Automatische Antwort: Störung", True),
        ("Automatic reply is broken on our contact form", False),
        ("Autoreply not working", False),
        ("Out of office page shows error 404", False),
    ],
)
def test_a_broken_auto_reply_is_no_auto_reply(subject: str, is_automatic: bool):
    raw = f"From: anna@b.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\nText".encode()
    assert parse(raw).is_automatic is is_automatic


def test_what_is_handed_on_is_kept_whole():
    below = "\n\n-----Original Message-----\nFrom: Bob\nSent: Monday\n\nThe shop is down."
    assert "The shop is down." in parse(b"From: a@b.example\nSubject: FW: Help\n\nPlease take." + below.encode()).reply
    assert "The shop is down." not in parse(b"From: a@b.example\nSubject: RE: Help\n\nThanks." + below.encode()).reply


def test_addresses_of_servers_on_the_way_are_none_of_its_header():
    read = parse(b"Delivered-To: box@x.example\nX-Original-To: s@x.example\n" + HEAD + b"\nHi")
    assert read.to == ("s@x.example",)
    assert read.delivered_to == ("box@x.example", "s@x.example")


LINES = b"a\n" * 400_000
DEEP = b"".join(b"--B%d\nContent-Type: multipart/mixed; boundary=B%d\n\n" % (n, n + 1) for n in range(58))


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Type: multipart/mixed; boundary=B0\n\n" + DEEP + LINES * 4,
        (b"Content-Type: multipart/mixed; boundary=B0\n\n" + DEEP + LINES).replace(b"\n", b"\r"),
        b"Content-Type: text/html\n\n" + b"".join(b"<b a=%d>" % n for n in range(900)) + b"<p>a" * 9_000,
        b"Content-Type: text/html\n\n<p " + b"".join(b"a%d=1 " % n for n in range(130_000)) + b">a</p>",
        b"Content-Type: text/html\n\n" + b'<a href="https://x.example">' * 19_000,
        b"Content-Type: text/plain; charset=punycode\n\n" + b"a-b" * 130_000,
        b"Content-Type: multipart/mixed; boundary=B\n\n" + (b"--B\n\nbegin 644 a" + b" " * 499_000 + b"x\n") * 40,
        b"Content-Type: multipart/mixed; boundary=B\n\n" + (b"--B\n\n" + b"hello\n" * 80_000) * 40,
        b"\n" + LINES * 12,
    ],
    ids=["deep", "deep cr", "formatting", "attributes", "links", "punycode", "uuencode", "many texts", "lines"],
)
def test_no_mail_takes_long(body: bytes):
    began = time.process_time()
    read = parse((HEAD.replace(b"\n", b"\r") if b"\n" not in body else HEAD) + body)
    assert time.process_time() - began < 4, "less than 2 s on a usual machine"
    assert read.sender == "anna@b.example"
    assert len(read.text) <= 600_000
    assert len(read.html) <= 3_000_000
