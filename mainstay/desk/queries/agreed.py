"""Holds and follow-ups: what is on, and what has come back to somebody."""

from datetime import datetime

from django.db.models import Q, QuerySet

from mainstay.access.models import User
from mainstay.desk.models import Ticket, TicketFollowUp, TicketHold


def hold_on(ticket: Ticket, at: datetime) -> TicketHold | None:
    """The agreed hold for which the resolution clock stands at `at`."""
    on = TicketHold.objects.filter(ticket=ticket, ended_at=None, ends_at__gt=at)
    return on.select_related("made_by").first()


def holds_due(at: datetime) -> list[Ticket]:
    """Tickets with a hold whose day has come, at most 500."""
    due = TicketHold.objects.filter(ended_at=None, ends_at__lte=at).select_related("ticket__client").order_by("ends_at")
    return [each.ticket for each in due[:500]]


def follow_up_of(ticket: Ticket) -> TicketFollowUp | None:
    """The follow-up that is planned."""
    return TicketFollowUp.objects.filter(ticket=ticket, done_at=None).select_related("made_by").first()


def follow_ups_due(user: User, at: datetime) -> QuerySet[TicketFollowUp]:
    """What has come back to `user` by today in their zone: on their own tickets, and what they planned on nobody's."""
    today = at.astimezone(user.zone).date()
    theirs = Q(ticket__assignee=user) | Q(ticket__assignee=None, made_by=user)
    return TicketFollowUp.objects.filter(theirs, done_at=None, due_on__lte=today)
