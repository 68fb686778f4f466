"""Late checks or a person put an outage right: its ticket says so, to staff. The figures stand on the outage's page."""

from mainstay.common.facts import FactRecord
from mainstay.desk import actions as desk
from mainstay.desk.queries import ticket_of_outage
from mainstay.flows.outage_opens_ticket import FLOWS, outage_of
from mainstay.flows.recovery_adds_to_ticket import duration
from mainstay.watch.models import Outage


def correction_adds_to_ticket(record: FactRecord) -> None:
    """Say it once in the outage's ticket, where it has one."""
    old = outage_of(record)
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


def _said(record: FactRecord) -> str:
    by = "Checks that came in late were judged." if record.by is None else f"{record.by.name} put the record right."
    found = f"{by} "
    corrected_id = record.body.get("corrected_id")
    if corrected_id is None:
        return f"{found}There was no such outage; it was taken back."
    outage = Outage.objects.get(pk=corrected_id)
    lasted = "It goes on." if outage.is_open else f"It lasted {duration(outage)}."
    return f"{found}The outage began and ended at other times than was said. {lasted}"
