"""A website goes down: the client's account manager and deputy are told."""

from collections.abc import Iterator

from mainstay.access.models import User
from mainstay.clients import queries as clients
from mainstay.common.facts import FactRecord
from mainstay.common.notify import tell
from mainstay.flows import letters
from mainstay.flows.outage_opens_ticket import outage_of, ticket_of
from mainstay.watch.models import Outage


def outage_tells_account_manager(record: FactRecord) -> None:
    """Mail both of them, each once, in their own time zone."""
    outage = outage_of(record)
    ticket = ticket_of(outage, record)
    for person in responsible(outage):
        letter = letters.website_down(outage=outage, ticket=ticket, zone=person.zone)
        tell(person, letter, key=f"outage:{outage.pk}:opened:{person.pk}", at=record.at, client=outage.client)


def responsible(outage: Outage) -> Iterator[User]:
    """Who looked after the client when the outage was confirmed: the account manager, then the deputy."""
    for person in (clients.account_manager, clients.deputy):
        found = person(outage.client, outage.confirmed_at)
        if found is not None:
            yield found
