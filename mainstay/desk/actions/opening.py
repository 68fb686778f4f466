"""Logging a call: every ticket begins here, whatever the channel."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.clients import queries as clients
from mainstay.clients.facts import Audience
from mainstay.clients.models import Contact, Organisation, Website
from mainstay.common import facts
from mainstay.desk import rules
from mainstay.desk.actions import clocks, posting, references, story
from mainstay.desk.actions.authors import Author, By, of, person, requester_of
from mainstay.desk.actions.errors import WrongClient
from mainstay.desk.facts import Category, Channel, MessageKind, TicketOpened
from mainstay.desk.letters.headers import one_line
from mainstay.desk.letters.parsed import Part
from mainstay.desk.models import DeskAddress, RawMail, ReferenceCounter, Ticket
from mainstay.desk.queries import timing
from mainstay.desk.queries.procedures import version_at
from mainstay.policy.clocks import Kind


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The mail that a ticket or message came by, where it came by one."""

    raw: RawMail | None = None
    message_id: str = ""
    in_reply_to: str = ""
    full_text: str = ""
    html_clean: str = ""
    parts: tuple[Part, ...] = field(default=())

    def fields(self) -> dict[str, Any]:
        """What of it goes into the message's row."""
        return {
            "raw": self.raw,
            "message_id": self.message_id[:500],
            "in_reply_to": self.in_reply_to[:500],
            "full_text": self.full_text,
            "html_clean": self.html_clean,
        }


@transaction.atomic
def open_ticket(
    *,
    client: Organisation,
    subject: str,
    text: str,
    channel: Channel | str,
    audience: Audience | str,
    by: By,
    at: datetime,
    priority: int | None = None,
    category: Category | str = Category.OTHER,
    whole_page: bool = False,
    website: Website | None = None,
    requester: Contact | None = None,
    requester_name: str = "",
    requester_address: str = "",
    requester_phone: str = "",
    came_to: DeskAddress | None = None,
    language: str = "",
    outage_id: int | None = None,
    previous: Ticket | None = None,
    needs_hand: bool = False,
    key: str = "",
    acknowledges: bool = True,
    author: Author | None = None,
    origin: Origin | None = None,
    parts: Iterable[Part] = (),
    is_held: bool = False,
    counter: ReferenceCounter | None = None,
) -> Ticket:
    """Log a call under a new reference and start its clocks; the same `key` opens one ticket only.

    Args:
        priority: 1 to 4; without it what the category usually has. An attack has never less than that.
        whole_page: for viewability: nothing of the page can be seen.
        language: in which somebody who is no contact asked, where it is known.
        requester_phone: the number at which whoever asked can be called back.
        came_to: the address of the desk that it was written to: answers come back to it.
        needs_hand: somebody must look at where it belongs, as with an unknown sender.
        acknowledges: whoever asked is told that the call is logged.
        author: who wrote the first entry, where that is not whoever the ticket is for.
        origin: the mail it came by.
        is_held: the client does not read the first entry until staff releases it.
        counter: gives the reference, where the caller has locked it already.

    Raises:
        WrongClient: the website or the requester is another client's.
    """
    counter = counter or references.lock_counter(clients.agency(), at)
    if key and (found := Ticket.objects.filter(key=key).first()):
        return found
    _check_same_client(client, website, requester)
    agreement = clients.agreement_for(client, at)
    terms = timing.Yardsticks().terms(agreement)
    judged = priority or rules.usual_priority(terms, Category(category), whole_page=whole_page)
    judged = rules.at_least(terms, Category(category), judged)
    impact, urgency = rules.grade_of(judged)
    ticket = Ticket.objects.create(
        client=client,
        agreement=agreement,
        procedure=version_at(at),
        website=website,
        outage_id=outage_id,
        previous=previous,
        reference=references.take(counter),
        key=key or None,
        subject=one_line(subject)[:250] or "(no subject)",
        audience=Audience(audience),
        channel=Channel(channel),
        category=Category(category),
        impact=impact,
        urgency=urgency,
        priority=judged,
        needs_hand=needs_hand,
        requester=requester,
        requester_name=one_line(requester_name)[:200],
        requester_phone=one_line(requester_phone)[:40],
        came_to=came_to,
        requester_address=(requester.email if requester else requester_address).lower()[:254],
        language=language,
        opened_at=at,
        opened_by=person(by),
        updated_at=at,
    )
    origin = origin or Origin(parts=tuple(parts))
    _begin(ticket, text=text, author=author, is_public=not is_held, by=by, at=at, origin=origin)
    if acknowledges and ticket.channel != Channel.WATCH:
        posting.acknowledge(ticket, at=at)
    return ticket


def _begin(
    ticket: Ticket, *, text: str, author: Author | None, is_public: bool, by: By, at: datetime, origin: Origin
) -> None:
    """The first entry, the clocks, and the fact."""
    kind, usual = _first_entry(ticket, by)
    story.write(
        ticket, kind=kind, channel=Channel(ticket.channel), text=text, author=author or usual, at=at,
        is_public=is_public, parts=origin.parts, code="opened" if kind is MessageKind.EVENT else "", **origin.fields(),
    )  # fmt: skip
    clocks.start(ticket, Kind.FIRST_RESPONSE, Kind.RESOLUTION, at=at, cause="opened")
    facts.record(_opened(ticket), by=by, at=at, client=ticket.client)


def _first_entry(ticket: Ticket, by: By) -> tuple[MessageKind, Author]:
    """Mainstay's own tickets begin with an event; all others with what somebody asked."""
    if ticket.channel == Channel.WATCH:
        return MessageKind.EVENT, of(by)
    return MessageKind.INBOUND, requester_of(ticket)


def _opened(ticket: Ticket) -> TicketOpened:
    return TicketOpened(
        ticket_id=ticket.pk,
        reference=ticket.reference,
        channel=ticket.channel,
        audience=ticket.audience,
        category=ticket.category,
        priority=ticket.priority,
        opened_at=ticket.opened_at.isoformat(),
        website_id=ticket.website_id,
        outage_id=ticket.outage_id,
        previous_id=ticket.previous_id,
    )


def _check_same_client(client: Organisation, website: Website | None, requester: Contact | None) -> None:
    for thing in (website, requester):
        if thing is not None and thing.client_id != client.pk:
            raise WrongClient(f"{thing} belongs to another client than {client}.")
