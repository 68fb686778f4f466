"""What each area keeps about a person: told to that person, and taken away where it is erased.

privacy.tell("tickets", messages_of)      messages_of(user) gives a list of plain dicts
privacy.forget(unname_messages)           unname_messages(user, name) gives how many rows it made nameless
"""

from collections.abc import Callable
from typing import Any

Teller = Callable[[Any], list[dict[str, Any]]]
Forgetter = Callable[[Any, str], int]

_tellers: dict[str, Teller] = {}
_forgetters: list[Forgetter] = []


def tell(part: str, teller: Teller) -> None:
    """Let copies for a person hold what `teller` finds, as the file `part`.json."""
    _tellers[part] = teller


def forget(forgetter: Forgetter) -> None:
    """Ask `forgetter` for everybody who is erased: it puts the given name in the place of what is personal."""
    if forgetter not in _forgetters:
        _forgetters.append(forgetter)


def told(person: Any) -> dict[str, list[dict[str, Any]]]:
    """All that is kept about a person, by part."""
    return {part: teller(person) for part, teller in sorted(_tellers.items())}


def forgotten(person: Any, name: str) -> int:
    """Take what is personal out of every area's rows, in the caller's transaction; how many rows it was."""
    return sum(forgetter(person, name) for forgetter in _forgetters)
