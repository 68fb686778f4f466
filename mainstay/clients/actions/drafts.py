"""The agency's draft of a client's next terms."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from mainstay.access.models import User
from mainstay.clients.actions.agreements import AgreementRefused, holiday_dates
from mainstay.clients.actions.ending import end_offer
from mainstay.clients.actions.telling import tell_recalled
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import DraftEdited, OfferEnd
from mainstay.clients.models import Agreement, AgreementDraft, Organisation
from mainstay.clients.rules import changed_fields
from mainstay.common import facts
from mainstay.policy import terms as policy_terms
from mainstay.policy.instants import local_date


class DraftClosed(ValueError):
    """The draft was signed or dropped meanwhile: there is nothing left to change."""


@transaction.atomic
def begin_draft(*, client: Organisation, by: User, at: datetime) -> AgreementDraft:
    """A draft to work on: the one that is open, or else a new one with the latest terms, or the default ones.

    It is meant to hold from the first day of the month after next, until somebody says otherwise.
    """
    take_turn(client)
    found = client.drafts.filter(closed_at__isnull=True).first()
    if found is not None:
        return found
    latest = client.agreements.order_by("-version").first()
    terms = policy_terms.load(latest.terms if latest else {"support": {"time_zone": client.time_zone}})
    usual = _usual_date(local_date(at, terms.zone))
    draft = AgreementDraft.objects.create(
        client=client,
        terms=terms.as_dict(),
        starts_on=latest.starts_on if latest else usual,
        effective_from=max(usual, latest.effective_from) if latest else usual,
        made_at=at,
        made_by=by,
        edited_at=at,
        edited_by=by,
    )
    facts.record(DraftEdited(client_id=client.pk, draft_id=draft.pk, step="begun"), by=by, at=at, client=client)
    return draft


@transaction.atomic
def edit_draft(
    *,
    draft: AgreementDraft,
    terms: Mapping[str, Any],
    effective_from: date,
    starts_on: date | None = None,
    note: str = "",
    by: User,
    at: datetime,
) -> AgreementDraft:
    """Give the draft these terms. What had been sent of it is recalled: the client can no longer sign what has changed.

    `starts_on` counts for a first version only; the contract's beginning does not move.

    Raises:
        DraftClosed: it was signed or dropped.
        AgreementRefused: the terms would hold before the contract begins, or no such calendar of holidays is known.
        policy.terms.TermsWrong: a term has a value it cannot have; the message names its key.
    """
    draft = hold(draft)
    latest = draft.client.agreements.order_by("-version").first()
    whole = policy_terms.load(terms)
    begins = _begins(latest, starts_on or draft.starts_on, effective_from)
    holiday_dates(whole.support.holidays, begins, effective_from)
    given = {"terms": whole.as_dict(), "starts_on": begins, "effective_from": effective_from, "note": note.strip()}
    changed = changed_fields({name: getattr(draft, name) for name in given}, given)
    if not changed:
        return draft
    for name, value in given.items():
        setattr(draft, name, value)
    draft.edited_at, draft.edited_by = at, by
    draft.save()
    _recall_open(draft, by, at)
    fact = DraftEdited(client_id=draft.client_id, draft_id=draft.pk, step="edited", fields=changed)
    facts.record(fact, by=by, at=at, client=draft.client)
    return draft


@transaction.atomic
def drop_draft(*, draft: AgreementDraft, by: User, at: datetime) -> AgreementDraft:
    """Give the draft up, and recall what had been sent of it.

    Raises:
        DraftClosed: it was signed or dropped before.
    """
    draft = hold(draft)
    draft.closed_at = at
    draft.save(update_fields=["closed_at"])
    _recall_open(draft, by, at)
    fact = DraftEdited(client_id=draft.client_id, draft_id=draft.pk, step="dropped")
    facts.record(fact, by=by, at=at, client=draft.client)
    return draft


def hold(draft: AgreementDraft) -> AgreementDraft:
    """The draft as it stands now, kept from others until the transaction ends.

    Raises:
        DraftClosed: it was signed or dropped.
    """
    take_turn(draft.client)
    found = AgreementDraft.objects.select_related("client").get(pk=draft.pk)
    if found.closed_at is not None:
        raise DraftClosed("This draft was signed or dropped meanwhile.")
    return found


def _recall_open(draft: AgreementDraft, by: User, at: datetime) -> None:
    for offer in draft.offers.filter(end=""):
        tell_recalled(end_offer(offer, OfferEnd.RECALLED, by=by, at=at), at)


def _begins(latest: Agreement | None, starts_on: date, effective_from: date) -> date:
    begins = latest.starts_on if latest else starts_on
    if effective_from < begins:
        raise AgreementRefused(f"The terms cannot take effect before the contract begins on {begins:%-d %B %Y}.")
    return begins


def _usual_date(today: date) -> date:
    """The first day of the month after next: time to read and to sign."""
    index = today.year * 12 + today.month - 1 + 2
    return date(index // 12, index % 12 + 1, 1)
