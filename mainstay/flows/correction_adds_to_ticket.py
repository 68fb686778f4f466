"""Late checks or a person put an outage right: its ticket says so, to staff. The figures stand on the outage's page."""

from datetime import timedelta

from mainstay.common.facts import FactRecord
from mainstay.desk import actions as desk
from mainstay.desk.queries import ticket_of_outage
from mainstay.flows.outage_opens_ticket import FLOWS, outage_of
from mainstay.flows.recovery_adds_to_ticket import duration
from mainstay.watch.models import Outage

SLIGHT = timedelta(minutes=1)
"""What late checks move by less is on the outage's page, and no news to anybody."""


def correction_adds_to_ticket(record: FactRecord) -> None:
    """Say it once in the outage's ticket, where it has one."""
    old = outage_of(record)
    if record.by is None and _is_slight(record, old):
        return
    ticket = ticket_of_outage(old.first_id)
    if ticket is None:
        return
    desk.add_event(
        ticket=ticket,
        text=_said(record),
        code="outage_corrected",
        is_public=False,
        key=f"outage:{old.pk}:corrected",
        by=FLOWS,
        at=record.at,
    )


def _is_slight(record: FactRecord, old: Outage) -> bool:
    new = Outage.objects.filter(pk=record.body.get("corrected_id")).first()
    if new is None or (new.ended_at is None) != (old.ended_at is None):
        return False
    ends = timedelta() if new.ended_at is None or old.ended_at is None else abs(new.ended_at - old.ended_at)
    return abs(new.started_at - old.started_at) < SLIGHT and ends < SLIGHT


def _said(record: FactRecord) -> str:
    by = "Checks that came in late were judged." if record.by is None else f"{record.by.name} put the record right."
    found = f"{by} "
    corrected_id = record.body.get("corrected_id")
    if corrected_id is None:
        return f"{found}There was no such outage; it was taken back."
    outage = Outage.objects.get(pk=corrected_id)
    lasted = "It goes on." if outage.is_open else f"It lasted {duration(outage)}."
    return f"{found}The outage began and ended at other times than was said. {lasted}"
