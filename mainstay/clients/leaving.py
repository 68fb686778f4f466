"""What is taken from somebody who leaves, by the areas that know of it: each adds its step, all in one transaction.

leaving.register(give_back_tickets)      give_back_tickets(user=…, by=…, at=…) gives a list of `Removed`
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from mainstay.access.facts import Removed
from mainstay.access.models import User
from mainstay.common.facts import Process


class Step(Protocol):
    def __call__(self, *, user: User, by: User | Process, at: datetime) -> Iterable[Removed]: ...


_steps: list[Callable[..., Iterable[Removed]]] = []


def register(step: Step) -> None:
    """Ask `step` for everybody of the agency who leaves from now on; once, however often it is registered."""
    if step not in _steps:
        _steps.append(step)


def take_from(user: User, by: User | Process, at: datetime) -> list[Removed]:
    """What every area took from a member of staff who leaves."""
    return [removed for step in _steps for removed in step(user=user, by=by, at=at)]
