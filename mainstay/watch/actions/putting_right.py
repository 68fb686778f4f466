"""Persons putting the outages on record right. What was on record stays, beside who changed it, when and why."""

from datetime import datetime

from django.db import transaction

from mainstay.access.models import User
from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Environment, Website
from mainstay.common import facts
from mainstay.common.facts import FactRecord
from mainstay.watch.actions import alert_cases
from mainstay.watch.codes import Code
from mainstay.watch.facts import OutageClosed, OutageCorrected, OutageOpened, OutageVoided, Source, VoidReason
from mainstay.watch.models import Correction, Outage
from mainstay.watch.rules.charging import overlaps


class CorrectionRefused(ValueError):
    """The record cannot be put right like this; the text says why and what to do."""


@transaction.atomic
def take_outage_back(*, outage: Outage, reason: str, reference: str = "", by: User, at: datetime) -> Correction:
    """Say that there was no such outage.

    Raises:
        CorrectionRefused: no reason is given, it goes on, or it was taken back before.
    """
    old = _held(outage, reason)
    _void(old, VoidReason.NONE, at)
    alert_cases.outage_taken_back(old, at)
    fact = OutageVoided(old.pk, old.website_id, VoidReason.NONE)
    facts.record(fact, by=by, at=at, client=old.client, corrects=_opening_of(old))
    return _entry(old, None, reason, reference, by, at)


@transaction.atomic
def move_outage(
    *,
    outage: Outage,
    started_at: datetime,
    ended_at: datetime,
    reason: str,
    reference: str = "",
    by: User,
    at: datetime,
) -> Correction:
    """Say that an outage began or ended at other times: another with these edges stands in its place.

    Raises:
        CorrectionRefused: no reason is given; it goes on or was taken back; the times cannot be, are as they were, or
            meet another outage of the website.
    """
    old = _held(outage, reason)
    if (old.started_at, old.ended_at) == (started_at, ended_at):
        raise CorrectionRefused("These are the times on record: change one of them.")
    _check_times(old.environment, started_at, ended_at, at, but=old)
    _void(old, VoidReason.EDGES, at)
    new = Outage.objects.create(
        client=old.client,
        website=old.website,
        environment=old.environment,
        started_at=started_at,
        started_after=old.started_after if started_at == old.started_at else None,
        confirmed_at=old.confirmed_at,
        ended_at=ended_at,
        ended_after=old.ended_after if ended_at == old.ended_at and _holds(old, started_at) else ended_at,
        code=old.code,
        detail=old.detail,
        source=Source.PERSON.value,
        acknowledged_at=old.acknowledged_at,
        acknowledged_by=old.acknowledged_by,
        acknowledgement_note=old.acknowledgement_note,
        cause=old.cause,
        corrects_id=old.first_id,
    )
    alert_cases.outage_corrected(old, new, at)
    fact = OutageCorrected(old.pk, new.pk, old.website_id, VoidReason.EDGES, started_at, ended_at, is_past=True)
    facts.record(fact, by=by, at=at, client=old.client, corrects=_opening_of(old))
    return _entry(old, new, reason, reference, by, at)


@transaction.atomic
def state_outage(
    *,
    website: Website,
    started_at: datetime,
    ended_at: datetime,
    reason: str,
    reference: str = "",
    by: User,
    at: datetime,
) -> Correction:
    """Say that `website` was down in a stretch of which nothing is on record.

    Raises:
        CorrectionRefused: no reason is given; the times cannot be; or another outage is on record then.
    """
    if not reason.strip():
        raise CorrectionRefused(NO_REASON)
    environment = Environment.objects.select_for_update().get(website=website, kind=EnvironmentKind.LIVE)
    _check_times(environment, started_at, ended_at, at)
    new = Outage.objects.create(
        client=website.client,
        website=website,
        environment=environment,
        started_at=started_at,
        confirmed_at=at,
        ended_at=ended_at,
        ended_after=ended_at,
        code=Code.STATED_DOWN.value,
        source=Source.PERSON.value,
    )
    opened = OutageOpened(new.pk, website.pk, started_at, new.code, is_past=True)
    facts.record(opened, by=by, at=at, client=website.client)
    facts.record(OutageClosed(new.pk, website.pk, ended_at, is_past=True), by=by, at=at, client=website.client)
    return _entry(None, new, reason, reference, by, at)


NO_REASON = "Say why: the client reads it, and the next report prints it."


def _held(outage: Outage, reason: str) -> Outage:
    """The outage, locked with its environment, so that no judge changes it meanwhile."""
    if not reason.strip():
        raise CorrectionRefused(NO_REASON)
    Environment.objects.select_for_update().get(pk=outage.environment_id)
    found = Outage.objects.select_related("client", "website", "environment").get(pk=outage.pk)
    if found.is_voided:
        raise CorrectionRefused("This outage was taken back already: put right what stands in its place.")
    if found.ended_at is None:
        raise CorrectionRefused("The outage goes on: it can be put right when it has ended.")
    return found


def _check_times(
    environment: Environment, started_at: datetime, ended_at: datetime, at: datetime, but: Outage | None = None
) -> None:
    if not started_at < ended_at:
        raise CorrectionRefused("The end must come after the beginning.")
    if ended_at > at:
        raise CorrectionRefused("The end lies in the future: only what is over can be put right.")
    others = Outage.objects.valid().filter(environment=environment)
    if but is not None:
        others = others.exclude(pk=but.pk)
    near = others.filter(started_at__lt=ended_at).order_by("-started_at").values_list("started_at", "ended_at")[:50]
    if overlaps(near, started_at, ended_at):
        raise CorrectionRefused("Another outage of the website is on record in that time: put that one right.")


def _holds(old: Outage, started_at: datetime) -> bool:
    return old.ended_after is not None and old.ended_after >= started_at


def _void(old: Outage, reason: VoidReason, at: datetime) -> None:
    old.voided_at, old.void_reason = at, reason.value
    old.save(update_fields=["voided_at", "void_reason"])


def _entry(old: Outage | None, new: Outage | None, reason: str, reference: str, by: User, at: datetime) -> Correction:
    about = new or old
    assert about is not None  # noqa: S101 - one of them is
    return Correction.objects.create(
        client=about.client,
        website=about.website,
        old=old,
        new=new,
        made_at=at,
        made_by=by,
        reason=reason.strip(),
        reference=reference.strip(),
    )


def _opening_of(outage: Outage) -> FactRecord | None:
    return FactRecord.objects.filter(subject=f"outage:{outage.pk}", kind=OutageOpened.kind).first()
