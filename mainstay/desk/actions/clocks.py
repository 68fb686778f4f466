"""Starting, pausing and ending the clocks of a ticket. Each step is an event that stays; what they come to is
written on the clock's row, where queues and figures find it."""

from collections import Counter
from datetime import UTC, datetime

from django.db.models import Q

from mainstay.desk.actions.escalation_times import keep_up, note_lapse
from mainstay.desk.facts import ClockOutcome
from mainstay.desk.models import ClockEvent, EscalationStep, Ticket, TicketClock
from mainstay.desk.queries import timing
from mainstay.policy.clocks import Act, ClockState, Kind

RESPONSES = (Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE)
EVER = datetime.max.replace(tzinfo=UTC)
WAITING = "waiting"
"""The cause of a pause until the client writes."""
CLOSED = "closed"
"""The cause of an end by closing the ticket without an answer or a solution."""


def runs(ticket: Ticket, kind: Kind) -> bool:
    """Whether a clock of this kind has started and not ended (it may be paused)."""
    return _live(ticket, kind) is not None


def start(ticket: Ticket, *kinds: Kind, at: datetime, cause: str) -> None:
    """Start the next clock of each of these kinds."""
    if ticket.is_imported:  # history of another help desk: no promise was made on it
        return
    numbers = Counter(TicketClock.objects.filter(ticket=ticket, kind__in=kinds).values_list("kind", flat=True))
    started = TicketClock.objects.bulk_create(
        TicketClock(
            ticket=ticket, client=ticket.client, kind=kind, number=numbers[kind] + 1, priority=ticket.priority,
            started_at=at,
        )
        for kind in kinds
    )  # fmt: skip
    ClockEvent.objects.bulk_create(_event(clock, Act.START, at, cause) for clock in started)
    refresh(ticket, at=at)


def start_next_response(ticket: Ticket, *, at: datetime, cause: str) -> None:
    """The client waits for an answer: the clock starts with the oldest message that nobody has answered.

    While the first answer is still owed that clock speaks for it, and further messages move neither.
    """
    if not runs(ticket, Kind.FIRST_RESPONSE) and not runs(ticket, Kind.NEXT_RESPONSE):
        start(ticket, Kind.NEXT_RESPONSE, at=at, cause=cause)


def owe_on(ticket: Ticket, *, at: datetime, cause: str) -> None:
    """An answer that was owed when the ticket was closed is owed still: closing took it away, nobody gave it."""
    clock = TicketClock.objects.filter(ticket=ticket, kind__in=RESPONSES).order_by("-started_at", "-pk").first()
    last = timing.last_step(clock.events.all(), at) if clock else None
    if clock and last and (last.act, last.cause) == (Act.CANCEL, CLOSED):
        reopen(ticket, Kind(clock.kind), at=at, cause=cause)


def stop(ticket: Ticket, kind: Kind, *, at: datetime, cause: str) -> None:
    """The clock of this kind has done its work; nothing happens when none runs."""
    if clock := _live(ticket, kind):
        note_lapse(ticket, at=at)
        clock.stopped_at, clock.paused_at = at, None
        add(clock, Act.STOP, at, cause)
        refresh(ticket, at=at, ended=clock)


def wait(ticket: Ticket, *, at: datetime) -> None:
    """The clocks of which that was agreed stand for the client from now on: by default the resolution alone."""
    measures = timing.Yardsticks()
    clocks = _live_clocks(ticket).select_related(*timing.WITH_CALENDAR)
    waiting = [clock for clock in clocks if measures.of(clock.promised).waits(clock.kind)]
    note_lapse(ticket, at=at)
    for clock in waiting:
        add(clock, Act.PAUSE, at, WAITING)
    refresh(ticket, at=at)


def go_on(ticket: Ticket, *, at: datetime) -> None:
    """No clock stands for the client any more; one may still stand for a hold."""
    _reckoned(ticket, at)
    for clock in _live_clocks(ticket):
        if clock.events.filter(act=Act.PAUSE, cause=WAITING).exists():
            add(clock, Act.RESUME, at, "resumed")
    refresh(ticket, at=at)


def hold(ticket: Ticket, hold_id: int, *, at: datetime, until: datetime) -> None:
    """The resolution clock stands from `at` and goes on by itself at `until`, which is on record from the first."""
    if clock := _live(ticket, Kind.RESOLUTION):
        cause = f"{timing.HOLD}{hold_id}"
        note_lapse(ticket, at=at)
        add(clock, Act.PAUSE, at, cause)
        add(clock, Act.RESUME, until, cause)
        refresh(ticket, at=at)


def release(ticket: Ticket, hold_id: int, *, at: datetime) -> None:
    """A hold ends before its day. What was on record to come then finds nothing to end any more."""
    if clock := _live(ticket, Kind.RESOLUTION):
        _reckoned(ticket, at)
        add(clock, Act.RESUME, at, f"{timing.HOLD}{hold_id}")
        refresh(ticket, at=at)


def reopen(ticket: Ticket, kind: Kind, *, at: datetime, cause: str) -> None:
    """The last clock of this kind goes on where it ended, with the ticket's priority of today unless it was missed.

    The time between is not counted. What it came to before stays on record.
    """
    if ticket.is_imported:  # history of another help desk: no promise was made on it
        return
    clock = TicketClock.objects.filter(ticket=ticket, kind=kind).order_by("-number").first()
    if clock is None or not clock.is_over:
        return
    if clock.cancelled_at or not clock.is_late(clock.stopped_at or at):
        clock.priority = ticket.priority
    clock.stopped_at = clock.cancelled_at = None
    _reckoned(ticket, at)
    clock.save()
    add(clock, Act.REOPEN, at, cause)
    refresh(ticket, at=at)


def end_all(ticket: Ticket, *, at: datetime, cause: str) -> None:
    """Nothing is owed any more. A clock that is late stays missed; any other ends without a result."""
    note_lapse(ticket, at=at)
    for clock in _live_clocks(ticket):
        end(ticket, clock, at=at, cause=cause)
    refresh(ticket, at=at)


def reprioritise(ticket: Ticket, *, at: datetime) -> None:
    """Running clocks take the time of the ticket's new priority, counted from their start.

    Those that ended stay, and so do those that are late at `at`: a lower priority undoes no miss.
    """
    in_time = Q(due_at__isnull=True) | Q(due_at__gte=at)
    _live_clocks(ticket).filter(in_time).update(priority=ticket.priority)
    _reckoned(ticket, at)
    refresh(ticket, at=at)


def drop(ticket: Ticket, clock: TicketClock, *, at: datetime, cause: str) -> None:
    """What this clock promised is promised elsewhere: it ends without a result, late or not."""
    note_lapse(ticket, at=at)
    clock.cancelled_at, clock.paused_at = at, None
    add(clock, Act.CANCEL, at, cause)
    refresh(ticket, at=at, ended=clock)


def priorities(ticket: Ticket) -> dict[str, int]:
    """The priority that each clock under way has, by its number as text, as a session keeps it."""
    return {str(clock.pk): clock.priority for clock in _live_clocks(ticket)}


def put_back(ticket: Ticket, before: dict[str, int], *, at: datetime) -> None:
    """The clocks under way take the priorities that they had `before`, as if they had never had another one."""
    for clock in _live_clocks(ticket):
        clock.priority = before.get(str(clock.pk), ticket.priority)
        clock.save(update_fields=["priority"])
    _reckoned(ticket, at)
    refresh(ticket, at=at)


def undo_end(ticket: Ticket, *, ended_at: datetime, cause: str, at: datetime) -> None:
    """Take back that the clocks ended at `ended_at` for `cause`: they stand as if they had gone on since."""
    ended = Q(stopped_at=ended_at) | Q(cancelled_at=ended_at)
    for clock in TicketClock.objects.filter(ended, ticket=ticket):
        last = timing.last_step(clock.events.all(), at)
        if last is not None and last.cause == cause:
            clock.stopped_at = clock.cancelled_at = None
            clock.save(update_fields=["stopped_at", "cancelled_at"])
            add(clock, Act.UNDO, at, cause)
            EscalationStep.objects.filter(clock=clock, taken_at__isnull=False, ended_at=ended_at).update(ended_at=None)
    EscalationStep.objects.filter(ticket=ticket, clock=None, ended_at=ended_at).update(ended_at=None)
    _reckoned(ticket, at)
    refresh(ticket, at=at)


def move(ticket: Ticket, *, at: datetime) -> None:
    """The ticket is another client's now: clocks under way are measured by what that client was promised."""
    _reckoned(ticket, at)
    _live_clocks(ticket).update(calendar=None)
    refresh(ticket, at=at)


def refresh(ticket: Ticket, *, at: datetime, ended: TicketClock | None = None) -> None:
    """Write down what the events of the clocks under way come to: when each is due, the ticket's earliest, and its
    next escalation.

    Args:
        ended: it has ended just now: what it came to is kept. Those that had ended before are not looked at.
        at: the present, up to which what was agreed beforehand has come true by itself, as the end of a hold does.
    """
    clocks = list(_live_clocks(ticket).select_related(*timing.WITH_CALENDAR).prefetch_related("events"))
    if ended is not None:
        clocks = [ended, *(clock for clock in clocks if clock.pk != ended.pk)]
    measures, read = timing.Yardsticks(), []
    for clock in clocks:
        clock.ticket = ticket
        timer = measures.of(clock.promised, clock.calendar).clock(clock, list(clock.events.all()))
        read.append((clock, timer))
        happened = [event.at for event in timer.events if not event.is_agreed]
        reading = timer.state(max([*happened, at]))
        clock.due_at, clock.paused_at = reading.due_at, reading.paused_at
        clock.save(update_fields=["due_at", "paused_at", "stopped_at", "cancelled_at"])
        if ended is not None and clock.pk == ended.pk:
            _keep(clock, reading)
    running = [clock.due_at for clock in clocks if clock.due_at and not clock.is_over]
    ticket.next_due_at = min(running, default=None)
    keep_up(ticket, read, measures.of(ticket.agreement))
    ticket.save(update_fields=["next_due_at", "escalate_at"])


def _reckoned(ticket: Ticket, at: datetime) -> None:
    """What the clocks had passed by now is due now: nobody could have known of it before."""
    note_lapse(ticket, at=at)
    ticket.reckoned_at = at
    ticket.save(update_fields=["reckoned_at"])


def end(ticket: Ticket, clock: TicketClock, *, at: datetime, cause: str) -> None:
    """Nothing is owed by this clock any more; nothing happens when it has ended."""
    if clock.is_over:
        return
    is_late = clock.is_late(at)
    clock.stopped_at, clock.cancelled_at = (at, None) if is_late else (None, at)
    clock.paused_at = None
    add(clock, Act.STOP if is_late else Act.CANCEL, at, cause)
    refresh(ticket, at=at, ended=clock)


def hand_over(clock: TicketClock, to: Ticket, *, at: datetime) -> None:
    """Let a clock go on at another ticket, with its events, priority, terms and escalation steps.

    What its events say by now is written on its row, and kept where they ended it.
    """
    events = clock.events.order_by("at", "id")
    last = timing.last_step(events, EVER)
    clock.began_on = clock.began_on or clock.ticket
    clock.number = TicketClock.objects.filter(ticket=to, kind=clock.kind).count() + 1
    if last is not None and last.act in (Act.STOP, Act.CANCEL):
        stopped = last.act == Act.STOP
        clock.stopped_at, clock.cancelled_at = (last.at, None) if stopped else (None, last.at)
    EscalationStep.objects.filter(clock=clock).update(ticket=to)
    clock.ticket = to
    clock.save()
    _reckoned(to, at)
    refresh(to, at=at, ended=clock if clock.is_over else None)


def _keep(clock: TicketClock, reading: ClockState) -> None:
    """What an ended clock came to, never to be worked out again by itself."""
    if not reading.is_over or reading.stopped_at is None:
        return
    outcome = (
        ClockOutcome.CANCELLED if clock.cancelled_at else ClockOutcome.MET if reading.is_met else ClockOutcome.MISSED
    )
    timing.result_of(clock, reading, outcome, reading.stopped_at).save()


def _live(ticket: Ticket, kind: Kind) -> TicketClock | None:
    return _live_clocks(ticket).filter(kind=kind).first()


def _live_clocks(ticket: Ticket):  # type: ignore[no-untyped-def]
    return TicketClock.objects.filter(ticket=ticket, stopped_at__isnull=True, cancelled_at__isnull=True)


def add(clock: TicketClock, act: Act, at: datetime, cause: str) -> None:
    """Put on record what happened to a clock; what it comes to is written by `refresh`."""
    _event(clock, act, at, cause).save()


def _event(clock: TicketClock, act: Act, at: datetime, cause: str) -> ClockEvent:
    return ClockEvent(clock=clock, client_id=clock.client_id, act=act, at=at, cause=cause[:40])
