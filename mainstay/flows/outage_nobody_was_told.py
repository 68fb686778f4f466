"""No rule led to anybody who could be told of an outage: its ticket says so to staff."""

from mainstay.common.facts import FactRecord
from mainstay.desk import actions as desk
from mainstay.flows.outage_opens_ticket import FLOWS, outage_of, ticket_of

NOBODY = (
    "Nobody was told of this outage: no alert rule leads to anybody, and {client} has no account manager or deputy who "
    "can be reached."
)
INSTEAD = " The administrators were told instead ({count})."


def outage_nobody_was_told(record: FactRecord) -> None:
    """Add it to the outage's ticket, once."""
    outage, count = outage_of(record), record.body["administrators"]
    desk.add_event(
        ticket=ticket_of(outage, record),
        text=NOBODY.format(client=outage.client) + (INSTEAD.format(count=count) if count else ""),
        code="nobody_told",
        is_public=False,
        key=f"outage:{outage.pk}:nobody-told",
        by=FLOWS,
        at=record.at,
    )
