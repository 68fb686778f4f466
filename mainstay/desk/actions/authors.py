"""Who said something, as a message keeps it."""

from dataclasses import dataclass
from typing import Any

from mainstay.access.models import User
from mainstay.clients.models import Contact
from mainstay.common.facts import Process
from mainstay.desk.models import Ticket

By = User | Process
DESK = Process("desk")


@dataclass(frozen=True, kw_only=True)
class Author:
    """The author of a message: staff, a contact, or a name and an address that nobody has confirmed.

    `is_doubted`: the mail server could not confirm that the mail is from that address.
    """

    user: User | None = None
    contact: Contact | None = None
    name: str = ""
    address: str = ""
    is_participant: bool = True
    is_doubted: bool = False

    def fields(self) -> dict[str, Any]:
        """What of it goes into the message's row."""
        return {
            "user": self.user,
            "contact": self.contact,
            "author_name": self.name[:200],
            "author_address": self.address[:254],
            "is_participant": self.is_participant,
            "is_doubted": self.is_doubted,
        }


def of(by: By) -> Author:
    """The author that `by` is: a member of staff or contact by name, a process as Mainstay itself."""
    if isinstance(by, User):
        return Author(user=by, name=by.name, address=by.email)
    return Author(name="Mainstay")


def of_contact(contact: Contact) -> Author:
    """The author that a contact is."""
    return Author(contact=contact, user=contact.user, name=contact.name, address=contact.email)


def at_client(ticket: Ticket, by: By) -> Author:
    """Whoever wrote for the client: the contact that `by` is there, or, for a process, whoever asked."""
    if not isinstance(by, User):
        return requester_of(ticket)
    contact = Contact.objects.filter(client=ticket.client, user=by).first()
    return of_contact(contact) if contact else of(by)


def requester_of(ticket: Ticket) -> Author:
    """Whoever asked for the ticket, as the author of its first message."""
    if ticket.requester:
        return of_contact(ticket.requester)
    return Author(name=ticket.asked_by, address=ticket.requester_address)


def person(by: By) -> User | None:
    """`by` where it is somebody with an account."""
    return by if isinstance(by, User) else None


def is_staff(by: By) -> bool:
    """Whether a person of the agency acts."""
    return isinstance(by, User) and by.is_staff_member
