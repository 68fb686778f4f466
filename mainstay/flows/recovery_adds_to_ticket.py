"""A website is up again: its ticket says so. A person still answers and resolves it."""

from mainstay.common.facts import FactRecord
from mainstay.desk import actions as desk
from mainstay.flows.outage_opens_ticket import FLOWS, outage_of, ticket_of
from mainstay.policy.durations import say
from mainstay.watch.models import Outage


def recovery_adds_to_ticket(record: FactRecord) -> None:
    """Add the recovery to the outage's ticket, once. One that was over when it was found has none."""
    if record.body.get("is_past"):
        return
    outage = outage_of(record)
    desk.add_event(
        ticket=ticket_of(outage, record),
        text=_text(outage),
        code="website_up_again" if outage.is_seen_up else "website_no_longer_watched",
        key=f"outage:{outage.pk}:closed",
        by=FLOWS,
        at=record.at,
    )


def _text(outage: Outage) -> str:
    if outage.is_seen_up:
        return f"{outage.website.name} is up again. It was down for {duration(outage)}."
    return (
        f"Nobody looks at {outage.website.name} any more: whether it is up is not known."
        f" It was seen to be down for {duration(outage)}."
    )


def duration(outage: Outage) -> str:
    """How long an ended outage lasted, in words."""
    end = outage.ended_at or outage.started_at
    return say(round((end - outage.started_at).total_seconds()))
