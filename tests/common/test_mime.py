"""How the header of a letter is written: other mail programs find their conversations by it."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mainstay.common.mail import LetterRefused
from mainstay.common.mail.mime import message_of
from mainstay.common.models.outgoing_mail import OutgoingMail

LONG_ID = f"<AM0PR04MB{'0123456789ABCDEF' * 4}@AM0PR04MB1234.eurprd04.prod.outlook.com>"
WORDS = st.sampled_from(["im", "ß", "(ü)", "Störung", "a" * 90, "=?x?=", '"q"', "é,", ":", "日本語", "<a@b>"])


def written(subject: str = "Hello", **headers: str) -> bytes:
    mail = OutgoingMail(
        sender="Büro am Hafen <support@harbour.example>", recipient="rita@alder.example", subject=subject, text="Text.",
        message_id="<1@harbour.example>", posted_at=datetime(2026, 3, 4, 10, 30, tzinfo=UTC),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )  # fmt: skip
    return message_of(mail).as_bytes()


def unfolded(raw: bytes, name: str) -> str:
    return re.sub(r"\r?\n(?=[ \t])", "", message_from_bytes(raw)[name])


@pytest.mark.parametrize("name", ["In-Reply-To", "References", "Thread-Index", "List-Id"])
@pytest.mark.parametrize("words", [[LONG_ID], [LONG_ID] * 20, ["A" * 400], ["<a@b.example>", LONG_ID, "<c@d.example>"]])
def test_long_words_of_other_systems_go_out_as_they_came(name: str, words: list[str]):
    raw = written(**{name: " ".join(words)})
    assert unfolded(raw, name) == " ".join(words)
    assert b"=?" not in raw.partition(name.encode())[2].partition(b"\r\nMIME")[0]
    assert all(len(line) <= 998 for line in raw.splitlines())


@given(st.lists(WORDS, min_size=1, max_size=14))
@example(["im", "ß", "(ü)"])
def test_a_subject_comes_through_whole(words: list[str]):
    raw = written(" ".join(words))
    assert raw.isascii()
    assert str(make_header(decode_header(unfolded(raw, "Subject")))) == " ".join(words)


def test_no_value_begins_another_header():
    with pytest.raises(LetterRefused):
        written(References="<a@b.example>\r\nBcc: eve@evil.example")
