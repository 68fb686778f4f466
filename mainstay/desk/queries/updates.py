"""When the clients of tickets are next owed news."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import OuterRef, Subquery

from mainstay.desk import rules_updates
from mainstay.desk.facts import MessageKind, TicketState
from mainstay.desk.models import Message, Ticket
from mainstay.desk.queries.clocks import ClockView
from mainstay.desk.queries.timing import Yardsticks
from mainstay.policy.clocks import Kind


def updates_due(tickets: Iterable[Ticket], clocks: Mapping[int, list[ClockView]]) -> dict[int, datetime]:
    """When news is due next on those of `tickets` that are owed any, by what a person told the client last.

    One query, which reads one message of each.
    """
    owed = [each for each in tickets if not (each.is_over or each.is_imported)]
    told = Message.objects.filter(ticket=OuterRef("pk"), kind=MessageKind.REPLY, is_automatic=False).order_by("-at")
    last = Ticket.objects.filter(pk__in=[each.pk for each in owed]).order_by()
    told_at = dict(last.values_list("pk", Subquery(told.values("at")[:1]))) if owed else {}
    measures = Yardsticks()
    found = {each.pk: _due(each, told_at.get(each.pk), clocks.get(each.pk, []), measures) for each in owed}
    return {pk: due_at for pk, due_at in found.items() if due_at is not None}


def _due(ticket: Ticket, told_at: datetime | None, clocks: list[ClockView], measures: Yardsticks) -> datetime | None:
    measure = measures.of(ticket.agreement)
    stands = ticket.state == TicketState.WAITING or any(
        each.kind == Kind.RESOLUTION and each.reading.is_paused for each in clocks
    )
    every = measure.terms.response_for(ticket.priority).update
    return rules_updates.next_update(every, measure.hours, told_at or ticket.opened_at, stands=stands)
