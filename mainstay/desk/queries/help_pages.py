"""Help pages: which are open, and whom an unknown sender on one may be."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from mainstay.clients.models import Contact, Organisation, Website
from mainstay.desk.facts import Channel, MessageKind
from mainstay.desk.models import HelpPage, Ticket

WEBSITES_MAX = 100


@dataclass(frozen=True)
class Place:
    """Where a help page can be: one website, or (`website` None) all of a client's. `page` is the open one."""

    website: Website | None
    page: HelpPage | None


@dataclass(frozen=True)
class Stranger:
    """Who asked on a help page, as far as anybody knows. `contact`: a known person who has the address given."""

    contact: Contact | None


def open_pages() -> QuerySet[HelpPage]:
    """Pages that answer: neither ended, nor of a client or website that is no longer looked after."""
    looked_after = Q(website__isnull=True) | Q(website__is_active=True)
    found = HelpPage.objects.select_related("client", "website")
    return found.filter(looked_after, ended_at=None, client__is_active=True)


def places_of(client: Organisation) -> list[Place]:
    """Every place of a client that can have a help page, all its websites together first; two queries."""
    found = {each.website_id: each for each in HelpPage.objects.filter(client=client, ended_at=None)}
    for page in found.values():
        page.client = client
    websites = client.websites.filter(is_active=True).order_by("name", "pk")[:WEBSITES_MAX]
    return [Place(None, found.get(None)), *(Place(each, found.get(each.pk)) for each in websites)]


def stranger_on(ticket: Ticket) -> Stranger | None:
    """Who asked on a help page and has not yet answered a mail from us: nobody has confirmed the address until then."""
    if ticket.channel != Channel.WEBSITE or ticket.requester_id is not None:
        return None
    said = ticket.messages.filter(kind=MessageKind.INBOUND, channel=Channel.MAIL)
    if said.filter(author_address=ticket.requester_address).exists():
        return None
    known = Contact.objects.filter(client=ticket.client, email=ticket.requester_address, is_active=True)
    return Stranger(known.first())
