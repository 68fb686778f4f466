"""When several places look at one monitor: how many of them must see it fail. Pure.

Only places whose latest check still vouches are asked. Where there are two or more of them, two must fail at the same
time, and three failed checks must have been seen there since they do; it is down from the first failure that began
after the last good check. It is up again once fewer places fail and two good checks were seen, from the first of these.
What one place alone sees failing is a suspicion for as long as it lasts, and charged nothing: it dates no outage back
either. Failures before the last good check which was not outvoted never count, so that a place which fell silent after
it saw the website well cannot make an outage of the time it vouched for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from mainstay.watch.codes import State
from mainstay.watch.rules.memory import Look, Memory, Turn, View
from mainstay.watch.rules.pace import Pace, paced

PLACES_TO_CONFIRM = 2
BADS_KEPT = 8
"""Between two looks of another place that sees it well, no place looks more often than this."""
FORGOTTEN_AFTER = timedelta(days=1)
"""A place that has said nothing for so long is none of this monitor's any more."""


def together(memory: Memory, look: Look) -> tuple[Memory, Turn | None]:
    """Take one check in where other places have looked as well."""
    views = {view.place: view for view in memory.views or _first_views(memory)}
    own = views.pop(look.place, None)
    if own is not None and look.at <= own.seen_at:
        return memory, None
    if look.state == State.UNKNOWN:  # it cannot see: the others count alone
        return (_of_pace(_suspecting(memory, views.values()), look.at), None) if own is not None else (memory, None)
    at = max(look.at, memory.seen_at or look.at)
    views[look.place] = mine = seen(own, look)
    memory = _moved_on(memory, look, at, list(views.values()))
    if mine.vouched_until < at:  # it comes too late to say how things stand
        return memory, None
    fresh = [view for view in memory.views if view.vouched_until >= at]
    return _while_down(memory, look, fresh) if memory.is_down else _while_up(memory, look, fresh)


def _moved_on(memory: Memory, look: Look, at: datetime, views: Sequence[View]) -> Memory:
    """The memory with these views; nothing unconfirmed is carried over a time in which no place was watching."""
    if memory.vouched_until is not None and look.at > memory.vouched_until:
        memory = replace(memory, bad_count=0, good_count=0, first_bad_at=None, first_good_at=None)
    until = max([look.at + look.vouches_for] + [view.vouched_until for view in views])
    known = [view for view in views if view.vouched_until >= at - FORGOTTEN_AFTER]
    return _of_pace(replace(memory, seen_at=at, vouched_until=until, views=_ordered(known)), at)


def _of_pace(memory: Memory, at: datetime) -> Memory:
    """The memory as slow as the places that still vouch for `at` find it."""
    slow = [view.slow_since for view in memory.views if view.slow_since is not None and view.vouched_until >= at]
    return replace(memory, slow_since=min(slow, default=None), pace_doubted_at=None)


def seen(view: View | None, look: Look) -> View:
    """What a place sees with one more look. A row of failures is not carried over time that it did not watch."""
    until = look.at + look.vouches_for
    if look.state != State.DOWN:
        pace = view.pace if view is not None and look.at <= view.vouched_until else Pace()
        pace = paced(pace, look.at, look.state, look.code)
        return View(look.place, look.at, until, slow_since=pace.slow_since, pace_doubted_at=pace.doubted_at)
    if view is None or not view.bads or look.at > view.vouched_until:
        return View(look.place, look.at, until, 1, (look.at,), look.code, look.detail)
    bads = (*view.bads, look.at)
    kept = bads if len(bads) <= BADS_KEPT else (bads[0], *bads[1 - BADS_KEPT :])
    return replace(view, seen_at=look.at, vouched_until=until, bad_count=view.bad_count + 1, bads=kept)


def failing_at(memory: Memory, at: datetime) -> list[str]:
    """The places that see the monitor fail at `at`, where another sees it well; none while it is down for all."""
    fresh = [view for view in memory.views if view.vouched_until >= at]
    bad = [view.place for view in fresh if view.bads]
    return bad if not memory.is_down and len(bad) < len(fresh) else []


def wants_look(memory: Memory, place: str) -> bool:
    """Whether `place` should look soon: another has begun to see failures since it last looked, and saw it well."""
    if memory.is_down or not memory.bad_count:
        return False
    views = memory.views or _first_views(memory)
    own = next((view for view in views if view.place == place), None)
    if own is not None and own.bads:  # it looks again by itself
        return False
    others = [view for view in views if view.place != place and view.bads]
    return any(own is None or own.seen_at < view.bads[0] for view in others)


def suspected_by(memory: Memory, place: str) -> tuple[datetime, datetime, int] | None:
    """The failures in a row that `place` has seen and that are not confirmed: the first, the last, how many."""
    if memory.is_down:
        return None
    views = memory.views or _first_views(memory)
    own = next((view for view in views if view.place == place or not view.place), None)
    return (own.bads[0], own.bads[-1], own.bad_count) if own is not None and own.bads else None


def without_place(memory: Memory, place: str) -> Memory:
    """The memory without what `place` saw last."""
    return _suspecting(memory, [view for view in memory.views if view.place != place])


def of_place(memory: Memory, place: str) -> Memory:
    """What `place` alone would remember, for the rhythm of its own looks."""
    if memory.is_alone(place):
        return memory
    own = next((view for view in memory.views if view.place == place), None)
    if own is None:
        return Memory()
    return Memory(
        is_down=memory.is_down and bool(own.bads),
        bad_count=own.bad_count,
        first_bad_at=own.bads[0] if own.bads else None,
        seen_at=own.seen_at,
        vouched_until=own.vouched_until,
    )


def _while_up(memory: Memory, look: Look, fresh: Sequence[View]) -> tuple[Memory, Turn | None]:
    was_suspected, bad = memory.bad_count > 0, _failing(fresh)
    memory = _suspecting(memory, memory.views, bad)
    if look.state != State.DOWN:
        if not _are_enough(bad, fresh):
            memory = _noted_good(memory, look)
        return memory, Turn.BLIPPED if was_suspected and not bad else None
    memory = replace(memory, last_bad_at=_later(memory.last_bad_at, look.at), good_count=0, first_good_at=None)
    since = _since(bad, memory.last_good_at)
    if _are_enough(bad, fresh) and since is not None:
        at, view = since
        if sum(each >= at for one in bad for each in one.bads) >= look.bad_needed:
            return _down(memory, look, at, view), Turn.WENT_DOWN
    return memory, None if was_suspected else Turn.SUSPECTED


def _since(bad: Sequence[View], good_at: datetime | None) -> tuple[datetime, View] | None:
    """The first failure since the last good check at `good_at`, and who saw it: of a row that began since then.

    Where all rows are older, it is the first check of them since then.
    """
    bads = [(at, view) for view in bad for at in view.bads if good_at is None or at > good_at]
    begun = [(at, view) for at, view in bads if at == view.bads[0]]
    return min(begun or bads, key=lambda each: (each[0], each[1].place), default=None)


def _down(memory: Memory, look: Look, since: datetime, view: View) -> Memory:
    good_at = memory.last_good_at
    return replace(
        memory,
        is_down=True,
        first_bad_at=since,
        down_since=since,
        down_after=good_at if good_at is not None and since - good_at <= look.vouches_for else None,
        up_since=None,
        up_after=None,
        bad_code=view.code,
        bad_detail=view.detail,
    )


def _while_down(memory: Memory, look: Look, fresh: Sequence[View]) -> tuple[Memory, Turn | None]:
    bad = _failing(fresh)
    if _are_enough(bad, fresh):
        last = _later(memory.last_bad_at, look.at) if look.state == State.DOWN else memory.last_bad_at
        return replace(memory, last_bad_at=last, good_count=0, first_good_at=None), None
    if look.state == State.DOWN:
        return memory, None
    memory = _noted_good(memory, look)
    if memory.good_count < look.good_needed or memory.first_good_at is None:
        return memory, None
    up_after = min(memory.last_bad_at or memory.first_good_at, memory.first_good_at)
    memory = replace(memory, is_down=False, up_since=memory.first_good_at, up_after=up_after)
    return _suspecting(memory, memory.views, bad), Turn.CAME_UP


def _noted_good(memory: Memory, look: Look) -> Memory:
    return replace(
        memory,
        good_count=memory.good_count + 1,
        first_good_at=memory.first_good_at if memory.good_count else look.at,
        last_good_at=_later(memory.last_good_at, look.at),
    )


def _suspecting(memory: Memory, views: Iterable[View], bad: Sequence[View] | None = None) -> Memory:
    """The memory with these views, and with what those that fail (`bad`, or all that do) give reason to suspect."""
    memory = replace(memory, views=_ordered(views))
    if memory.is_down:
        return memory
    failing = _failing(memory.views) if bad is None else bad
    if not failing:
        return replace(memory, bad_count=0, first_bad_at=None)
    first = min(failing, key=lambda view: view.bads[0])
    return replace(
        memory,
        bad_count=sum(view.bad_count for view in failing),
        first_bad_at=first.bads[0],
        bad_code=first.code,
        bad_detail=first.detail,
    )


def _first_views(memory: Memory) -> tuple[View, ...]:
    """What the only place so far has seen."""
    if memory.seen_at is None or memory.vouched_until is None:
        return ()
    is_failing = memory.bad_count > 0 and not memory.good_count
    bads = {at for at in (memory.first_bad_at, memory.last_bad_at) if at is not None} if is_failing else set()
    count = max(memory.bad_count, len(bads)) if bads else 0
    row = (count, tuple(sorted(bads)), memory.bad_code, memory.bad_detail) if bads else (0, (), "", "")
    pace = memory.slow_since, memory.pace_doubted_at
    return (View(memory.place, memory.seen_at, memory.vouched_until, *row, *pace),)


def _failing(views: Iterable[View]) -> list[View]:
    return [view for view in views if view.bads]


def _are_enough(bad: Sequence[View], fresh: Sequence[View]) -> bool:
    return len(bad) >= min(PLACES_TO_CONFIRM, len(fresh))


def _ordered(views: Iterable[View]) -> tuple[View, ...]:
    return tuple(sorted(views, key=lambda view: view.place))


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)
