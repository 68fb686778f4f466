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
    """Run the pumps of a lane once, for all clients. Returns how much they did together.

    One that fails keeps no other back: its error, or an `ExceptionGroup` of several, is raised after the last.
    """
    done, problems = 0, []
    for function in _by_queue.get(queue, ()):
        try:
            with tenancy.everything():
                done += function(at)
        except Exception as problem:  # noqa: BLE001 - raised below
            problems.append(problem)
    if problems:
        raise problems[0] if len(problems) == 1 else ExceptionGroup(f"pumps of {queue} fail", problems)
    return done
