"""Starting, pausing and ending the clocks of a ticket. Each step is an event that stays; what they come to is
written on the clock's row, where queues and figures find it."""

from datetime import datetime

from mainstay.desk.models import ClockEvent, Ticket, TicketClock
from mainstay.desk.queries import timing
from mainstay.policy.clocks import Act, Kind


def runs(ticket: Ticket, kind: Kind) -> bool:
    """Whether a clock of this kind has started and not ended (it may be paused)."""
    return _live(ticket, kind) is not None


def start(ticket: Ticket, kind: Kind, *, at: datetime, cause: str) -> None:
    """Start the next clock of this kind."""
    number = TicketClock.objects.filter(ticket=ticket, kind=kind).count() + 1
    clock = TicketClock.objects.create(
        ticket=ticket, client=ticket.client, kind=kind, number=number, priority=ticket.priority, started_at=at
    )
    _add(clock, Act.START, at, cause)
    refresh(ticket)


def start_next_response(ticket: Ticket, *, at: datetime, cause: str) -> None:
    """The client waits for an answer: the clock starts with the oldest message that nobody has answered.

    While the first answer is still owed that clock speaks for it, and further messages move neither.
    """
    if not runs(ticket, Kind.FIRST_RESPONSE) and not runs(ticket, Kind.NEXT_RESPONSE):
        start(ticket, Kind.NEXT_RESPONSE, at=at, cause=cause)


def stop(ticket: Ticket, kind: Kind, *, at: datetime, cause: str) -> None:
    """The clock of this kind has done its work; nothing happens when none runs."""
    if clock := _live(ticket, kind):
        clock.stopped_at, clock.paused_at = at, None
        _add(clock, Act.STOP, at, cause)
        refresh(ticket, ended=clock)


def pause(ticket: Ticket, kind: Kind, *, at: datetime, cause: str) -> None:
    """The clock of this kind stands from now on; nothing happens when none runs or it stands already."""
    if (clock := _live(ticket, kind)) and clock.paused_at is None:
        _add(clock, Act.PAUSE, at, cause)
        refresh(ticket)


def resume(ticket: Ticket, kind: Kind, *, at: datetime, cause: str) -> None:
    """The clock of this kind runs again; nothing happens unless it stands."""
    if (clock := _live(ticket, kind)) and clock.paused_at is not None:
        _add(clock, Act.RESUME, at, cause)
        refresh(ticket)


def reopen(ticket: Ticket, kind: Kind, *, at: datetime, cause: str) -> None:
    """The last clock of this kind goes on where it ended, with the ticket's priority of today.

    One that had been cancelled, since nothing was owed any more, begins anew.
    """
    clock = TicketClock.objects.filter(ticket=ticket, kind=kind).order_by("-number").first()
    if clock is not None and clock.is_over:
        act = Act.RESTART if clock.cancelled_at else Act.REOPEN
        clock.stopped_at = clock.cancelled_at = None
        clock.priority = ticket.priority
        clock.save()
        _add(clock, act, at, cause)
        refresh(ticket)


def end_all(ticket: Ticket, *, at: datetime, cause: str) -> None:
    """Nothing is owed any more. A clock that is late stays missed; any other ends without a result."""
    for clock in _live_clocks(ticket):
        is_late = clock.due_at is not None and clock.due_at < at
        clock.stopped_at, clock.cancelled_at = (at, None) if is_late else (None, at)
        clock.paused_at = None
        _add(clock, Act.STOP if is_late else Act.CANCEL, at, cause)
        refresh(ticket, ended=clock)
    refresh(ticket)


def reprioritise(ticket: Ticket) -> None:
    """Running clocks take the time of the ticket's new priority, counted from their start; ended ones stay."""
    _live_clocks(ticket).update(priority=ticket.priority)
    refresh(ticket)


def refresh(ticket: Ticket, ended: TicketClock | None = None) -> None:
    """Write down what the clocks' events come to: when each is due, and the ticket's earliest."""
    clocks = list(_live_clocks(ticket).prefetch_related("events"))
    if ended is not None:
        clocks = [ended, *(clock for clock in clocks if clock.pk != ended.pk)]
    yardstick = timing.yardstick(ticket)
    for clock in clocks:
        events = list(clock.events.all())
        reading = yardstick.clock(clock, events).state(max(event.at for event in events))
        clock.due_at = reading.due_at
        clock.paused_at = events[-1].at if reading.is_paused else None
        clock.save()
    running = [clock.due_at for clock in clocks if clock.due_at and not clock.is_over]
    ticket.next_due_at = min(running, default=None)
    ticket.save(update_fields=["next_due_at"])


def _live(ticket: Ticket, kind: Kind) -> TicketClock | None:
    return _live_clocks(ticket).filter(kind=kind).first()


def _live_clocks(ticket: Ticket):  # type: ignore[no-untyped-def]
    return TicketClock.objects.filter(ticket=ticket, stopped_at__isnull=True, cancelled_at__isnull=True)


def _add(clock: TicketClock, act: Act, at: datetime, cause: str) -> None:
    ClockEvent.objects.create(clock=clock, client_id=clock.client_id, act=act, at=at, cause=cause[:40])
