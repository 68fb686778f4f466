"""What becomes of clocks when tickets are merged or split. Nobody gains time by either, and nobody loses any."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mainstay.desk.facts import ClockOutcome
from mainstay.policy.clocks import Kind

NOTHING_OWED = ("closed", "merged")
"""Causes of an end that did not do what the clock promised."""


@dataclass(frozen=True, slots=True)
class LiveClock:
    """A clock that has not ended. `due_at` is None while it is paused; `share_bp` is how much is used (10,000 = all).

    `key` names it to the caller, such as its row's number.
    """

    key: int
    kind: Kind
    started_at: datetime
    due_at: datetime | None
    share_bp: int = 0


@dataclass(frozen=True, slots=True)
class Merged:
    """The keys of the clocks that go on at the target, each with its own events and priority, and of those that end.

    What ends is handled as at a ticket's closing: a clock that is late stays missed, any other has no result.
    """

    goes_on: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Something said on a ticket. `is_answer`: a person's words to the client, neither a note nor automatic.

    `goes` says that it moves to the new ticket.
    """

    at: datetime
    is_client: bool = False
    is_answer: bool = False
    goes: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """The clocks after a split.

    The new ticket's first response and resolution started at `started_at`, and its first response stopped at
    `answered_at` unless that is None. `owes_since` is the oldest message that moved and came after the last answer,
    where its first response has stopped: it owes a next one. `waits_since` is the oldest message left behind that
    nobody has answered: where it is None, the old ticket owes no next response.
    """

    started_at: datetime
    answered_at: datetime | None
    waits_since: datetime | None
    owes_since: datetime | None = None


def after_merge(target: Iterable[LiveClock], source: Iterable[LiveClock]) -> Merged:
    """Which clocks the target has after the source was merged into it.

    One for the answer, be it the first or the next, and one for the resolution: of those that both tickets have, the
    one that is due first. A clock that runs comes before one that is paused, and of two that are paused the one with
    more of its time used. The target's own comes first where both are alike.
    """
    both = [*target, *source]
    best: dict[bool, LiveClock] = {}
    for clock in both:
        held = best.setdefault(clock.kind is Kind.RESOLUTION, clock)
        if _urgency(clock) < _urgency(held):
            best[clock.kind is Kind.RESOLUTION] = clock
    goes_on = {clock.key for clock in best.values()}
    return Merged(
        goes_on=tuple(clock.key for clock in both if clock.key in goes_on),
        ends=tuple(clock.key for clock in both if clock.key not in goes_on),
    )


def priority_after_merge(target: int, source: int) -> int:
    """The target's priority after a merge: the higher (1 is the highest) of both."""
    return min(target, source)


def after_split(said: Sequence[Said]) -> Split:
    """What each ticket owes after some messages of one moved to a new one.

    An answer counts for every message before it, wherever either is now: it was read by whoever waited. So a split
    makes no answered message unanswered, and starts no clock later than the client asked.

    Raises:
        ValueError: no message of the client moves, so nothing was asked on the new ticket.
    """
    asked = min((each.at for each in said if each.is_client and each.goes), default=None)
    if asked is None:
        raise ValueError("a new ticket needs a message of the client")
    answers = [each.at for each in said if each.is_answer]
    last = max(answers, default=None)
    answered_at = min((at for at in answers if at >= asked), default=None)
    waiting = [each for each in said if each.is_client and (last is None or each.at > last)]
    went = min((each.at for each in waiting if each.goes), default=None)
    return Split(
        started_at=asked,
        answered_at=answered_at,
        waits_since=min((each.at for each in waiting if not each.goes), default=None),
        owes_since=went if answered_at is not None else None,
    )


def ended_as(kind: Kind, cause: str, *, is_late: bool) -> ClockOutcome:
    """What a clock came to that ended for `cause`. Where nothing was owed any more, only a late one has a result.

    Resolving a ticket does what its resolution promised; an answer that was still owed then is owed no more.
    """
    if is_late:
        return ClockOutcome.MISSED
    owed_no_more = cause in NOTHING_OWED or (cause == "resolved" and kind is not Kind.RESOLUTION)
    return ClockOutcome.CANCELLED if owed_no_more else ClockOutcome.MET


def _urgency(clock: LiveClock) -> tuple[bool, float, int]:
    """Less is more urgent."""
    if clock.due_at is None:
        return (True, 0.0, -clock.share_bp)
    return (False, clock.due_at.timestamp(), 0)
