"""Time of outages left out of the charge: asked by the agency, granted or refused by the client."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.access.models import User
from mainstay.common import facts
from mainstay.policy.terms import Cause, Downtime
from mainstay.watch import exclusion_letters as letters
from mainstay.watch.actions.attributing import hold
from mainstay.watch.facts import ExclusionAsked, ExclusionEnd, ExclusionEnded, ExclusionGranted
from mainstay.watch.models import Attribution, Exclusion, Outage
from mainstay.watch.queries.agreed import agreed_with
from mainstay.watch.rules.charging import chargeable


class ExclusionRefused(ValueError):
    """The exclusion cannot be asked, granted or ended like this; the text says why and what to do."""


@transaction.atomic
def ask_exclusion(
    *,
    outage: Outage,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    reason: str,
    reference: str = "",
    by: User,
    at: datetime,
) -> Exclusion:
    """Ask the client to leave `outage`, or [`starts_at`, `ends_at`) of it, out of the charge.

    Where the agreement asks for no consent it is excluded at once. The client's administrators are told either way.

    Raises:
        ExclusionRefused: no reason; the outage goes on or was taken back; the agreement does not exclude its cause;
            the stretch lies outside the outage; or an exclusion of it waits or counts already.
    """
    first = hold(outage)
    cause, downtime = _excluded_cause(outage, at)
    if not reason.strip():
        raise ExclusionRefused("Say why it is not to be charged: the client decides by it.")
    low, high = _stretch(outage, starts_at, ends_at)
    if Exclusion.objects.filter(outage=first, end="").exists():
        raise ExclusionRefused("An exclusion of this outage waits or counts already.")
    exclusion = Exclusion.objects.create(
        client=first.client,
        website=first.website,
        outage=first,
        cause=cause.value,
        starts_after=outage.started_after if low == outage.started_at else None,
        starts_at=low,
        ends_at=high,
        reason=reason.strip(),
        reference=reference.strip(),
        asked_at=at,
        asked_by=by,
        needs_consent=downtime.exclusion_needs_consent,
        granted_at=None if downtime.exclusion_needs_consent else at,
    )
    facts.record(ExclusionAsked(**_about(exclusion)), by=by, at=at, client=first.client)
    if exclusion.is_granted:
        facts.record(ExclusionGranted(**_about(exclusion), by_consent=False), by=by, at=at, client=first.client)
    letters.tell_asked(exclusion, at)
    return exclusion


@transaction.atomic
def grant_exclusion(*, exclusion: Exclusion, by: User, at: datetime) -> Exclusion:
    """The client consents: the time is not charged.

    Raises:
        ExclusionRefused: it was answered, withdrawn or revoked meanwhile.
    """
    exclusion = _held(exclusion)
    _require_waiting(exclusion)
    exclusion.granted_at, exclusion.granted_by = at, by
    exclusion.save(update_fields=["granted_at", "granted_by"])
    facts.record(ExclusionGranted(**_about(exclusion), by_consent=True), by=by, at=at, client=exclusion.client)
    letters.tell_answered(exclusion, at)
    return exclusion


@transaction.atomic
def refuse_exclusion(*, exclusion: Exclusion, reason: str, by: User, at: datetime) -> Exclusion:
    """The client does not consent: the time stays charged.

    Raises:
        ExclusionRefused: no reason is given, or it was answered, withdrawn or revoked meanwhile.
    """
    exclusion = _held(exclusion)
    _require_waiting(exclusion)
    if not reason.strip():
        raise ExclusionRefused("Say why not, so that it can be looked into.")
    _end(exclusion, ExclusionEnd.REFUSED, reason, by, at)
    letters.tell_answered(exclusion, at)
    return exclusion


@transaction.atomic
def take_exclusion_back(*, exclusion: Exclusion, reason: str, by: User, at: datetime) -> Exclusion:
    """The agency takes back what it asked, or what was granted: the time is charged.

    Raises:
        ExclusionRefused: no reason is given, or it had ended before.
    """
    exclusion = _held(exclusion)
    if exclusion.end:
        raise ExclusionRefused(f"This exclusion was {exclusion.end} already.")
    if not reason.strip():
        raise ExclusionRefused("Say why: the client reads it.")
    end = ExclusionEnd.REVOKED if exclusion.is_granted else ExclusionEnd.WITHDRAWN
    _end(exclusion, end, reason, by, at)
    letters.tell_taken_back(exclusion, at)
    return exclusion


def _excluded_cause(outage: Outage, at: datetime) -> tuple[Cause, Downtime]:
    if outage.is_voided:
        raise ExclusionRefused("This outage was taken back: nothing of it is charged.")
    if outage.ended_at is None:
        raise ExclusionRefused("The outage goes on: ask when it has ended, and its length is known.")
    row = Attribution.objects.filter(outage=outage.first_id, replaced_at__isnull=True).first()
    downtime = agreed_with([outage.client_id], at)[outage.client_id].terms(outage.started_at).downtime
    charge = chargeable(row.cause if row else None, downtime)
    if charge.cause is None:
        raise ExclusionRefused(charge.sentence)
    return charge.cause, downtime


def _stretch(outage: Outage, starts_at: datetime | None, ends_at: datetime | None) -> tuple[datetime, datetime]:
    """The stretch that is asked for: the whole outage, unless said otherwise."""
    assert outage.ended_at is not None  # noqa: S101 - an outage that goes on was refused
    low, high = starts_at or outage.started_at, ends_at or outage.ended_at
    if not outage.started_at <= low < high <= outage.ended_at:
        raise ExclusionRefused("Choose a stretch inside the outage, with an end after its beginning.")
    return low, high


def _held(exclusion: Exclusion) -> Exclusion:
    return (
        Exclusion.objects.select_for_update(of=("self",))
        .select_related("client", "website", "outage")
        .get(pk=exclusion.pk)
    )


def _require_waiting(exclusion: Exclusion) -> None:
    if exclusion.end:
        raise ExclusionRefused(f"This was {exclusion.end} meanwhile: there is nothing to answer any more.")
    if exclusion.granted_at is not None:
        raise ExclusionRefused("This was granted already.")


def _end(exclusion: Exclusion, end: ExclusionEnd, reason: str, by: User, at: datetime) -> None:
    exclusion.end, exclusion.ended_at, exclusion.ended_by, exclusion.end_reason = end.value, at, by, reason.strip()
    exclusion.save(update_fields=["end", "ended_at", "ended_by", "end_reason"])
    facts.record(ExclusionEnded(**_about(exclusion), end=end.value), by=by, at=at, client=exclusion.client)


def _about(exclusion: Exclusion) -> dict[str, Any]:
    return {
        "exclusion_id": exclusion.pk,
        "outage_id": exclusion.outage_id,
        "website_id": exclusion.website_id,
        "cause": exclusion.cause,
        "starts_at": exclusion.starts_at,
        "ends_at": exclusion.ends_at,
    }
