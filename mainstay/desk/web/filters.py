"""What an address asks a list of tickets for."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any
from urllib.parse import urlencode

from mainstay.access.web.asked import WORDS_MAX
from mainstay.clients.facts import Audience
from mainstay.clients.queries import staff
from mainstay.desk.facts import Category, Channel, TicketState
from mainstay.desk.queries.lists import ANY, RESTING, SORTS, VIEWS, Wanted
from mainstay.desk.rules import PRIORITIES, references_in

NOBODY = "none"
TAG_MAX = 40
SLUG_MAX = 60

STATES = (
    ("", "Under way"),
    *((each.value, each.value.capitalize()) for each in TicketState),
    (RESTING, "Resting"),
    (ANY, "Any state"),
)
SORT_WORDS = {
    "left": "Least time left",
    "moved": "Moved last",
    "newest": "Newest",
    "oldest": "Oldest",
    "priority": "Priority",
}


def wanted_of(given: Mapping[str, str]) -> Wanted:
    """What a query asks for; a value that is none of those offered asks for nothing."""

    def one_of(name: str, offered: Any) -> str:
        value = given.get(name, "")
        return value if value in {str(each) for each in offered} else ""

    assignee = given.get("assignee", "")
    priority = one_of("priority", PRIORITIES)
    return Wanted(
        view=one_of("view", VIEWS) or "all",
        state=one_of("state", dict(STATES)),
        client=_plain(given, "client", SLUG_MAX),
        priority=int(priority) if priority else None,
        category=one_of("category", Category),
        audience=one_of("audience", Audience),
        channel=one_of("channel", Channel),
        assignee=assignee if assignee == NOBODY or (assignee.isdecimal() and len(assignee) < 10) else "",
        tag=_plain(given, "tag", TAG_MAX),
        since=_day(given, "since"),
        until=_day(given, "until"),
        words=_plain(given, "words", WORDS_MAX),
        sort=one_of("sort", SORTS),
    )


def query_of(wanted: Wanted, **changes: Any) -> str:
    """What is asked for, as it stands in an address."""
    asked = {each.name: getattr(wanted, each.name) for each in fields(wanted)} | changes
    return urlencode({name: value for name, value in asked.items() if value and (name, value) != ("view", "all")})


def is_narrow(wanted: Wanted) -> bool:
    """Whether the list is other than all that is under way."""
    return wanted != Wanted(sort=wanted.sort)


def is_search(wanted: Wanted) -> bool:
    """Whether the words are for full-text search: they name no ticket."""
    return bool(wanted.words) and not references_in(wanted.words)


def choices() -> dict[str, Any]:
    """What the filters offer."""
    return {
        "states": STATES,
        "priorities": PRIORITIES,
        "categories": _words(Category),
        "audiences": [(each.value, each.label) for each in Audience],
        "channels": _words(Channel),
        "people": staff(),
        "sorts": list(SORT_WORDS.items()),
    }


def _words(kinds: Any) -> list[tuple[str, str]]:
    return [(each.value, each.value.replace("_", " ").capitalize()) for each in kinds]


def _plain(given: Mapping[str, str], name: str, most: int) -> str:
    """What was typed, without what no text holds (NUL, which PostgreSQL refuses). A last blank ends a word."""
    return given.get(name, "").replace("\x00", "").lstrip()[:most]


def _day(given: Mapping[str, str], name: str) -> date | None:
    try:
        day = date.fromisoformat(given.get(name, ""))
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2200 else None
