"""A letter before it is posted, and what no letter may hold. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import policy
from email.errors import NonASCIILocalPartDefect
from email.headerregistry import Address
from typing import Any

import idna

SUBJECT_LIMIT = 500
ADDRESS_LIMIT = 254
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
OUR_HEADERS = frozenset({
    "from", "to", "cc", "bcc", "sender", "subject", "date", "message-id", "mime-version", "reply-to", "in-reply-to",
    "references", "received", "return-path",
})  # fmt: skip


_as_header: Any = policy.SMTP.header_factory

LABEL_LIMIT = 63
"""Characters between two dots of a domain (RFC 1035, section 2.3.4)."""


class LetterRefused(ValueError):
    """A letter that must not be sent as it is: the message says which part, and why."""


@dataclass(frozen=True)
class Letter:
    """What a mail says: subject in one line, plain text, and the same as HTML where there is more to show."""

    subject: str
    text: str
    html: str = ""

    def __post_init__(self) -> None:
        one_line("Subject", self.subject)
        if not self.subject.strip() or len(self.subject) > SUBJECT_LIMIT:
            raise LetterRefused(f"Subject must have 1 to {SUBJECT_LIMIT} characters")


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A stored file that goes with a letter, and what it is called there."""

    file_id: int
    name: str
    media_type: str


def one_line(name: str, value: str) -> str:
    """`value`, unless it would begin a new header.

    Raises:
        LetterRefused: it holds a line break or another control character.
    """
    if CONTROL.search(value):
        raise LetterRefused(f"{name} holds a line break or another control character")
    return value


def address(name: str, value: str) -> Address:
    """One address, with or without the person's name: `Ada Moss <ada@example.org>`. Its domain becomes ASCII.

    Raises:
        LetterRefused: it is none, or more than one.
    """
    header = _as_header("To", _with_quotes(one_line(name, value.strip())))
    broken = [each for each in header.defects if not isinstance(each, NonASCIILocalPartDefect)]
    if len(header.addresses) != 1 or broken:
        raise LetterRefused(f"{name} is no single e-mail address: {value!r}")
    (found,) = header.addresses
    if not found.username or not found.domain or len(found.addr_spec) > ADDRESS_LIMIT:
        raise LetterRefused(f"{name} is no e-mail address: {value!r}")
    return Address(found.display_name, found.username, _ascii(name, found.domain))


def _with_quotes(value: str) -> str:
    """A bare address whose dots stand where RFC 5321 has none, as mobile providers give them out, in quotes."""
    local, at, domain = value.rpartition("@")
    is_dotted = local.startswith(".") or local.endswith(".") or ".." in local
    return f'"{local}"{at}{domain}' if is_dotted and not set(local) & set(' "<>\\') else value


def _ascii(name: str, domain: str) -> str:
    if domain.isascii():
        if any(len(label) > LABEL_LIMIT for label in domain.split(".")):
            raise LetterRefused(f"{name} has a domain that cannot be: {domain!r}")
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as problem:
        raise LetterRefused(f"{name} has a domain that cannot be: {domain!r}") from problem


def message_ids(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Message-IDs in the form `<left@right>`. Raises LetterRefused when one is not."""
    for value in values:
        if not MESSAGE_ID.fullmatch(value):
            raise LetterRefused(f"{name} is no Message-ID: {value!r}")
    return values


def further_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers beside those that `post` sets itself. Raises LetterRefused when one must not be there."""
    for header, value in headers.items():
        if not HEADER_NAME.fullmatch(header):
            raise LetterRefused(f"{header!r} is no name of a header")
        if header.lower() in OUR_HEADERS or header.lower().startswith("content-"):
            raise LetterRefused(f"{header} is not set as a further header")
        one_line(header, value)
    return dict(headers)
