"""The navigation of console and portal: each area registers its entries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CONSOLE, PORTAL = "console", "portal"


@dataclass(frozen=True, order=True)
class Entry:
    """One entry. `url_name` of a portal entry takes the client's slug. `permission` is asked by the face.

    `also` holds the beginnings of further addresses whose pages belong to it.
    """

    order: int
    label: str
    url_name: str
    icon: str
    face: str
    permission: Any = None
    also: tuple[str, ...] = ()


_entries: list[Entry] = []
_allowed: Callable[[Any, Any], bool] | None = None


def register(
    face: str, label: str, url_name: str, icon: str, order: int, permission: Any = None, also: tuple[str, ...] = ()
) -> None:
    """Add an entry to the navigation of `face` ("console" or "portal"); twice changes nothing."""
    entry = Entry(order, label, url_name, icon, face, permission, also)
    if entry not in _entries:
        _entries.append(entry)
        _entries.sort()


def ask(function: Callable[[Any, Any], bool]) -> None:
    """Let `function(request, permission)` decide who sees entries with a permission."""
    global _allowed
    _allowed = function


def entries(face: str, request: Any) -> list[Entry]:
    """The entries of `face` that the person may see, in order."""
    return [
        each
        for each in _entries
        if each.face == face and (each.permission is None or _allowed is None or _allowed(request, each.permission))
    ]
