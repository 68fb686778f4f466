"""Writing a version of the escalation procedure, and putting it in force from a day on."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.clients.queries import agency
from mainstay.common import facts
from mainstay.desk.escalation_facts import ProcedurePutInForce
from mainstay.desk.models import EscalationProcedure
from mainstay.desk.queries.procedures import draft_of
from mainstay.desk.rules_escalation import Procedure, check, written
from mainstay.policy.instants import midnight


class DayIsPast(ValueError):
    """A version can hold from today on, and not from a day before."""


class NotADraft(ValueError):
    """The version is in force, and stays as it is; or it was discarded."""


@transaction.atomic
def keep_draft(*, procedure: Procedure, text: str, by: User, at: datetime) -> EscalationProcedure:
    """Keep what `by` is writing, in place of what it had written before. Nothing comes in force by this.

    Raises:
        ProcedureWrong: the steps make no procedure.
    """
    steps, asked = written(check(procedure))
    draft = draft_of(by) or EscalationProcedure(written_by=by)
    draft.text, draft.steps, draft.asked, draft.written_at = text, steps, asked, at
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, by: User, at: datetime) -> None:
    """Throw away what `by` has written and not put in force."""
    EscalationProcedure.objects.filter(effective_at__isnull=True, written_by=by).delete()


@transaction.atomic
def put_in_force(*, draft: EscalationProcedure, effective_on: date, by: User, at: datetime) -> EscalationProcedure:
    """Let a draft hold from a day on: from now when that is today, else from its midnight in the agency's zone.

    Tickets that are open keep the version they were opened under. Of two that begin together the later one holds.

    Raises:
        DayIsPast: the day lies before today.
        NotADraft: it is in force already.
    """
    ours = Organisation.objects.select_for_update().get(pk=agency().pk)  # one number after the other
    draft = EscalationProcedure.objects.get(pk=draft.pk)
    if draft.effective_at is not None:
        raise NotADraft(f"{draft} is in force and stays as it is. Write a new version.")
    today = at.astimezone(ours.zone).date()
    if effective_on < today:
        raise DayIsPast("A version can hold from today on. Choose today or a later day.")
    last = EscalationProcedure.objects.aggregate(last=Max("number"))["last"] or 0
    draft.number, draft.effective_at = last + 1, at if effective_on == today else midnight(effective_on, ours.zone)
    draft.save()
    fact = ProcedurePutInForce(procedure_id=draft.pk, number=draft.number, effective_at=draft.effective_at.isoformat())
    facts.record(fact, by=by, at=at)
    return draft
