"""A mail is taken apart byte for byte, whatever is broken in it, and in a time that grows with its size alone."""

import base64
import binascii
import time

import pytest

from mainstay.desk.letters.body import NOT_DECODED
from mainstay.desk.letters.heads import HEADER_CUT
from mainstay.desk.letters.parse import parse
from mainstay.desk.letters.parsed import Kind
from mainstay.desk.letters.pieces import TOO_DEEP, TOO_MANY

HEAD = b"From: Anna <anna@b.example>\r\nTo: s@x.example\r\nSubject: x\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=Z\r\n\r\n"
INNER = (
    b"From: x@y.example\r\nReferences: " + b" ".join(b"<%d.aaaaaaaaaaaaaaaa@y.example>" % n for n in range(6)) + b"\r\n"
    b"Subject: =?utf-8?q?h=C3=BC?=  \r\nContent-Type: multipart/signed; boundary=I\r\n\r\n"
    b"--I\r\n\r\nFrom me \r\n--I\r\nContent-Type: application/pgp-signature\r\n\r\nxyz\r\n--I--\r\n"
)


def part(head: str, content: bytes) -> bytes:
    return b"--Z\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def files(raw: bytes) -> list[tuple[str, bytes]]:
    return [(each.name, each.content) for each in parse(raw).parts]


@pytest.mark.parametrize("kind", ["message/rfc822", "message/global"])
@pytest.mark.parametrize("inner", [INNER, INNER.replace(b"\r\n", b"\n"), b"", b"no header"])
def test_a_mail_in_a_mail_is_kept_byte_for_byte(kind: str, inner: bytes):
    encoded = part(f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64", base64.encodebytes(inner))
    raw = MIXED + part(f"Content-Type: {kind}; name=a.eml", inner) + encoded + b"--Z--\r\n"
    assert files(raw) == [("a.eml", inner), ("mail.eml", inner)]
    assert parse(raw).text == ""


def test_a_digest_holds_mails_without_saying_so():
    raw = MIXED.replace(b"mixed", b"digest") + b"--Z\r\n\r\nSubject: a\r\n\r\nOne\r\n--Z--"
    assert files(raw) == [("mail.eml", b"Subject: a\r\n\r\nOne")]


ENCODED = {
    "whole": (b"QUJD\r\nREVG\r\n", b"ABCDEF", True),
    "several padded pieces": (b"QUI=\r\nQ0Q=\r\n", b"ABCD", True),
    "without padding": (b"QUI", b"AB", True),
    "one sign too many": (b"QUJDREVGR", b"ABCDEF", False),
    "a stray sign": (b"QUJD*REVG", b"ABCDEF", False),
    "a footer below": (b"QUJDREVG\r\n\r\nScanned by the gateway\r\n", b"ABCDEF", False),
    "a footer below the end": (b"QUI=\r\n\r\n-- \r\nlist http://x.example\r\n", b"AB", False),
    "nothing": (b"", b"", True),
}


@pytest.mark.parametrize(("encoded", "content", "is_whole"), ENCODED.values(), ids=ENCODED)
def test_what_is_left_of_base64_is_kept_and_what_is_not_is_said(encoded: bytes, content: bytes, is_whole: bool):
    read = parse(HEAD + b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded)
    assert [each.content for each in read.parts] == [content]
    assert read.problems == (() if is_whole else (NOT_DECODED,))


def test_a_uuencoded_part_is_a_file():
    lines = b"begin 644 a.bin\r\n" + binascii.b2a_uu(b"abc" * 9).rstrip() + b"\r\n`\r\nend\r\n"
    head = "Content-Type: application/x-a; name=a.bin\r\nContent-Transfer-Encoding: x-uuencode"
    assert files(MIXED + part(head, lines)) == [("a.bin", b"abc" * 9)]


def test_a_file_knows_what_the_html_calls_it():
    raw = MIXED + part("Content-Type: image/png; name=a.png\r\nContent-ID: <a.1@b.example>", b"png")
    assert [each.content_id for each in parse(raw).parts] == ["a.1@b.example"]


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ('Content-Disposition: attachment; filename="Bücher.png"', "Bücher.png"),
        ("Content-Disposition: attachment; filename*=utf-8''inv%E2%80%AEfdp.exe", "invfdp.exe"),
        ('Content-Type: image/png; name="=?utf-8?Q?B=C3=BC_1.png?="', "Bü 1.png"),
    ],
)
def test_names_of_files_are_read_and_cannot_turn_about(field: str, name: str):
    assert [each for each, _ in files(MIXED + part(field, b"x"))] == [name]


BROKEN = {
    "no end": (part("Content-Type: text/plain", b"One"), "One"),
    "a part below the end": (part("A: b", b"One") + b"--Z--\r\n" + part("A: b", b"Two"), "One\nTwo"),
    "spaces behind the boundary": (b"--Z  \r\n\r\nOne\r\n--Z-- \r\n", "One"),
    "a boundary that begins alike": (part("A: b", b"One\r\n--Zebra") + b"--Z--", "One\n--Zebra"),
    "no boundary at all": (b"One", "One"),
    "a line of a part's header": (b"--Z\r\nContent-Type: text/plain\r\nodd\r\nContent-ID: <a>\r\n\r\nOne\r\n", "One"),
    "no header and no blank line": (b"--Z\r\nOne\r\nTwo: three\r\n--Z--\r\n", "One\nTwo: three"),
}


@pytest.mark.parametrize(("body", "text"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_parts_are_told_apart_though_they_are_broken(body: bytes, text: str, end: bytes):
    assert parse((MIXED + body).replace(b"\r\n", end)).text == text


def test_a_report_in_other_letters_is_a_bounce():
    raw = (
        b"From: MAILER-DAEMON@x.example\n"
        b"Content-Type: multipart/report; report-type=global-delivery-status; boundary=Z\n"
        b"\n--Z\n\nIt failed.\n--Z\nContent-Type: message/global-delivery-status\n\nReporting-MTA: dns; x.example\n\n"
        + "Final-Recipient: utf-8; ännä@b.example\nAction: failed\nStatus: 5.1.1\n\n".encode()
        + b"--Z\nContent-Type: message/global\n\nMessage-ID: <ours@x.example>\n\nSecret.\n--Z--\n"
    )
    read = parse(raw)
    assert read.bounce is not None
    assert [(each.address, each.status) for each in read.bounce.undelivered] == [("ännä@b.example", "5.1.1")]
    assert (read.text, read.bounce.original_ids) == ("It failed.", ("<ours@x.example>",))


def nested(levels: int, inside: bytes) -> bytes:
    inner = b"".join(b"--B%d\nContent-Type: multipart/mixed; boundary=B%d\n\n" % (n, n + 1) for n in range(levels))
    return HEAD + b"Content-Type: multipart/mixed; boundary=B0\n\n" + inner + b"--B%d\n\n" % levels + inside


def test_what_is_not_taken_apart_is_said():
    assert parse(nested(40, b"Hi")).text == "Hi"
    assert parse(nested(60, b"Hi")).problems == (TOO_DEEP,)
    assert parse(MIXED + b"--Z\r\n\r\nx\r\n" * 600).problems == (TOO_MANY,)
    assert parse(b"X: y\n" * 100_000 + b"\nhi").problems == (HEADER_CUT,)


SIZES = {
    "nested, of many lines": lambda: nested(45, b"a\n" * 2_900_000),
    "nested and old": lambda: nested(49, b"a\n" * 400_000).replace(b"\n", b"\r"),
    "nested and large": lambda: nested(49, b"a" * 49_000_000),
    "many lines": lambda: HEAD + b"\n" + b"a\n" * 25_000_000,
    "old lines": lambda: (HEAD + b"\n" + b"a\n" * 25_000_000).replace(b"\n", b"\r"),
    "dashes": lambda: MIXED + b"\n--Z" * 12_000_000,
    "half boundaries": lambda: MIXED.replace(b"Z", b"Z" * 400) + (b"--" + b"Z" * 399 + b"\n") * 120_000,
    "blocks of a report": lambda: (
        HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=Z\r\n\r\n--Z\r\n"
        b"Content-Type: message/delivery-status\r\n\r\n" + b"Final-Recipient: rfc822; a@b.c\nAction: no\n\n" * 900_000
    ),
    "headers of parts": lambda: MIXED + (b"--Z\r\n" + b"A: b\r\n" * 16_000 + b"\r\nx\r\n") * 480,
    "padding": lambda: MIXED + part("Content-Type: a/b\r\nContent-Transfer-Encoding: base64", b"QQ==" * 12_000_000),
    "a file of base64": lambda: (
        MIXED + part("Content-Type: a/b\r\nContent-Transfer-Encoding: base64", (b"QUJD" * 19 + b"\r\n") * 640_000)
    ),
    "quoted": lambda: HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=41" * 16_000_000,
    "uuencoded": lambda: (
        HEAD + b"Content-Type: a/b\r\nContent-Transfer-Encoding: uue\r\n\r\nbegin 644 a\n"
        + binascii.b2a_uu(b"abc" * 15) * 780_000
    ),
    "uuencoded, damaged": lambda: (
        HEAD + b"Content-Type: a/b\r\nContent-Transfer-Encoding: uue\r\n\r\nbegin 644 a\n"
        + (binascii.b2a_uu(b"abc" * 15) + b"~\x7f\n") * 700_000
    ),
    "no blank line": lambda: HEAD + b"X: " + b"y" * 49_000_000,
    "mails in mails": lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1_500_000,
}  # fmt: skip


@pytest.mark.parametrize("make", SIZES.values(), ids=SIZES)
def test_taking_apart_takes_no_longer_than_the_size_asks(make):
    raw = make()
    began = time.process_time()
    read = parse(raw)
    assert time.process_time() - began < 2
    assert read.sender == "anna@b.example"
    assert read.kind in (Kind.MESSAGE, Kind.BOUNCE)
