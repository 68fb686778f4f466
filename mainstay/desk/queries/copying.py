"""Who takes part in a ticket beside whoever asked, and so gets a copy of its answers."""

from mainstay.access.models import User
from mainstay.clients.models import Contact
from mainstay.desk.facts import MessageKind
from mainstay.desk.letters.headers import is_address
from mainstay.desk.models import Message, Ticket
from mainstay.desk.queries.addresses import is_own
from mainstay.desk.queries.family import family

COPIES_MAX = 20
"""Copies of one answer: whoever writes to more people writes a circular."""


def takers(ticket: Ticket) -> list[str]:
    """The addresses that get a copy of an answer: those who wrote on the ticket by mail and of whom nothing speaks
    against it, and who asked for what was merged into it; oldest first, at most `COPIES_MAX`.

    Left out are whoever the answer goes to anyway, staff, our own addresses, those who left the client, and another
    client's people.
    """
    wrote = Message.objects.filter(
        ticket__in=family(ticket), kind=MessageKind.INBOUND, is_public=True, is_participant=True, is_doubted=False,
    )  # fmt: skip
    said = wrote.exclude(author_address="").order_by("pk").values_list("author_address", flat=True)[:500]
    merged = Ticket.objects.filter(merged_into=ticket).select_related("requester").order_by("pk")[:COPIES_MAX]
    found = dict.fromkeys(each.lower() for each in (*said, *(each.answer_address for each in merged)) if each)
    found.pop(ticket.answer_address.lower(), None)
    return [each for each in found if each not in _barred(ticket, found) and _can_be_sent_to(each)][:COPIES_MAX]


def _barred(ticket: Ticket, addresses: dict[str, None]) -> set[str]:
    staff = User.objects.exclude(agency_role="").filter(email__in=addresses).values_list("email", flat=True)
    known = list(Contact.objects.filter(email__in=addresses).values_list("email", "client_id", "is_active"))
    theirs = {email for email, client_id, is_active in known if client_id == ticket.client_id and is_active}
    return {*staff, *({email for email, _, _ in known} - theirs)}


def _can_be_sent_to(address: str) -> bool:
    return is_address(address) and not is_own(address)
