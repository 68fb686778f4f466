"""What a merge does to clocks and priority once it can no longer be undone: nobody gains time by it."""

from collections.abc import Iterable
from datetime import datetime

from mainstay.common import facts
from mainstay.desk import rules_clocks
from mainstay.desk.actions import clocks, holding, waiting
from mainstay.desk.actions.authors import DESK
from mainstay.desk.facts import PriorityChanged, TicketState
from mainstay.desk.models import Ticket, TicketClock
from mainstay.desk.queries import timing
from mainstay.desk.rules_clocks import LiveClock
from mainstay.policy.clocks import Act, Clock, ClockState, Kind

MERGED = "merged"

Read = tuple[TicketClock, Clock, ClockState]


def join(source: Ticket, target: Ticket, *, merged_at: datetime, answered_at: datetime | None, at: datetime) -> None:
    """Let `target` (both are locked) go on with those clocks of both that were due first when they were merged.

    What happened to the target since then has happened to the clocks that it takes over as well.

    Args:
        answered_at: when a person answered first in the target since the merge.
    """
    own, others = _as_of(target, merged_at), _as_of(source, merged_at)
    goes_on = set(rules_clocks.after_merge(map(_live, own), map(_live, others)).goes_on)
    _raise_priority(target, source, at=at)
    for ticket, found in ((target, own), (source, others)):
        for clock, _, _ in found:
            if clock.pk not in goes_on:
                clocks.end(ticket, clock, at=_last_step(clock, merged_at), cause=MERGED)
    taken = [each for each in others if each[0].pk in goes_on]
    for each in taken:
        _take_over(each, own, target, merged_at=merged_at, answered_at=answered_at, at=at)
    holding.over(source, by=DESK, at=at)
    clocks.end_all(source, at=merged_at, cause=MERGED)
    if taken:
        _go_on(target, own, merged_at=merged_at, at=at)


def _as_of(ticket: Ticket, at: datetime) -> list[Read]:
    """The clocks of a ticket that had begun and not ended at an instant, and how each stood then."""
    rows = TicketClock.objects.filter(ticket=ticket).select_related(*timing.WITH_CALENDAR)
    read = timing.clocks_in(rows.order_by("pk"))
    found = [(row, clock, clock.state(at)) for row, clock in read]
    return [each for each in found if each[2].is_running or each[2].is_paused]


def _live(read: Read) -> LiveClock:
    clock, _, state = read
    assert state.started_at is not None  # noqa: S101 - it runs
    return LiveClock(clock.pk, Kind(clock.kind), state.started_at, state.due_at, state.share_bp)


def _take_over(
    read: Read,
    own: Iterable[Read],
    target: Ticket,
    *,
    merged_at: datetime,
    answered_at: datetime | None,
    at: datetime,
) -> None:
    """Let a clock of the source go on at the target: it stands for what the target waits for, and for nothing else."""
    clock = read[0]
    if clock.kind == Kind.RESOLUTION:
        ended = next((each for each in own if each[0].kind == Kind.RESOLUTION), None)
        _go_on_with(read, ended, merged_at)
    elif answered_at is not None:
        clocks.add(clock, Act.STOP, answered_at, "answered")
    else:
        _speaks_for_later(target)
    clocks.hand_over(clock, target, at=at)
    if target.is_over and target.merged_into_id is None and target.ended_at:
        clocks.end(target, clock, at=max(target.ended_at, merged_at), cause=MERGED)


def _go_on_with(read: Read, instead_of: Read | None, merged_at: datetime) -> None:
    """The waits of the source are over, those of the target hold, and what happened there since has happened here."""
    clock, timer, state = read
    stands = set(instead_of[2].paused_by.split(", ")) if instead_of else set()
    for cause in filter(None, state.paused_by.split(", ")):
        if cause != timing.WAITS_FOR or cause not in stands:
            clocks.add(clock, Act.RESUME, merged_at, cause if cause.startswith(timing.HOLD) else MERGED)
    if instead_of is not None:
        for each in instead_of[0].events.filter(at__gt=merged_at).exclude(cause=MERGED).order_by("at", "id"):
            if timer.waits or each.cause != clocks.WAITING:
                clocks.add(clock, Act(each.act), each.at, each.cause)


def _speaks_for_later(target: Ticket) -> None:
    """The answer that is owed since before the merge speaks for what the client wrote after it."""
    for later in target.clocks.filter(kind__in=clocks.RESPONSES, stopped_at=None, cancelled_at=None):
        clocks.end(target, later, at=later.started_at, cause=MERGED)


def _last_step(clock: TicketClock, since: datetime) -> datetime:
    """When the clock was last ended or opened since an instant; else that instant."""
    last = timing.last_step(clock.events.all(), clocks.EVER)
    return max(last.at, since) if last else since


def _go_on(target: Ticket, own: Iterable[Read], *, merged_at: datetime, at: datetime) -> None:
    """Waiting and holds of the target that were on before the merge are over where what goes on was not standing."""
    target.refresh_from_db()
    running = target.clocks.filter(kind=Kind.RESOLUTION, stopped_at=None, cancelled_at=None, paused_at=None)
    before = {cause for *_, state in own for cause in state.paused_by.split(", ") if cause}
    if not before or not running.exists():
        return
    if target.state == TicketState.WAITING and target.waiting_at is not None and target.waiting_at <= merged_at:
        waiting.resume(ticket=target, by=DESK, at=at)
    if any(cause.startswith(timing.HOLD) for cause in before):
        holding.end_hold(ticket=target, by=DESK, at=at)


def _raise_priority(target: Ticket, source: Ticket, *, at: datetime) -> None:
    """The higher of both; the clocks keep the priorities that they have."""
    before = target.priority
    if rules_clocks.priority_after_merge(before, source.priority) == before:
        return
    target.impact, target.urgency, target.priority = source.impact, source.urgency, source.priority
    target.priority_reason = source.priority_reason
    target.save(update_fields=["impact", "urgency", "priority", "priority_reason"])
    is_override = bool(source.priority_reason)
    fact = PriorityChanged(ticket_id=target.pk, before=before, after=target.priority, is_override=is_override)
    facts.record(fact, by=DESK, at=at, client=target.client)
