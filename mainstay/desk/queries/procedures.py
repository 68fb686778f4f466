"""Versions of the escalation procedure: which holds when, and what a client reads of it."""

from datetime import datetime

from django.db.models import QuerySet

from mainstay.access.models import User
from mainstay.desk.models import EscalationProcedure, Ticket
from mainstay.desk.rules_escalation import STANDARD, Procedure


def versions() -> QuerySet[EscalationProcedure]:
    """Every version that was put in force, the newest number first."""
    rows = EscalationProcedure.objects.filter(effective_at__isnull=False).select_related("written_by")
    return rows.order_by("-number")


def version_at(at: datetime) -> EscalationProcedure | None:
    """The version in force at `at`, of two that begin together the later one; None: the standard procedure."""
    return versions().filter(effective_at__lte=at).order_by("-effective_at", "-number").first()


def coming_version(at: datetime) -> EscalationProcedure | None:
    """The next version that holds from later on."""
    return versions().filter(effective_at__gt=at).order_by("effective_at", "-number").first()


def draft_of(user: User) -> EscalationProcedure | None:
    """What `user` has written and not put in force."""
    return EscalationProcedure.objects.filter(effective_at__isnull=True, written_by=user).first()


def procedure_of(ticket: Ticket) -> Procedure:
    """The procedure that was in force when the ticket was opened."""
    return said_by(ticket.procedure if ticket.procedure_id else None)


def said_by(version: EscalationProcedure | None) -> Procedure:
    """What a version says; the standard procedure where there is none."""
    return version.procedure if version else STANDARD
