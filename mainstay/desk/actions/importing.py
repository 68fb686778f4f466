"""Tickets of another help desk taken in, each in one transaction: as history, with no clock, letter or handler."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from mainstay.clients import actions as clients
from mainstay.clients import queries as client_queries
from mainstay.clients.facts import Audience
from mainstay.clients.models import Contact, Organisation
from mainstay.common import facts
from mainstay.desk import rules
from mainstay.desk.actions import references, story
from mainstay.desk.actions.authors import Author, By, of_contact
from mainstay.desk.exchange.contacts import ContactLine
from mainstay.desk.exchange.draft import LeftOut, MessageDraft, Person, TicketDraft
from mainstay.desk.facts import Channel, MessageKind, TicketImported, TicketState
from mainstay.desk.letters.clean import clean
from mainstay.desk.letters.headers import is_address, one_line
from mainstay.desk.models import ForeignTicket, Import, ImportedContact, Ticket, TicketTag
from mainstay.desk.queries.matching import staff_at


def taken_already(product: str, ids: Iterable[str]) -> set[str]:
    """Which foreign keys were taken before; asked 500 at a time."""
    wanted, found = list(ids), set()
    for start in range(0, len(wanted), 500):
        rows = ForeignTicket.objects.filter(product=product, foreign_id__in=wanted[start : start + 500])
        found.update(rows.values_list("foreign_id", flat=True))
    return found


def owners_left_out(drafts: Iterable[TicketDraft]) -> list[LeftOut]:
    """Those who had tickets in hand there and do not work here: their tickets go to the queue."""
    counts = Counter(each.assignee.address for each in drafts if each.assignee)
    return [
        LeftOut("", f"owner {address}", f"nobody of the agency has this address; tickets without an owner: {number}")
        for address, number in sorted(counts.items()) if staff_at(address) is None
    ]  # fmt: skip


@transaction.atomic
def import_ticket(
    *, client: Organisation, product: str, draft: TicketDraft, by: By, at: datetime, moving: Import | None = None
) -> Ticket | None:
    """Take a ticket in with its history, under a new reference; None when it was taken before.

    `moving` is the import that brings it, where it can be undone with others.
    """
    counter = references.lock_counter(client_queries.agency(), at)
    if ForeignTicket.objects.filter(product=product, foreign_id=draft.foreign_id).exists():
        return None
    requester = _contact(client, draft.requester, by=by, at=at, moving=moving)
    impact, urgency = rules.grade_of(draft.priority)
    ticket = Ticket.objects.create(
        client=client,
        reference=references.take(counter),
        subject=one_line(draft.subject)[: rules.SUBJECT_LENGTH_MAX] or "(no subject)",
        audience=requester.audience if requester else Audience.WEBSITE_USER,
        channel=Channel.MAIL,
        impact=impact,
        urgency=urgency,
        priority=draft.priority,
        requester=requester,
        requester_name=one_line(draft.requester.name)[:200],
        requester_address=draft.requester.address[:254],
        assignee=staff_at(draft.assignee.address) if draft.assignee else None,
        opened_at=draft.opened_at,
        is_imported=True,
        **_state(draft),
    )
    ForeignTicket.objects.create(
        ticket=ticket, client=client, product=product, foreign_id=draft.foreign_id[:64], number=draft.number[:64],
        taken_at=at, taken_by=moving,
    )  # fmt: skip
    TicketTag.objects.bulk_create([TicketTag(ticket=ticket, client=client, word=each) for each in draft.tags])
    for message in draft.messages:
        _write(ticket, message, by=by, at=at, moving=moving)
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=draft.updated_at)
    facts.record(TicketImported(ticket_id=ticket.pk, product=product), by=by, at=at, client=client)
    return ticket


@transaction.atomic
def import_contacts(
    *, client: Organisation, lines: Sequence[ContactLine], by: By, at: datetime, moving: Import | None = None
) -> int:
    """Add the contacts whose address the client has not yet, all or none; how many were new."""
    there = set(client.contacts.values_list("email", flat=True))
    fresh = [each for each in lines if each.email not in there]
    for each in fresh:
        name = each.name or each.email[:120]
        made = clients.add_contact(client=client, name=name, email=each.email, phone=each.phone, by=by, at=at)
        _made_by(moving, made)
    return len(fresh)


def _state(draft: TicketDraft) -> dict[str, object]:
    ended = draft.updated_at
    return {
        "state": draft.state,
        "updated_at": ended,
        "waiting_at": ended if draft.state is TicketState.WAITING else None,
        "resolved_at": ended if draft.state in (TicketState.RESOLVED, TicketState.CLOSED) else None,
        "closed_at": ended if draft.state is TicketState.CLOSED else None,
        "close_code": (draft.close_code or "agreed") if draft.state is TicketState.CLOSED else "",
    }


def _write(ticket: Ticket, draft: MessageDraft, *, by: By, at: datetime, moving: Import | None) -> None:
    story.write(
        ticket, kind=draft.kind, channel=Channel.MAIL, text=draft.text, html_clean=clean(draft.html),
        author=_author(ticket.client, draft, by=by, at=at, moving=moving), at=draft.at, is_public=draft.is_public,
        parts=draft.parts, message_id=draft.message_id[:500],
    )  # fmt: skip


def _author(client: Organisation, draft: MessageDraft, *, by: By, at: datetime, moving: Import | None) -> Author:
    who = draft.author
    if who.is_staff:
        user = staff_at(who.address) if who.address else None
        return Author(user=user, name=who.name or who.address or "Agency", address=who.address)
    is_asker = draft.kind is MessageKind.INBOUND
    contact = _contact(client, who, by=by, at=at, moving=moving) if is_asker else None
    return of_contact(contact) if contact else Author(name=who.name or who.address or "Unknown", address=who.address)


def _contact(client: Organisation, who: Person, *, by: By, at: datetime, moving: Import | None) -> Contact | None:
    """The client's contact with this address, made where there is none; nobody is invited."""
    if not is_address(who.address) or len(who.address) > 254:
        return None
    found = Contact.objects.select_related("user").filter(client=client, email=who.address).first()
    if found is not None:
        return found
    name = one_line(who.name)[:120] or who.address[:120]
    made = clients.add_contact(client=client, name=name, email=who.address, by=by, at=at)
    _made_by(moving, made)
    return made


def _made_by(moving: Import | None, contact: Contact) -> None:
    if moving is not None:
        ImportedContact.objects.create(made_by=moving, client=contact.client, contact=contact)
