"""When something counts as slow: two looks in a row say so, and two in a row that it is not. Pure.

Either is dated back to the first of the two. One look alone is a chance: it stays on record as it was made, and how
things stand goes on as before. What is not confirmed is forgotten where a look fails or cannot see, and over a time in
which nobody was watching. It is said twice here: look by look, and of runs of like checks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from mainstay.watch.codes import Code, State, state_of

LOOKS_TO_CONFIRM = 2
PASSING = frozenset({Code.SLOW, Code.ECHO_LOST})
"""What may be gone with the next look. That a certificate ends soon is as sure at the first look as at the second."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What is remembered of it: since when it is slow (None: it is not), and a look that said otherwise last."""

    slow_since: datetime | None = None
    doubted_at: datetime | None = None


def paced(pace: Pace, at: datetime, state: State, code: str) -> Pace:
    """The pace after one more look, which found `state` by `code`."""
    if state in (State.DOWN, State.UNKNOWN):
        return Pace()
    if (code in PASSING) is (pace.slow_since is not None):
        return replace(pace, doubted_at=None)
    if pace.doubted_at is None:
        return replace(pace, doubted_at=at)
    return Pace() if pace.slow_since is not None else Pace(slow_since=pace.doubted_at)


def shown(state: State, code: str, *, is_slow: bool) -> State:
    """How something stands whose latest look found `state` by `code`."""
    if state in (State.DOWN, State.UNKNOWN):
        return state
    if is_slow:
        return State.DEGRADED
    return State.UP if code in PASSING else state


@dataclass(frozen=True, slots=True)
class LikeChecks:
    """Like checks of one monitor at one place in a row: for what stretch they speak, and how many they are."""

    start: datetime
    end: datetime
    code: str
    checks: int


def states_of(runs: Iterable[LikeChecks]) -> Iterator[State]:
    """How things stood in each of `runs`, which are in their order: what `paced` and `shown` make of every look."""
    is_slow, looks, waiting, until = False, 0, list[LikeChecks](), None
    for run in runs:
        state, says_slow = state_of(Code(run.code)), run.code in PASSING
        cannot_tell = state in (State.DOWN, State.UNKNOWN)
        if cannot_tell or (until is not None and run.start > until):
            yield from _shown(waiting, is_slow=is_slow)
            is_slow, looks, waiting = False, 0, []
        until = run.end
        if cannot_tell:
            yield state
            continue
        if says_slow is is_slow:
            looks = 0
        else:
            looks += run.checks
        if looks and looks < LOOKS_TO_CONFIRM:
            waiting.append(run)
            continue
        was_slow, is_slow = is_slow, says_slow
        yield from _shown(waiting, is_slow=is_slow if looks else was_slow)
        yield from _shown([run], is_slow=is_slow)
        looks, waiting = 0, []
    yield from _shown(waiting, is_slow=is_slow)


def _shown(runs: Iterable[LikeChecks], *, is_slow: bool) -> Iterator[State]:
    return (shown(state_of(Code(run.code)), run.code, is_slow=is_slow) for run in runs)
