"""The judge: when a failing monitor is down, and when it is up again. Pure.

At the first failure a monitor is suspected and looked at again quickly; three failures in a row confirm that it is
down, back-dated to the first of them. Two good checks in a row confirm that it is up again, from the first of them.
Some kinds of check need fewer. A failure that has gone before it was confirmed is a blip. That it is slow is confirmed
by two looks as well, and so is that it is so no more: `rules.pace`. Checks that are older than what was judged already
change nothing, so that the same checks may come in twice. Where several places look, they have to agree:
`rules.agreement` says how.
"""

from dataclasses import replace
from datetime import datetime

from mainstay.watch.codes import State
from mainstay.watch.rules.agreement import together, without_place
from mainstay.watch.rules.memory import Look, Memory, Turn, vouch
from mainstay.watch.rules.pace import Pace, paced

__all__ = [
    "RECHECK_AFTER_S",
    "Look",
    "Memory",
    "Turn",
    "confirming",
    "dismissed",
    "judge",
    "recheck_after_s",
    "rewound",
    "vouch",
    "withdrawn",
]

RECHECK_AFTER_S = 5.0


def recheck_after_s(memory: Memory, interval_s: float) -> float | None:
    """How soon to look again after the latest check, or None when the ordinary interval is soon enough.

    Looks are quick while a failure or a recovery waits for its confirmation.
    """
    waits_for_down = not memory.is_down and memory.bad_count > 0
    waits_for_up = memory.is_down and memory.good_count > 0
    if not (waits_for_down or waits_for_up):
        return None
    return min(RECHECK_AFTER_S, interval_s)


def judge(memory: Memory, look: Look) -> tuple[Memory, Turn | None]:
    """Take one check in. The answer is the new memory and what turned, if anything did."""
    if not memory.is_alone(look.place):
        return together(memory, look)
    if memory.seen_at is not None and look.at <= memory.seen_at:
        return memory, None
    if look.state == State.UNKNOWN:
        return _at_pace(memory, Pace()), None
    until, place = look.at + look.vouches_for, look.place or memory.place
    memory = _forget_stale(memory, look)
    memory = _at_pace(memory, paced(memory.pace, look.at, look.state, look.code))
    seen = replace(memory, seen_at=look.at, vouched_until=until, place=place)
    return _failed(seen, look) if look.state == State.DOWN else _passed(seen, look)


def _forget_stale(memory: Memory, look: Look) -> Memory:
    """Nothing unconfirmed is carried over a time in which nobody was watching."""
    if memory.vouched_until is None or look.at <= memory.vouched_until:
        return memory
    memory = replace(memory, bad_count=0, good_count=0, first_bad_at=None, first_good_at=None)
    return _at_pace(memory, Pace())


def _at_pace(memory: Memory, pace: Pace) -> Memory:
    if memory.pace == pace:
        return memory
    return replace(memory, slow_since=pace.slow_since, pace_doubted_at=pace.doubted_at)


def _failed(memory: Memory, look: Look) -> tuple[Memory, Turn | None]:
    if memory.is_down:
        return replace(memory, last_bad_at=look.at, good_count=0, first_good_at=None), None
    first = memory.bad_count == 0
    memory = replace(
        memory,
        bad_count=memory.bad_count + 1,
        good_count=0,
        last_bad_at=look.at,
        first_bad_at=look.at if first else memory.first_bad_at,
        down_after=_watched_before(memory, look) if first else memory.down_after,
        bad_code=look.code if first else memory.bad_code,
        bad_detail=look.detail if first else memory.bad_detail,
    )
    if memory.bad_count >= look.bad_needed:
        return replace(
            memory, is_down=True, down_since=memory.first_bad_at, up_since=None, up_after=None
        ), Turn.WENT_DOWN
    return memory, Turn.SUSPECTED if first else None


def _watched_before(memory: Memory, look: Look) -> datetime | None:
    """The last good check, when it still vouched for the time just before `look`."""
    good_at = memory.last_good_at
    return good_at if good_at is not None and look.at - good_at <= look.vouches_for else None


def _passed(memory: Memory, look: Look) -> tuple[Memory, Turn | None]:
    first = memory.good_count == 0
    was_suspected = memory.bad_count > 0 and not memory.is_down
    memory = replace(
        memory,
        good_count=memory.good_count + 1,
        first_good_at=look.at if first else memory.first_good_at,
        last_good_at=look.at,
    )
    if not memory.is_down:
        return replace(memory, bad_count=0), Turn.BLIPPED if was_suspected else None
    if memory.good_count < look.good_needed:
        return memory, None
    return (
        replace(memory, is_down=False, bad_count=0, up_since=memory.first_good_at, up_after=memory.last_bad_at),
        Turn.CAME_UP,
    )


def confirming(memory: Memory, look: Look) -> datetime | None:
    """The first failure in the row of the place of `look` when this confirms it, or would where no other place looked.

    None when it confirms nothing, and when nothing failed before.
    """
    after, turn = judge(memory, look)
    if memory.is_alone(look.place):
        return memory.first_bad_at if turn is Turn.WENT_DOWN else None
    row = next((view for view in after.views if view.place == look.place and view.bads), None)
    if row is None or memory.is_down or look.state != State.DOWN:
        return None
    return row.bads[0] if turn is Turn.WENT_DOWN or row.bad_count == look.bad_needed else None


def dismissed(memory: Memory) -> Memory:
    """The memory of a monitor that is no longer looked at: neither down nor up, its last failure kept."""
    return Memory(last_bad_at=memory.last_bad_at, last_good_at=memory.last_good_at, seen_at=memory.seen_at)


def withdrawn(memory: Memory, place: str = "") -> Memory:
    """The memory without failures that `place` saw and that were not confirmed: they were the prober's own."""
    if memory.is_down:
        return memory
    if memory.views:
        return without_place(memory, place)
    return replace(memory, bad_count=0, first_bad_at=None)


def rewound(memory: Memory, at: datetime, place: str = "") -> Memory:
    """The memory after the clock of `place` was set back to `at`: nothing it saw lies after that, and nothing that is
    not confirmed is kept. What other places saw stands.
    """
    if not memory.is_alone(place):
        return without_place(memory, place)
    return replace(
        memory,
        bad_count=0,
        good_count=0,
        first_bad_at=None,
        first_good_at=None,
        last_bad_at=_not_after(memory.last_bad_at, at),
        last_good_at=_not_after(memory.last_good_at, at),
        down_since=_not_after(memory.down_since, at),
        down_after=_not_after(memory.down_after, at),
        up_since=_not_after(memory.up_since, at),
        up_after=_not_after(memory.up_after, at),
        seen_at=_not_after(memory.seen_at, at),
        vouched_until=_not_after(memory.vouched_until, at),
        slow_since=None,
        pace_doubted_at=None,
    )


def _not_after(instant: datetime | None, at: datetime) -> datetime | None:
    return min(instant, at) if instant is not None else None
