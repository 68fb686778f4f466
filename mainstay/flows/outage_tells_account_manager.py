"""A website goes down: the client's account manager and deputy are told."""

from collections.abc import Iterator
from datetime import datetime

from mainstay.access.models import User
from mainstay.clients import queries as clients
from mainstay.common.facts import FactRecord
from mainstay.common.mail import Letter, LetterRefused
from mainstay.common.notify import NotificationState, tell
from mainstay.desk import actions as desk
from mainstay.flows import letters
from mainstay.flows.outage_opens_ticket import FLOWS, outage_of, ticket_of
from mainstay.watch.models import Outage

NOBODY_TOLD = "Nobody was told of this outage: {client} has no account manager or deputy who can be reached by mail."


def outage_tells_account_manager(record: FactRecord) -> None:
    """Mail both of them, each once, in their own time zone; where that reaches nobody, the ticket says so to staff.

    Nobody is called to an outage that was over when it was found.
    """
    if record.body.get("is_past"):
        return
    outage = outage_of(record)
    ticket, told = ticket_of(outage, record), False
    for person in responsible(outage):
        letter = letters.website_down(outage=outage, ticket=ticket, zone=person.zone)
        told = reaches(person, letter, outage=outage, step="opened", at=record.at) or told
    if not told:
        desk.add_event(
            ticket=ticket,
            text=NOBODY_TOLD.format(client=outage.client),
            code="nobody_told",
            is_public=False,
            key=f"outage:{outage.pk}:nobody-told",
            by=FLOWS,
            at=record.at,
        )


def reaches(person: User, letter: Letter, *, outage: Outage, step: str, at: datetime) -> bool:
    """Mail `letter` to `person`, once a step; whether it can arrive. Nobody is kept back by another."""
    try:
        told = tell(person, letter, key=f"outage:{outage.pk}:{step}:{person.pk}", at=at, client=outage.client)
    except LetterRefused:
        return False
    return told.state != NotificationState.WITHHELD


def responsible(outage: Outage) -> Iterator[User]:
    """Who looked after the client when the outage was confirmed: the account manager, then the deputy."""
    for person in (clients.account_manager, clients.deputy):
        found = person(outage.client, outage.confirmed_at)
        if found is not None:
            yield found
