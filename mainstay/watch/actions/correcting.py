"""Outages corrected: what was wrong is taken back and never deleted, and another stands in its place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mainstay.clients.models import Environment
from mainstay.common import facts
from mainstay.common.facts import FactRecord
from mainstay.watch.actions import alert_cases
from mainstay.watch.actions.settling import cause_of_outage, figures_of, outage_with
from mainstay.watch.facts import OutageClosed, OutageCorrected, OutageOpened, OutageVoided, Source, VoidReason
from mainstay.watch.models import Correction as CorrectionRow
from mainstay.watch.models import Outage
from mainstay.watch.rules.again import Correction
from mainstay.watch.rules.availability import Figures


def correct(
    correction: Correction,
    recorded: Sequence[Outage],
    judged: Sequence[Figures],
    environment: Environment,
    *,
    at: datetime,
    by: Any,
) -> None:
    """Carry a correction of the outages on record out; `judged` are all that late evidence makes of them."""
    old = recorded[correction.old] if correction.old is not None else None
    if old is None:
        if correction.new is not None:
            _open(correction.new, environment, at, by)
    elif correction.new is None:
        is_part = any(figures_of(old).meets(each) for each in judged)
        _void(old, VoidReason.EDGES if is_part else VoidReason.NONE, at, by)
    else:
        _replace(old, correction.new, environment, at, by)


def _open(figures: Figures, environment: Environment, at: datetime, by: Any) -> None:
    """Record an outage that was missing. One that is over is told as found afterwards."""
    cause_id = cause_of_outage(figures, environment)
    outage = outage_with(figures, environment, cause_id=cause_id, source=Source.LATE.value)
    outage.save(force_insert=True)
    _entry(None, outage, at)
    _tell(outage, at, by)


def _void(old: Outage, reason: VoidReason, at: datetime, by: Any) -> None:
    _take_back(old, reason, at)
    _entry(old, None, at)
    if reason is VoidReason.NONE:
        alert_cases.outage_taken_back(old, at)
    fact = OutageVoided(old.pk, old.website_id, reason)
    facts.record(fact, by=by, at=at, client=old.client, corrects=_opening_of(old))


def _replace(old: Outage, figures: Figures, environment: Environment, at: datetime, by: Any) -> None:
    was_open = old.is_open
    _take_back(old, VoidReason.EDGES, at)
    new = outage_with(
        figures,
        environment,
        cause_id=cause_of_outage(figures, environment),
        source=Source.LATE.value,
        corrects_id=old.first_id,
        acknowledged_at=old.acknowledged_at,
        acknowledged_by_id=old.acknowledged_by_id,
        acknowledgement_note=old.acknowledgement_note,
    )
    new.save(force_insert=True)
    _entry(old, new, at)
    alert_cases.outage_corrected(old, new, at)
    fact = OutageCorrected(
        old.pk, new.pk, old.website_id, VoidReason.EDGES, new.started_at, new.ended_at, is_past=not new.is_open
    )
    facts.record(fact, by=by, at=at, client=old.client, corrects=_opening_of(old))
    if new.is_open and not was_open:
        _tell(new, at, by)
    elif was_open and new.ended_at is not None:
        closed = OutageClosed(new.pk, new.website_id, new.ended_at)
        facts.record(closed, by=by, at=at, client=new.client)


def _tell(outage: Outage, at: datetime, by: Any) -> None:
    is_past = outage.ended_at is not None
    if not is_past:
        alert_cases.outage_began(outage)
    opened = OutageOpened(outage.pk, outage.website_id, outage.started_at, outage.code, is_past, outage.cause_id)
    facts.record(opened, by=by, at=at, client=outage.client)
    if outage.ended_at is not None:
        closed = OutageClosed(outage.pk, outage.website_id, outage.ended_at, is_past)
        facts.record(closed, by=by, at=at, client=outage.client)


def _entry(old: Outage | None, new: Outage | None, at: datetime) -> None:
    about = new or old
    assert about is not None  # noqa: S101 - one of them is
    CorrectionRow.objects.create(client_id=about.client_id, website_id=about.website_id, old=old, new=new, made_at=at)


def _take_back(old: Outage, reason: VoidReason, at: datetime) -> None:
    old.voided_at, old.void_reason = at, reason.value
    old.save(update_fields=["voided_at", "void_reason"])


def _opening_of(outage: Outage) -> FactRecord | None:
    return FactRecord.objects.filter(subject=f"outage:{outage.pk}", kind=OutageOpened.kind).first()
