"""Where what happens comes from, for as long as it happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Origin:
    """A request: by which door, from which address, in which session or with which token.

    `session` is the beginning of the SHA-256 of the session's key, which opens nothing. `changes` gathers what was
    saved since the last fact, `clients` the numbers of those whose objects a gate let through.
    """

    door: str
    address: str = ""
    page: str = ""
    session: str = ""
    token_id: int | None = None
    changes: list[Any] = field(default_factory=list)
    clients: set[int] = field(default_factory=set)


_now: ContextVar[Origin | None] = ContextVar("mainstay_origin", default=None)


def origin() -> Origin | None:
    """The request that is answered at present; None in jobs and commands."""
    return _now.get()


@contextmanager
def during(found: Origin) -> Iterator[Origin]:
    """Inside the block, what happens comes from `found`."""
    token = _now.set(found)
    try:
        yield found
    finally:
        _now.reset(token)


def concerns(client_id: int) -> None:
    """Note whose object the request is about."""
    here = _now.get()
    if here is not None:
        here.clients.add(client_id)
