"""A website goes down: a ticket is opened, so that the call is logged before anybody has to call."""

from mainstay.clients.facts import Audience
from mainstay.common.facts import FactRecord, Process
from mainstay.desk import actions as desk
from mainstay.desk.facts import Category, Channel
from mainstay.desk.models import Ticket
from mainstay.watch.models import Outage

FLOWS = Process("flows")


def outage_opens_ticket(record: FactRecord) -> None:
    """Open the ticket of a confirmed outage, once. One that was over when it was found needs none."""
    if not record.body.get("is_past"):
        ticket_of(outage_of(record), record)


def ticket_of(outage: Outage, record: FactRecord) -> Ticket:
    """The ticket of `outage`, opened when this is the first to ask for it."""
    return desk.open_ticket(
        client=outage.client,
        website=outage.website,
        subject=f"{outage.website.name} is down",
        text=outage.sentence,
        category=Category.OUTAGE,
        channel=Channel.WATCH,
        audience=Audience.WEBSITE_USER,
        outage_id=outage.first_id,
        key=f"outage:{outage.first_id}",
        by=FLOWS,
        at=record.at,
    )


def outage_of(record: FactRecord) -> Outage:
    """The outage that a fact of the watch is about."""
    return Outage.objects.select_related("client", "website").get(pk=record.body["outage_id"])
