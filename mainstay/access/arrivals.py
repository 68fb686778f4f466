"""Who hears at once that somebody registered: areas above add themselves, in the transaction that makes the account.

arrivals.register(join_by_domain)      join_by_domain(user=…, at=…)
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from mainstay.access.models import User


class Welcome(Protocol):
    def __call__(self, *, user: User, at: datetime) -> object: ...


_welcomes: list[Callable[..., object]] = []


def register(welcome: Welcome) -> None:
    """Call `welcome` for everybody who registers from now on; once, however often it is registered."""
    if welcome not in _welcomes:
        _welcomes.append(welcome)


def welcome(user: User, at: datetime) -> None:
    """Let every area do what it does for somebody whose address was just shown to be theirs."""
    for each in _welcomes:
        each(user=user, at=at)
