"""Versions of the terms: recorded when they were signed on paper, and what every version keeps."""

import importlib.metadata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import holidays
from django.db import transaction

from mainstay.access.models import User
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import AgreementSigned, OrganisationKind
from mainstay.clients.models import Agreement, Organisation
from mainstay.clients.rules import holiday_years
from mainstay.common import facts
from mainstay.policy import terms as policy_terms
from mainstay.policy.document import Parties, agreement_text, digest
from mainstay.policy.instants import midnight
from mainstay.policy.terms import Terms


class AgreementRefused(ValueError):
    """The terms cannot be signed: the message says why."""


@transaction.atomic
def sign_agreement(
    *,
    client: Organisation,
    effective_from: date,
    starts_on: date | None = None,
    terms: Mapping[str, Any] | None = None,
    anniversary: tuple[int, int] | None = None,
    by: User | facts.Process,
    at: datetime,
) -> Agreement:
    """Record a version of a client's terms that was signed on paper: the default ones, changed by `terms`.

    It holds from `effective_from`. What a client signs in the portal is `sign_offer`'s.

    `starts_on` is the contract's first day and so its anniversary, unless `anniversary` (month, day) is another: the
    first year is then a part of one. A later version keeps both. The holidays of the calendar that the terms name are
    written out.
    Nothing that was promised under an earlier version moves.

    Raises:
        AgreementRefused: it would take effect before the version it follows, or before the contract begins; or no such
            calendar of holidays is known.
        policy.terms.TermsWrong: a term is unknown or has a value it cannot have; the message names its key.
    """
    take_turn(client)
    before = client.agreements.order_by("-version").first()
    begins = starts_on or (before.starts_on if before else effective_from)
    _check_dates(before, begins, effective_from)
    whole = policy_terms.load(terms or {})
    closed = holiday_dates(whole.support.holidays, begins, effective_from)
    version = before.version + 1 if before else 1
    agreement = Agreement.objects.create(
        client=client,
        version=version,
        starts_on=begins,
        anniversary=before.anniversary if before else _month_and_day(anniversary),
        effective_from=effective_from,
        terms=whole.as_dict(),
        holidays=closed,
        signed_at=at,
        signed_by=by if isinstance(by, User) else None,
        **understood(whole, effective_from),
        **kept_text(text_of(client, version, begins, effective_from, whole, closed)),
    )
    record_signed(agreement, by=by, at=at)
    return agreement


def text_of(
    client: Organisation, version: int, starts_on: date, effective_from: date, terms: Terms, closed: list[str]
) -> str:
    """The text that a version is signed with."""
    agency = Organisation.objects.filter(kind=OrganisationKind.AGENCY).values_list("name", flat=True).first()
    parties = Parties(
        agency=agency or client.name,
        client=client.name,
        version=version,
        starts_on=starts_on,
        effective_from=effective_from,
    )
    return agreement_text(parties, terms, closed)


def kept_text(text: str) -> dict[str, str]:
    """The columns that keep a text and what proves it."""
    return {"text": text, "text_sha256": digest(text)}


def understood(terms: Terms, effective_from: date) -> dict[str, Any]:
    """The columns that say how dates and local times of a version are understood."""
    return {
        "effective_at": midnight(effective_from, terms.zone),
        "time_zone": terms.zone.key,
        "tzdata_version": importlib.metadata.version("tzdata"),
    }


def record_signed(agreement: Agreement, *, by: User | facts.Process, at: datetime) -> None:
    """Record that a version was signed, and how."""
    fact = AgreementSigned(
        client_id=agreement.client_id,
        agreement_id=agreement.pk,
        version=agreement.version,
        effective_from=agreement.effective_from.isoformat(),
        how=agreement.how,
        text_sha256=agreement.text_sha256,
        offer_id=agreement.offer_id,
    )
    facts.record(fact, by=by, at=at, client=agreement.client)


def holiday_dates(calendar: str, starts_on: date, effective_from: date) -> list[str]:
    """The public holidays of a calendar like `GB-ENG`, as ISO dates in order; none for an empty name.

    Raises:
        AgreementRefused: no such calendar is known.
    """
    if not calendar:
        return []
    country, _, part = calendar.partition("-")
    years = holiday_years(starts_on, effective_from)
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=years)
    except NotImplementedError:
        raise AgreementRefused(f"support.holidays: no calendar is called {calendar}") from None
    return sorted(day.isoformat() for day in found)


def _month_and_day(anniversary: tuple[int, int] | None) -> str:
    return f"{anniversary[0]:02}-{anniversary[1]:02}" if anniversary else ""


def _check_dates(before: Agreement | None, starts_on: date, effective_from: date) -> None:
    if effective_from < starts_on:
        raise AgreementRefused(f"The terms cannot take effect before the contract begins on {starts_on:%-d %B %Y}.")
    if before is None:
        return
    if effective_from <= before.effective_from:
        raise AgreementRefused(
            f"Version {before.version} holds from {before.effective_from:%-d %B %Y}: a new one must take effect later."
        )
    if starts_on != before.starts_on:
        raise AgreementRefused(f"The contract began on {before.starts_on:%-d %B %Y}; its anniversary does not move.")
