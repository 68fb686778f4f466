"""Work that is kept in other tables than jobs, and done by a lane all the same."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from mainstay.common import tenancy
from mainstay.common.jobs.lanes import checked

Pump = TypeVar("Pump", bound=Callable[[datetime], int])

_by_queue: dict[str, list[Callable[[datetime], int]]] = {}


def pump(*, queue: str) -> Callable[[Pump], Pump]:
    """Let a lane call the function on each turn. It does a bounded batch of what is due and returns how much."""

    def register(function: Pump) -> Pump:
        _by_queue.setdefault(checked(queue), []).append(function)
        return function

    return register


def run_pumps(queue: str, at: datetime) -> int:
    """Run the pumps of a lane once, for all clients. Returns how much they did together."""
    pumps = _by_queue.get(queue, ())
    if not pumps:
        return 0
    with tenancy.everything():
        return sum(function(at) for function in pumps)
