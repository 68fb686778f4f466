"""Whatever the bytes: a mail is read, in bearable time, and no file in it is lost. `make soak` tries many more."""

import base64
import binascii
import os
import random
import time
from email.message import EmailMessage
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.desk.letters.parse import parse
from mainstay.desk.letters.parsed import Kind, Parsed

TRIES = 3
HANG_S = 2.0
HEAD = b"From: rita@client.example\r\nTo: support@agency.example\r\nSubject: s\r\n"

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="/\\"), min_size=1, max_size=30
)
FILES = st.lists(st.tuples(NAMES, st.binary(max_size=400)), max_size=6)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=300)
SUBJECTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=80)


def read(raw: bytes) -> Parsed:
    """What is read, within the time that a mail may take, on one processor."""
    took = []
    while len(took) < TRIES and not any(each < HANG_S for each in took):  # beside other work a processor is slower
        began = time.process_time()
        found = parse(raw)
        took.append(time.process_time() - began)
    assert min(took) < HANG_S
    assert found.kind in Kind
    for text in (found.subject, found.sender, found.sender_name, found.text, found.reply, found.html, *found.problems):
        text.encode()
        assert "\0" not in text
    for each in found.parts:
        assert each.name
        assert "/" not in each.name
        assert isinstance(each.content, bytes)
    return found


def written(subject: str, text: str, files: list[tuple[str, bytes]]) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Rita Alder <rita@client.example>", "support@agency.example"
    message["Subject"] = subject
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


@given(SUBJECTS, TEXTS, FILES)
def test_every_file_of_a_well_made_mail_comes_out_as_it_was(
    subject: str, text: str, files: list[tuple[str, bytes]]
) -> None:
    found = read(written(subject, text, files).as_bytes())

    assert [sha256(each.content).digest() for each in found.parts] == [sha256(content).digest() for _, content in files]


@given(SUBJECTS, TEXTS, FILES, st.randoms(use_true_random=False))
def test_a_mail_with_some_bytes_changed_is_read(
    subject: str, text: str, files: list[tuple[str, bytes]], chance: random.Random
) -> None:
    raw = bytearray(written(subject, text, files).as_bytes())
    for _ in range(chance.randrange(1, 30)):
        place = chance.randrange(len(raw))
        turn = chance.randrange(4)
        if turn == 0:
            raw[place] = chance.randrange(256)
        elif turn == 1:
            del raw[place : place + chance.randrange(1, 40)]
        elif turn == 2:
            raw[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 40)))
        else:
            raw[place:place] = chance.choice(PIECES) * chance.randrange(1, 20)
        raw = raw or bytearray(b"x")

    read(bytes(raw))


PIECES = [
    b"\r\n",
    b"\n\n",
    b"--",
    b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: message/delivery-status\r\n\r\n",
    b"Content-Type: text/plain; charset=klingon\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*1=b\r\n",
    b"=?utf-8?b?/////w==?=",
    b"=?iso-2022-jp?q?=1B$B?=",
    b"begin 644 a.txt\n",
    b"`\nend\n",
    b"> ",
    b"On Monday, 2 March 2026, somebody wrote:\n",
    b"<html><body><script>",
    b"\0\xff\xfe\x80",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=60)), max_size=60))
def test_pieces_of_mails_in_any_order_are_read(pieces: list[bytes]) -> None:
    read(HEAD + b"".join(pieces))


@given(
    st.lists(st.tuples(st.from_regex(r"[a-z]{1,8}\.txt", fullmatch=True), st.binary(max_size=300)), max_size=4), TEXTS
)
def test_every_uuencoded_file_in_a_text_comes_out_as_it_was(files: list[tuple[str, bytes]], text: str) -> None:
    lines = [each for each in text.splitlines() if not each.startswith("begin")]
    for name, content in files:
        lines.append(f"begin 644 {name}")
        chunks = [content[start : start + 45] for start in range(0, len(content), 45)]
        lines += [binascii.b2a_uu(each).decode().rstrip("\n") for each in chunks]
        lines += ["`", "end"]
    found = read(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "\n".join(lines).encode())

    assert [(each.name, each.content) for each in found.parts] == files


RANDOM = random.Random(2026)
BOUNDARY = b"Content-Type: multipart/mixed; boundary=q\r\n\r\n"
BOUNCED = b"From: MAILER-DAEMON@x.example\r\nSubject: failure notice\r\n\r\n"
BOMBS = {
    "a file of 50 MB": lambda: (
        HEAD + BOUNDARY + b"--q\r\nContent-Type: application/zip; name=a.zip\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(os.urandom(36_000_000)) + b"--q--\r\n"
    ),
    "50 MB of text": lambda: HEAD + b"\r\n" + b"word " * 10_000_000,
    "50 MB of HTML": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<p>word</p>" * 4_500_000,
    "20 MB of empty lines": lambda: b"\n" * 20_000_000,
    "10,000 parts": lambda: HEAD + BOUNDARY + b"--q\r\nContent-Type: text/plain\r\n\r\nhi\r\n" * 10_000 + b"--q--",
    "100,000 header lines": lambda: HEAD + b"X-A: b\r\n" * 100_000 + b"\r\nhi",
    "a header line of 10 MB": lambda: HEAD + b"X-A: " + b"b" * 10_000_000 + b"\r\n\r\nhi",
    "a folded header of 10 MB": lambda: HEAD + b"X-A: " + b"b\r\n " * 3_000_000 + b"\r\n\r\nhi",
    "20,000 recipients": lambda: b"To: " + b",\r\n ".join(b"x%d@y.example" % n for n in range(20_000)) + b"\r\n\r\nhi",
    "nested 10,000 deep": lambda: (
        HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=q%d\r\n\r\n--q%d\r\n" % (n, n) for n in range(10_000))
    ),
    "mails in mails": lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 5_000 + b"hi",
    "files that never end": lambda: HEAD + b"\r\n" + (b"begin 644 a\r\n" + b"#0V%T\r\n" * 20) * 2_000,
    "a bounce of 20,000": lambda: (
        HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=q\r\n\r\n--q\r\n"
        b"Content-Type: message/delivery-status\r\n\r\n" + b"Final-Recipient: rfc822; a@b.example\r\n\r\n" * 20_000
    ),
    "a bounce of one word": lambda: BOUNCED + b"a" * 500_000,
    "a bounce of addresses": lambda: BOUNCED + b"<a@b.example>:\r\n" * 30_000,
    "tags that never close": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000 + b"hi",
    "half tags": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<a" * 300_000,
    "encoded words": lambda: HEAD.replace(b": s", b": " + b"=?utf-8?q?a?= " * 100_000) + b"\r\nhi",
    "parameters": lambda: HEAD + b"Content-Type: text/plain" + b"; a=b" * 200_000 + b"\r\n\r\nhi",
    "noise": lambda: RANDOM.randbytes(5_000_000),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_read_in_bearable_time(bomb) -> None:
    read(bomb())
