"""Clocks under way counted anew after office hours or holidays changed: looked at, confirmed with a reason, carried out
in turns; and, for what has ended, one documented correction at a time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import F, Min, OuterRef, Subquery

from mainstay.access.models import User
from mainstay.clients.models import Agreement, Organisation
from mainstay.common import facts
from mainstay.common.bulk import insert_new, instant, update_each
from mainstay.desk.actions.errors import CannotCorrect, NotLookedAt, ReasonNeeded
from mainstay.desk.actions.escalation_times import note_lapse
from mainstay.desk.actions.locking import locked
from mainstay.desk.facts import (
    Channel,
    ClockCorrected,
    ClockOutcome,
    MessageKind,
    RecomputationConfirmed,
    RecomputationDone,
    RecomputationState,
    TicketRecomputed,
)
from mainstay.desk.models import ClockRecount, ClockResult, Message, Recomputation, Ticket, TicketClock
from mainstay.desk.queries import recounting, timing
from mainstay.desk.queries.clocks import LABELS
from mainstay.desk.queries.recounting import Recount, Recounter
from mainstay.desk.rules_clocks import ended_as
from mainstay.desk.rules_escalation import TAKEN_WITHIN
from mainstay.policy.clocks import Kind

CODE = "recomputed"
RECOUNT_FIELDS = (
    "recomputation", "clock", "client", "at", "due_before", "due_after", "calendar_before", "calendar_after",
)  # fmt: skip
WHEN = "%-d %B %Y, %H:%M"


@transaction.atomic
def ask_recomputation(*, client: Organisation | None, by: User, at: datetime) -> Recomputation:
    """Ask what counting the clocks under way anew would change, for one client or all. Nothing is moved by it."""
    return Recomputation.objects.create(client=client, asked_by=by, asked_at=at)


def look_through(*, recomputation: Recomputation, at: datetime) -> None:
    """Find out what it would change. Reads alone, so that nobody waits for it; safe to do twice."""
    mine = Recomputation.objects.filter(pk=recomputation.pk, state=RecomputationState.LOOKING)
    if not mine.update(clocks=recounting.live_clocks(recomputation.client).count(), done=0):
        return

    def told(done: int) -> None:
        mine.update(done=done)

    seen = recounting.look(recomputation.client, at, told)
    mine.update(
        state=RecomputationState.READY, seen=asdict(seen) | {"at": at.isoformat()}, clocks=seen.clocks, done=seen.clocks
    )


@transaction.atomic
def confirm_recomputation(*, recomputation: Recomputation, reason: str, by: User, at: datetime) -> Recomputation:
    """Let it be carried out. The clients read `reason` on each ticket that it moves.

    Raises:
        ReasonNeeded: there is none.
        NotLookedAt: nobody has seen yet what it changes, or it was confirmed or dropped already.
    """
    if not reason.strip():
        raise ReasonNeeded("Say why due dates move: the clients read it on their tickets.")
    ready = Recomputation.objects.filter(pk=recomputation.pk, state=RecomputationState.READY)
    if not ready.update(
        state=RecomputationState.RUNNING, reason=reason.strip()[:500], confirmed_at=at, confirmed_by=by, done=0
    ):
        raise NotLookedAt("It was confirmed or dropped already, or is still being looked at.")
    recomputation.refresh_from_db()
    fact = RecomputationConfirmed(recomputation_id=recomputation.pk, expected=recomputation.seen["moved"])
    facts.record(fact, by=by, at=at, client=recomputation.client)
    return recomputation


@transaction.atomic
def drop_recomputation(*, recomputation: Recomputation, at: datetime) -> None:
    """Leave all as it is. Nothing happens to one that is confirmed already."""
    states = (RecomputationState.LOOKING, RecomputationState.READY)
    Recomputation.objects.filter(pk=recomputation.pk, state__in=states).update(
        state=RecomputationState.DROPPED, ended_at=at
    )


@transaction.atomic
def recompute_turn(
    *,
    recomputation: Recomputation,
    at: datetime,
    limit: int = recounting.TICKETS_A_TURN,
    counter: Recounter | None = None,
) -> bool:
    """Count the clocks of the next tickets anew. False when all are done. What a turn has done stays done.

    Each is read again under lock: what has happened to it since somebody looked counts too.

    Args:
        counter: of an earlier turn of this recomputation, which knows terms and calendars already.
    """
    act = Recomputation.objects.select_for_update(of=("self",)).get(pk=recomputation.pk)
    if act.state != RecomputationState.RUNNING or act.confirmed_at is None:
        return False
    ids = recounting.next_tickets(act.client, act.last_id, limit)
    if not ids:
        _finish(act, at)
        return False
    list(Ticket.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    counter = counter or Recounter(at, act.confirmed_at)
    counter.at = at
    counted = counter.of_tickets(ids)
    changed = [each for each in counted if each.is_changed]
    _write(act, changed, at)
    _tell(act, [each for each in changed if each.is_moved], counter, at)
    Recomputation.objects.filter(pk=act.pk).update(
        last_id=ids[-1], done=F("done") + len(counted), changed=F("changed") + sum(each.is_moved for each in changed)
    )
    return True


@transaction.atomic
def correct_result(*, clock: TicketClock, calendar: Agreement, reason: str, by: User, at: datetime) -> ClockResult:
    """Put right what an ended clock came to, by the office hours and holidays of another version.

    The result that it had stays on record and is shown beside the new one. Its promised time does not change.

    Raises:
        ReasonNeeded: there is no reason.
        CannotCorrect: the clock runs, the version is another client's, or it says the same by that calendar.
    """
    if not reason.strip():
        raise ReasonNeeded("Say why the result is corrected: it stands beside the one that was kept.")
    locked(clock.ticket)
    row = TicketClock.objects.select_related(*timing.WITH_CALENDAR).get(pk=clock.pk)
    before, new = corrected_result(row, calendar, at)
    new.corrects, new.reason, new.by = before, reason.strip()[:500], by
    new.save()
    is_cancelled = new.outcome == ClockOutcome.CANCELLED
    row.due_at, row.calendar = new.due_at, calendar
    row.stopped_at, row.cancelled_at = (None, new.ended_at) if is_cancelled else (new.ended_at, None)
    row.save()
    fact = ClockCorrected(
        ticket_id=row.ticket_id, clock_id=row.pk, before_id=before.pk, after_id=new.pk, before=before.outcome,
        after=new.outcome,
    )  # fmt: skip
    facts.record(fact, by=by, at=at, client=row.ticket.client)
    Message.objects.create(
        ticket=row.ticket, client=row.ticket.client, kind=MessageKind.EVENT, channel=Channel.WATCH, is_public=True,
        is_automatic=True, at=at, author_name="Mainstay", code="corrected",
        text=f"{LABELS[Kind(row.kind)]}: its result was corrected from {_result(before)} to {_result(new)}.\n"
        f"Why: {new.reason}",
    )  # fmt: skip
    return new


def corrected_result(row: TicketClock, calendar: Agreement, at: datetime) -> tuple[ClockResult, ClockResult]:
    """What is kept of an ended clock, and what it would say by `calendar` (not saved). Raises `CannotCorrect`."""
    before = timing.kept_result(row, at)
    if before is None:
        raise CannotCorrect("Only a clock that has ended has a result to correct.")
    if calendar.client_id != row.client_id:
        raise CannotCorrect("That version is another client's.")
    ending = timing.last_step(row.events.all(), at)
    assert ending is not None  # noqa: S101 - what has a result has ended
    row.priority, row.calendar = before.priority, calendar
    agreement = before.agreement
    clock = timing.Yardsticks().of(agreement, calendar).clock(row, list(row.events.all()))
    state = clock.state(ending.at)
    is_late = state.due_at is not None and before.ended_at > state.due_at
    outcome = ended_as(Kind(row.kind), ending.cause, is_late=is_late)
    new = timing.result_of(row, state, outcome, at)
    new.agreement, new.ended_at = agreement, before.ended_at
    if (new.outcome, new.due_at) == (before.outcome, before.due_at):
        raise CannotCorrect("By that calendar it says the same.")
    return before, new


def _write(act: Recomputation, changed: list[Recount], at: datetime) -> None:
    """The clocks' rows, what they were before, and the instant by which queues are sorted."""
    if not changed:
        return
    rows = ((each.calendar_after, instant(each.due_after), each.clock_id) for each in changed)
    update_each(TicketClock, ("calendar_id = %s", "due_at = %s"), rows)
    now = instant(at)
    insert_new(
        ClockRecount,
        RECOUNT_FIELDS,
        (
            (act.pk, each.clock_id, each.client_id, now, instant(each.due_before), instant(each.due_after),
             each.calendar_before, each.calendar_after)
            for each in changed
        ),
    )  # fmt: skip
    moved = {each.ticket_id for each in changed if each.is_moved}
    for ticket in Ticket.objects.filter(pk__in=moved, escalate_at__lt=at - TAKEN_WITHIN).select_related("client"):
        note_lapse(ticket, at=at)
    earliest = recounting.live_clocks().filter(ticket=OuterRef("pk")).order_by().values("ticket")
    Ticket.objects.filter(pk__in=moved).update(
        next_due_at=Subquery(earliest.annotate(first=Min("due_at")).values("first")),
        escalate_at=at,  # the steps are looked at again; what the clocks have passed by now is due now
        reckoned_at=at,
    )


def _tell(act: Recomputation, moved: Iterable[Recount], counter: Recounter, at: datetime) -> None:
    """Say on each ticket what moved, from when to when, and why; and record it."""
    by_ticket: dict[int, list[Recount]] = defaultdict(list)
    for each in moved:
        by_ticket[each.ticket_id].append(each)
    organisations = Organisation.objects.in_bulk({lines[0].client_id for lines in by_ticket.values()})
    Message.objects.bulk_create(
        [
            Message(
                ticket_id=ticket_id, client_id=lines[0].client_id, kind=MessageKind.EVENT, channel=Channel.WATCH,
                is_public=True, is_automatic=True, at=at, author_name="Mainstay", code=CODE,
                text=_said(lines, counter.calendar_for(lines[0].client_id), act.reason),
            )
            for ticket_id, lines in by_ticket.items()
        ],
        batch_size=500,
    )  # fmt: skip
    happened = (
        (
            TicketRecomputed(ticket_id=ticket_id, recomputation_id=act.pk, clocks=len(lines)),
            organisations[lines[0].client_id],
        )
        for ticket_id, lines in by_ticket.items()
    )
    facts.record_all(happened, by=act.confirmed_by, at=at)


def _said(lines: list[Recount], calendar: Agreement | None, reason: str) -> str:
    """What a client reads, in the zone of their agreement."""
    told = []
    for each in lines:
        before, after = (_when(due, calendar) for due in (each.due_before, each.due_after))
        told.append(f"{LABELS[Kind(each.kind)]}: due {after}, before this {before}.")
    return "\n".join(["Office hours or holidays changed, so this was counted anew.", *told, f"Why: {reason}"])


def _result(kept: ClockResult) -> str:
    return f"{kept.outcome} (due {_when(kept.due_at, kept.calendar)})"


def _when(due: datetime | None, calendar: Agreement | None) -> str:
    zone = calendar.zone if calendar else timing.Yardsticks().terms(None).zone
    return f"{due.astimezone(zone):{WHEN}}" if due else "at no instant"


def _finish(act: Recomputation, at: datetime) -> None:
    Recomputation.objects.filter(pk=act.pk).update(state=RecomputationState.DONE, ended_at=at)
    fact = RecomputationDone(recomputation_id=act.pk, clocks=act.done, changed=act.changed)
    facts.record(fact, by=act.confirmed_by, at=at, client=act.client)
