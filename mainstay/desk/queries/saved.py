"""Saved answers: whose, and what their variables stand for on a ticket."""

from datetime import datetime

from django.db.models import Q, QuerySet

from mainstay.access.models import User
from mainstay.clients.queries import account_manager
from mainstay.desk.models import SavedReply, Ticket

LISTED_MAX = 300


def saved_replies(user: User) -> QuerySet[SavedReply]:
    """Those that `user` may use: shared ones and their own."""
    return (
        SavedReply.objects.filter(Q(owner__isnull=True) | Q(owner=user)).select_related("owner").order_by("title", "pk")
    )


def values(ticket: Ticket, *, me: User, at: datetime) -> dict[str, str]:
    """What each variable stands for on a ticket; empty where nothing is known."""
    manager = account_manager(ticket.client, at)
    name = (ticket.requester.name if ticket.requester else ticket.requester_name).strip()
    return {
        "requester.first_name": _first(name),
        "requester.name": name,
        "ticket.reference": ticket.reference,
        "ticket.subject": ticket.subject,
        "client.name": ticket.client.name,
        "website.name": ticket.website.name if ticket.website else "",
        "account_manager.name": manager.name if manager else "",
        "account_manager.email": manager.email if manager else "",
        "due": _said(ticket),
        "me.name": me.name,
        "me.first_name": _first(me.name),
    }


def _first(name: str) -> str:
    return name.split()[0] if name.split() else ""


def _said(ticket: Ticket) -> str:
    """When the ticket is due next, in the client's zone."""
    if ticket.next_due_at is None:
        return ""
    return f"{ticket.next_due_at.astimezone(ticket.client.zone):%A %-d %B, %H:%M}"
