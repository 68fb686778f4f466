"""What people decide about mail that was set aside."""

from datetime import datetime

from django.db import transaction

from mainstay.common import facts
from mainstay.desk.actions import sorting
from mainstay.desk.actions.authors import By, person
from mainstay.desk.actions.errors import NotParked
from mainstay.desk.facts import ParkedMailReviewed, RawState
from mainstay.desk.letters.parsed import Parsed
from mainstay.desk.models import RawMail, Ticket
from mainstay.desk.queries import matching


@transaction.atomic
def dismiss(*, raw: RawMail, by: By, at: datetime) -> RawMail:
    """Nothing is to be done about a parked mail; it stays where it can be found.

    Raises:
        NotParked: somebody has looked at it already.
    """
    raw = _waiting(raw)
    raw.reviewed_at, raw.reviewed_by = at, person(by)
    raw.save(update_fields=["reviewed_at", "reviewed_by"])
    facts.record(ParkedMailReviewed(raw_id=raw.pk, outcome="dismissed"), by=by, at=at, client=raw.client)
    return raw


def open_parked(*, raw: RawMail, by: By, at: datetime) -> Ticket:
    """A parked mail is a person's after all: it becomes a message on the ticket it names, or a new ticket.

    Raises:
        NotParked: somebody has looked at it already.
    """
    return _open(raw, sorting.read(raw), by=by, at=at)  # read first: nobody else is to wait for it


@transaction.atomic
def _open(raw: RawMail, mail: Parsed, *, by: By, at: datetime) -> Ticket:
    raw = _waiting(raw)
    ticket = sorting.sort(raw, mail, matching.match(mail, raw.rcpt_to), at=at)
    raw.state, raw.park_reason, raw.parsed_at = RawState.PARSED, "", at
    raw.ticket, raw.client, raw.reviewed_at, raw.reviewed_by = ticket, ticket.client, at, person(by)
    raw.save()
    facts.record(ParkedMailReviewed(raw_id=raw.pk, outcome="opened"), by=by, at=at, client=raw.client)
    return ticket


def _waiting(raw: RawMail) -> RawMail:
    found = RawMail.objects.select_for_update(of=("self",)).get(pk=raw.pk)
    if found.state != RawState.PARKED or found.reviewed_at is not None:
        raise NotParked("Somebody has looked at this mail already.")
    return found
