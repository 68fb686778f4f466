"""Variables in saved answers, such as {ticket.reference}. Pure. They are looked up in a list, never evaluated."""

import re
from collections.abc import Mapping

VARIABLE = re.compile(r"\{\s*([A-Za-z_]+(?:\.[A-Za-z_]+)?)\s*\}")

MEANINGS: Mapping[str, str] = {
    "requester.first_name": "first name of whoever asked",
    "requester.name": "whole name of whoever asked",
    "ticket.reference": "reference of the ticket",
    "ticket.subject": "subject of the ticket",
    "client.name": "name of the client",
    "website.name": "name of the website",
    "account_manager.name": "name of the client’s account manager",
    "account_manager.email": "address of the client’s account manager",
    "due": "when the ticket is due next",
    "me.name": "your own name",
    "me.first_name": "your own first name",
}
"""Every variable there is, with what it stands for."""

_ROOTS = frozenset(name.partition(".")[0] for name in MEANINGS)


def unknown(text: str) -> list[str]:
    """The variables in a text that there are none of, each once: slips, such as {ticket.refrence}."""
    return [name for name in _names(text) if name not in MEANINGS]


def unfilled(text: str) -> list[str]:
    """What looks like one of our variables in an answer that is about to be sent; other braces are nobody's slip."""
    return [name for name in _names(text) if name in MEANINGS or name.partition(".")[0].lower() in _ROOTS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in; one without a value stays, so that it is seen before it is sent."""
    return VARIABLE.sub(lambda match: values.get(match.group(1)) or match.group(0), text)


def problem_with(text: str) -> str:
    """What has to be put right before an answer may go out; empty when nothing."""
    names = ", ".join(f"{{{each}}}" for each in unfilled(text))
    return f"Fill in or take out: {names}. The client would read it as it stands." if names else ""


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(VARIABLE.findall(text)))
