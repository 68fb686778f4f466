"""When a version may be sent and signed. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any


def refusal_of_date(effective_from: date, starts_on: date, follows_from: date | None, today: date) -> str:
    """Why a version cannot hold from that day, when it is sent or signed on `today`; empty when it can.

    A first version may begin in the past: nothing was promised before it. An amendment may not, and not today either:
    what was promised for a day that has begun does not move.
    """
    if effective_from < starts_on:
        return f"The terms cannot take effect before the contract begins on {_on(starts_on)}."
    if follows_from is None:
        return ""
    if effective_from <= follows_from:
        return f"The version before holds from {_on(follows_from)}: this one must take effect later."
    if effective_from <= today:
        return (
            f"These terms were to hold from {_on(effective_from)}. What was promised for a day that has begun does not "
            "move: choose a later day."
        )
    return ""


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The names whose values differ."""
    return tuple(name for name in after if before.get(name) != after[name])


def same_name(typed: str) -> str:
    """A typed name as it is kept: in one line, without spaces at its ends."""
    return " ".join(typed.split())


def _on(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
