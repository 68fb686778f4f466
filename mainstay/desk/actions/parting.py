"""What a split does to clocks: what the client asked is owed once, since it was asked, on the ticket that it is on."""

from collections.abc import Collection, Iterable
from datetime import datetime

from mainstay.desk import rules_clocks
from mainstay.desk.actions import clocks
from mainstay.desk.facts import Channel, MessageKind
from mainstay.desk.models import Message, Ticket, TicketClock
from mainstay.desk.queries import timing
from mainstay.desk.rules_clocks import Said, Split
from mainstay.policy.clocks import Act, Kind

SPLIT = "split"


def judged(messages: Iterable[Message], chosen: Collection[int]) -> Split:
    """What each of the two tickets owes once the `chosen` of `messages` (ids) have left."""
    return rules_clocks.after_split([_said(each, goes=each.pk in chosen) for each in messages])


def part(ticket: Ticket, new: Ticket, owed: Split, *, at: datetime) -> None:
    """Start the clocks of the new ticket, and end what the old one (locked) no longer owes."""
    clocks.start(new, Kind.FIRST_RESPONSE, Kind.RESOLUTION, at=owed.started_at, cause=SPLIT)
    if owed.answered_at is not None:
        clocks.stop(new, Kind.FIRST_RESPONSE, at=owed.answered_at, cause="answered")
    if owed.owes_since is not None:
        clocks.start(new, Kind.NEXT_RESPONSE, at=owed.owes_since, cause=SPLIT)
    _stand_alike(ticket, new, since=owed.started_at, at=at)
    _owe_what_is_left(ticket, owed, at=at)


def _said(message: Message, *, goes: bool) -> Said:
    return Said(
        at=message.at,
        is_client=message.kind == MessageKind.INBOUND,
        is_answer=message.kind == MessageKind.REPLY and not message.is_automatic,
        goes=goes,
    )


def _stand_alike(ticket: Ticket, new: Ticket, *, since: datetime, at: datetime) -> None:
    """The time in which the old ticket waited for the client, or was over, is not counted on the new one either."""
    old = ticket.clocks.filter(kind=Kind.RESOLUTION, stopped_at=None, cancelled_at=None).first()
    clock = new.clocks.filter(kind=Kind.RESOLUTION).first()
    if old is None or clock is None:
        return
    for each in old.events.filter(at__gt=since).exclude(cause__startswith=timing.HOLD).order_by("at", "id"):
        act = Act.REOPEN if each.act == Act.RESTART else Act(each.act)
        if act is not Act.START:
            clocks.add(clock, act, each.at, each.cause)
    clocks.add(clock, Act.RESUME, at, SPLIT)
    clocks.refresh(new, at=at)


def _owe_what_is_left(ticket: Ticket, owed: Split, *, at: datetime) -> None:
    """An answer that was owed for what has left is owed there; here it is owed since the oldest message left."""
    clock = TicketClock.objects.filter(
        ticket=ticket, kind__in=clocks.RESPONSES, stopped_at=None, cancelled_at=None
    ).first()
    if clock is None or not _is_for_what_left(ticket, clock, owed):
        return
    clocks.drop(ticket, clock, at=at, cause=SPLIT)
    if owed.waits_since is not None:
        clocks.start(ticket, Kind.NEXT_RESPONSE, at=owed.waits_since, cause=SPLIT)


def _is_for_what_left(ticket: Ticket, clock: TicketClock, owed: Split) -> bool:
    """A first response is owed to the ticket as such, unless nothing that the client wrote is left on it."""
    if clock.kind == Kind.FIRST_RESPONSE:
        return owed.waits_since is None and ticket.channel != Channel.WATCH
    return owed.waits_since is None or owed.waits_since > clock.started_at
