"""The words with which a mail server greets and makes its connection a secure one (RFC 3207, RFC 2595)."""

import re
from collections.abc import Generator
from typing import Any

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Operation
from mainstay.watch.probes.reaching import Trail, talk

HELLO_NAME = b"mainstay.invalid"
SMTP_CODE = re.compile(rb"(?:^|\n)(\d{3})(?: [^\n]*)?\r?\n\Z")
UNAVAILABLE = 421

Part = Generator[Operation, Any, bytes]


def start_tls(trail: Trail, link: int, protocol: str) -> Generator[Operation, Any, None]:
    """Greet, and ask for a secure connection. Ends where there is none to be had."""
    if protocol == "smtp":
        yield from greet_smtp(trail, link)
        yield from upgrade_smtp(trail, link)
    else:
        yield from greet_imap(trail, link)
        yield from upgrade_imap(trail, link)


def greet_smtp(trail: Trail, link: int) -> Part:
    """Wait for the greeting and say EHLO: what the server offers."""
    yield from smtp(trail, link, b"", 220)
    return (yield from hello(trail, link))


def hello(trail: Trail, link: int) -> Part:
    return (yield from smtp(trail, link, b"EHLO " + HELLO_NAME + b"\r\n", 250))


def upgrade_smtp(trail: Trail, link: int) -> Part:
    return (yield from smtp(trail, link, b"STARTTLS\r\n", 220, otherwise=Code.STARTTLS_MISSING))


def smtp(
    trail: Trail, link: int, command: bytes, wanted: int, otherwise: Code = Code.SERVICE_UNAVAILABLE, detail: str = ""
) -> Part:
    """Say `command` and wait for its answer. Ends where its code is another than `wanted`."""
    got = yield from talk(trail, link, command, _is_over)
    found = SMTP_CODE.search(got)
    if found is None:
        trail.end(Code.PROTOCOL_WRONG, "a mail server (SMTP)")
    code = int(found[1])
    if code == wanted:
        return got
    if code == UNAVAILABLE:
        trail.end(Code.SERVICE_UNAVAILABLE, str(code))
    trail.end(otherwise, detail or (str(code) if otherwise is Code.SERVICE_UNAVAILABLE else ""))


def _is_over(heard: bytes) -> bool:
    """Whether an answer of SMTP has ended, or is none."""
    return not heard[:1].isdigit() or SMTP_CODE.search(heard) is not None


def greet_imap(trail: Trail, link: int) -> Part:
    """Wait for the greeting."""
    got = yield from talk(trail, link, b"", lambda heard: heard.endswith(b"\n"))
    if got.upper().startswith(b"* BYE"):
        trail.end(Code.SERVICE_UNAVAILABLE, "BYE")
    if not got.upper().startswith((b"* OK", b"* PREAUTH")):
        trail.end(Code.PROTOCOL_WRONG, "a mailbox server (IMAP)")
    return got


def upgrade_imap(trail: Trail, link: int) -> Part:
    return (yield from imap(trail, link, b"s1", b"STARTTLS", otherwise=Code.STARTTLS_MISSING))


def imap(
    trail: Trail, link: int, tag: bytes, command: bytes, otherwise: Code = Code.SERVICE_UNAVAILABLE, detail: str = ""
) -> Part:
    """Say `command` and wait for its answer. Ends where it is not OK."""
    ends = re.compile(rb"(?:^|\n)" + tag + rb" (OK|NO|BAD)[^\n]*\r?\n\Z", re.I)
    got = yield from talk(trail, link, tag + b" " + command + b"\r\n", lambda heard: ends.search(heard) is not None)
    found = ends.search(got)
    if found is None or found[1].upper() != b"OK":
        trail.end(otherwise, detail)
    return got
