"""Which tickets a contact reads, where their client lets its people read no more than their own."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients.facts import Sees
from mainstay.clients.models import Contact, Organisation
from mainstay.desk.models import Message, Ticket


def seen_by(user: User) -> Q:
    """The condition on a ticket that `user` reads it, beside that of their client; always true for the agency's people.

    What was merged belongs together: who takes part in one of them reads all of them.
    """
    narrowed = [] if user.is_staff_member else list(_narrowed(user))
    if not narrowed:
        return Q()
    roots = _taking_part(user).annotate(root=Coalesce("merged_into_id", "pk")).values("root")
    return ~Q(client__in=narrowed) | Q(pk__in=roots) | Q(merged_into__in=roots)


def takes_part(contact: Contact, ticket: Ticket) -> bool:
    """Whether a contact asked for the ticket, or wrote on it or on what was merged into it."""
    asked = Q(requester=contact) | Q(requester__isnull=True, requester_address=contact.email)
    wrote = Q(pk__in=Message.objects.filter(contact=contact, is_participant=True).values("ticket"))
    family = Ticket.objects.filter(
        Q(pk=ticket.merged_into_id or ticket.pk) | Q(merged_into=ticket.merged_into_id or ticket.pk)
    )
    return family.filter(asked | wrote).exists()


def reads_all(contact: Contact) -> bool:
    """Whether a contact reads every ticket of their client."""
    return contact.client.sees == Sees.ALL or contact.role == Role.CLIENT_ADMINISTRATOR


def _narrowed(user: User) -> QuerySet[Organisation]:
    """The clients of which `user` reads no more than their own tickets, by their numbers."""
    mine = Contact.objects.with_access().filter(user=user).exclude(role=Role.CLIENT_ADMINISTRATOR)
    return Organisation.objects.filter(sees=Sees.OWN, pk__in=mine.values("client")).values_list("pk", flat=True)  # type: ignore[return-value]


def _taking_part(user: User) -> QuerySet[Ticket]:
    mine = Contact.objects.with_access().filter(user=user)
    asked = (
        Q(requester__in=mine)
        | Q(opened_by=user)
        | Q(requester__isnull=True, requester_address__in=mine.values("email"))
    )
    said = Message.objects.filter(Q(contact__in=mine) | Q(user=user), is_public=True, is_participant=True)
    return Ticket.objects.filter(asked | Q(pk__in=said.values("ticket")))
