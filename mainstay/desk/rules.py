"""Decisions of the desk that need nothing but values: priorities, references, what a client's message does."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from mainstay.desk.facts import Category, TicketState
from mainstay.policy.terms import Terms
from mainstay.policy.terms.words import Difficulty, Level

ACKNOWLEDGE_EVERY = timedelta(hours=1)
ACKNOWLEDGE_FOR_ONE_SENDER = 10
"""Mails of strangers in an hour, under other names than the one sender of their envelopes, that are acknowledged."""
FLOOD_PER_HOUR = 30
PRIORITIES = (1, 2, 3, 4)
TAGS_MAX = 20
TAG_LENGTH_MAX = 40
SUBJECT_LENGTH_MAX = 250

_DIFFICULTIES = frozenset(each.value for each in Difficulty)
_GRADES = {1: (Level.HIGH, Level.HIGH), 2: (Level.HIGH, Level.MEDIUM), 3: (Level.MEDIUM, Level.MEDIUM)}
_LOWEST_GRADE = (Level.LOW, Level.LOW)

_REFERENCE = re.compile(r"\bMS-(\d{4})-(\d{5,9})\b", re.IGNORECASE)


_FOREIGN = re.compile(r"\[(?:[\w .-]{0,30}#\s?)(\w{1,40})\]")


def foreign_numbers_in(text: str) -> list[str]:
    """Numbers as other help desks write them into subjects, at most ten: [#123], [Ticket#123]."""
    return list(dict.fromkeys(_FOREIGN.findall(text[:2000])))[:10]


def tag_of(word: str) -> str:
    """A word as a tag is written: in lower case, single spaces, not too long."""
    return " ".join(word.split()).lower()[:TAG_LENGTH_MAX].strip()


class Follow(StrEnum):
    """What a client's further message does to a ticket."""

    ADD = "add"
    REOPEN = "reopen"
    NEW = "new"


def priority_of(terms: Terms, impact: str, urgency: str) -> int:
    """The priority, 1 (highest) to 4, that impact and urgency give together under `terms`."""
    return int(terms.priority_of(impact, urgency).removeprefix("P"))


def usual_priority(terms: Terms, category: Category, *, whole_page: bool = False) -> int:
    """The priority that a difficulty has under `terms` until somebody judges it; an attack is always the highest.

    What the policy does not name: an outage is 1, a wish 4, all else 3.
    """
    name = Difficulty.VIEWABILITY_WHOLE_PAGE if whole_page and category is Category.VIEWABILITY else category.value
    if name in _DIFFICULTIES:
        return int(terms.difficulties[Difficulty(name)].removeprefix("P"))
    return {Category.OUTAGE: 1, Category.CHANGE: 4}.get(category, 3)


def at_least(terms: Terms, category: Category, priority: int) -> int:
    """`priority`, but for an attack no lower than an attack has under `terms`."""
    return min(priority, usual_priority(terms, category)) if category is Category.ATTACK else priority


def grade_of(priority: int) -> tuple[Level, Level]:
    """Impact and urgency that stand for `priority` until somebody judges them."""
    return _GRADES.get(priority, _LOWEST_GRADE)


def reference(year: int, number: int) -> str:
    """The reference of the `number`th ticket of `year`: MS-2026-00042."""
    return f"MS-{year}-{number:05d}"


def references_in(text: str) -> list[str]:
    """Every ticket reference that `text` names, in order, at most ten."""
    found = (reference(int(year), int(number)) for year, number in _REFERENCE.findall(text[:2000]))
    return list(dict.fromkeys(found))[:10]


def follow(state: TicketState, ended_at: datetime | None, at: datetime, within: timedelta) -> Follow:
    """What a client's message at `at` does to a ticket in `state` that ended at `ended_at`.

    Up to `within` after its end a ticket goes on; later the message begins a new ticket linked to it.
    """
    if state in (TicketState.OPEN, TicketState.WAITING):
        return Follow.ADD
    if ended_at is not None and at - ended_at <= within:
        return Follow.REOPEN
    return Follow.NEW
