"""What a mail server found out about who sent a mail: the field Authentication-Results (RFC 8601).

Anybody can write such a field. One counts when it bears the name of a server of ours, and stands where that server put
it: above the line with which the server says that it took the mail in, or right below, before any earlier hop.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from mainstay.desk.letters import headers

FIELDS_MAX = 20
_PAIR = re.compile(r"(?<![\w.-])([\w.-]+)\s*(?:/\s*\d+\s*)?=\s*(?:\"([^\"]*)\"|([^\s;\"]+))")
_NAME = re.compile(r"\s*(?:\"([^\"]*)\"|([^\s;=\"]+))\s*(?:\d+\s*)?\Z")


class Confirmation(StrEnum):
    """Whether a server of ours has confirmed the sender; unasked where none is named in the settings."""

    CONFIRMED = "confirmed"
    DOUBTED = "doubted"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one method (dkim, spf, dmarc), and what it was about."""

    method: str
    outcome: str
    about: dict[str, str]


def fields_of(message: Message) -> tuple[tuple[str, ...], ...]:
    """The fields of a mail from the top, those between two hops (Received) together."""
    groups: list[list[str]] = [[]]
    values = iter(headers.raw_values(message, "Authentication-Results", limit=FIELDS_MAX))
    for name, _ in message.raw_items():
        if name.lower() == "received":
            groups.append([])
        elif name.lower() == "authentication-results" and (value := next(values, None)):
            groups[-1].append(value)
    return tuple(tuple(each) for each in groups if each)


def confirmation(groups: Collection[Collection[str]], sender: str, servers: Collection[str]) -> Confirmation:
    """Whether one of `servers` has confirmed that the mail is from the domain of `sender`, its From.

    DMARC decides where it was looked at. Else a signature (DKIM) or an envelope (SPF) that passed counts when it is of
    that domain, or of one above it.
    """
    if not servers:
        return Confirmation.UNASKED
    names = {each.lower() for each in servers}
    results = next((found for group in groups if (found := _own(group, names))), [])
    domain = sender.rpartition("@")[2].lower()
    return Confirmation.CONFIRMED if domain and _passes(results, domain) else Confirmation.DOUBTED


def results_of(field: str, servers: Collection[str]) -> list[Result]:
    """What the field says, when it bears the name of one of `servers`, in lower case."""
    first, *others = _segments(field)
    named = _NAME.match(first)
    if named is None or (named[1] or named[2] or "").lower() not in servers:
        return []
    results = []
    for each in others:
        if pairs := [(key.lower(), quoted or plain) for key, quoted, plain in _PAIR.findall(each)]:
            (method, outcome), *about = pairs
            results.append(Result(method, outcome.lower(), {key: value.lower() for key, value in reversed(about)}))
    return results


def _own(group: Collection[str], names: Collection[str]) -> list[Result]:
    return [result for each in group for result in results_of(each, names)]


def _passes(results: list[Result], domain: str) -> bool:
    judged = {each.outcome for each in results if each.method == "dmarc"}
    if judged & {"fail", "permerror", "temperror"}:
        return False
    return any(each.outcome == "pass" and _is_about(each, domain) for each in results)


def _is_about(result: Result, domain: str) -> bool:
    """Whether what passed speaks for `domain`. DMARC speaks for the From, whether or not the server repeats it."""
    if result.method == "dmarc":
        return _speaks_for(result.about.get("header.from", domain), domain)
    named = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}.get(result.method, ())
    said = next((result.about[each] for each in named if each in result.about), "")
    return _speaks_for(said, domain)


def _speaks_for(said: str, domain: str) -> bool:
    """Whether `said`, an address or a domain, is `domain` or one above it; a top level speaks for nobody."""
    of = said.rpartition("@")[2].rstrip(".")
    return "." in of and (domain == of or domain.endswith(f".{of}"))


def _segments(field: str) -> list[str]:
    """The parts between semicolons, without comments, which nest; neither counts inside quotes."""
    return "".join(_without_comments(field)).split("\0")


def _without_comments(field: str) -> Iterator[str]:
    depth, is_quoted, letters = 0, False, iter(field[: headers.VALUE_MAX].replace("\0", " "))
    for letter in letters:
        if letter == "\\" and (is_quoted or depth):
            next(letters, None)
        elif letter == '"' and not depth:
            is_quoted = not is_quoted
            yield letter
        elif is_quoted:
            yield letter
        elif letter in "()":
            depth = max(0, depth + (1 if letter == "(" else -1))
            yield " "
        elif not depth:
            yield "\0" if letter == ";" else letter
