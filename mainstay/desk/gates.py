"""Who gets which ticket. Views get objects in no other way."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients.gates import Person
from mainstay.clients.queries import agency
from mainstay.desk.models import Attachment, RawMail, Ticket
from mainstay.desk.queries import tickets

NEVER = 0


def ticket_for(user: Person, reference: str, permission: Permission) -> Ticket:
    """The ticket called `reference`.

    Raises:
        Http404: there is none, or it is another client's.
        PermissionDenied: `user` belongs to that client, without the right.
    """
    pk = tickets().filter(reference=reference).values_list("pk", flat=True).first()
    return gates.child_for(tickets(), user, pk or NEVER, permission)


def portal_ticket_for(user: Person, slug: str, reference: str, permission: Permission) -> Ticket:
    """The ticket called `reference` of the client called `slug`: 404 when it is another's. Raises as above."""
    client = gates.client_for(user, slug, permission)
    ticket = tickets().filter(client=client, reference=reference).first()
    if ticket is None:
        raise Http404
    return ticket


def tickets_for(user: Person) -> QuerySet[Ticket]:
    """Every ticket that `user` may read."""
    return gates.scoped(tickets(), user, Permission.TICKET_VIEW)


def require_staff(user: Person, permission: Permission) -> None:
    """Refuse whoever is no member of staff with `permission`.

    Raises:
        PermissionDenied: it is a client's contact, or the right is missing.
    """
    if not (user.is_authenticated and user.is_staff_member):
        raise PermissionDenied
    gates.require(user, permission)


def attachment_for(user: Person, attachment_id: int) -> Attachment:
    """A file of a message that `user` may read; one of a note is as if it were not there for a client's contact."""
    rows = Attachment.objects.select_related("message", "file", "client")
    found: Attachment = gates.child_for(rows, user, attachment_id, Permission.TICKET_VIEW)
    if not found.message.is_public and not (user.is_authenticated and user.is_staff_member):
        raise Http404
    return found


def mail_for(user: Person, raw_id: int, permission: Permission) -> RawMail:
    """A mail as it came: for staff alone, since it may hold what is no client's business.

    Raises:
        Http404: there is none, or `user` is a client's contact.
        PermissionDenied: the right is missing.
    """
    raw = RawMail.objects.select_related("ticket__client", "client").filter(pk=raw_id).first()
    if raw is None or not (user.is_authenticated and user.is_staff_member):
        raise Http404
    if not gates.may(user, permission, raw.client or agency()):
        raise PermissionDenied
    return raw
