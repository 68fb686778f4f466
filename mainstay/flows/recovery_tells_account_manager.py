"""A website is up again: those who were told of the outage are told of its end, with what is left of the year."""

from mainstay.clients.queries import NoAgreement
from mainstay.common.facts import FactRecord
from mainstay.flows import letters
from mainstay.flows.outage_opens_ticket import outage_of, ticket_of
from mainstay.flows.outage_tells_account_manager import reaches, responsible
from mainstay.watch.models import Outage
from mainstay.watch.queries import Budget, budget


def recovery_tells_account_manager(record: FactRecord) -> None:
    """Mail both of them, each once, in their own time zone; not of an outage that was over when it was found."""
    if record.body.get("is_past"):
        return
    outage = outage_of(record)
    ticket, left = ticket_of(outage, record), _budget(outage, record)
    for person in responsible(outage):
        letter = letters.website_up_again(outage=outage, ticket=ticket, budget=left, zone=person.zone)
        reaches(person, letter, outage=outage, step="closed", at=record.at)


def _budget(outage: Outage, record: FactRecord) -> Budget | None:
    """What is left of the year; None for a website without an agreement."""
    try:
        return budget(outage.website, record.at)
    except NoAgreement:
        return None
