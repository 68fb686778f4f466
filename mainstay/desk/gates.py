"""Who gets which ticket. Views get objects in no other way."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.clients import gates
from mainstay.clients.facts import Audience
from mainstay.clients.gates import Person
from mainstay.clients.models import Organisation
from mainstay.clients.queries import agency
from mainstay.desk.models import (
    Article,
    Attachment,
    Delivery,
    DeskAddress,
    EscalationStep,
    HelpPage,
    Import,
    Mailbox,
    Message,
    MessageText,
    RawMail,
    Recomputation,
    SavedView,
    Survey,
    Ticket,
    TicketBulk,
)
from mainstay.desk.queries import articles, help_pages, open_tickets, surveys, tickets
from mainstay.desk.queries.escalation import open_steps
from mainstay.desk.queries.seeing import seen_by

NEVER = 0


def ticket_for(user: Person, reference: str, permission: Permission) -> Ticket:
    """The ticket called `reference`.

    Raises:
        Http404: there is none, it is another client's, or one that `user` may not know of.
        PermissionDenied: `user` belongs to that client, without the right.
    """
    among = Ticket.objects.filter(seen_by(user)) if user.is_authenticated else Ticket.objects.all()
    pk = among.filter(reference=reference).values_list("pk", flat=True).first()
    return gates.child_for(tickets(), user, pk or NEVER, permission)


def portal_ticket_for(user: Person, slug: str, reference: str, permission: Permission) -> Ticket:
    """The ticket called `reference` of the client called `slug`: 404 when it is another's. Raises as above."""
    client = gates.client_for(user, slug, permission)
    ticket = tickets().filter(client=client, reference=reference).first()
    if ticket is None:
        raise Http404
    return _seen(user, ticket)


def tickets_for(user: Person) -> QuerySet[Ticket]:
    """Every ticket that `user` may read."""
    found = gates.scoped(tickets(), user, Permission.TICKET_VIEW)
    return found.filter(seen_by(user)) if user.is_authenticated else found


def open_tickets_for(user: Person, client: Organisation) -> QuerySet[Ticket]:
    """What is under way for a client and `user` may read, by time left."""
    found = open_tickets(client)
    return found.filter(seen_by(user)) if user.is_authenticated else found.none()


def _seen(user: Person, ticket: Ticket) -> Ticket:
    """The ticket; as if it were not there for a contact whose client lets them read no more than their own."""
    if user.is_authenticated and not Ticket.objects.filter(seen_by(user), pk=ticket.pk).exists():
        raise Http404
    return ticket


def texts_for(user: Person) -> QuerySet[MessageText]:
    """What full-text search knows, as far as `user` may read it: a client's contact finds nothing in a note."""
    if user.is_authenticated and user.is_staff_member:
        return (
            MessageText.objects.all()
            if gates.may_anywhere(user, Permission.TICKET_VIEW)
            else MessageText.objects.none()
        )
    clients = gates.clients_for(user, Permission.TICKET_VIEW).values("pk")
    found = MessageText.objects.filter(message__ticket__client__in=clients, message__is_public=True)
    if user.is_authenticated and (seen := seen_by(user)):
        return found.filter(message__ticket__in=Ticket.objects.filter(seen, client__in=clients))
    return found


def view_for(user: User, view_id: int) -> SavedView:
    """The view numbered `view_id`, for whoever keeps it, or all staff when it is shared.

    Raises:
        Http404: there is none, or it is somebody else's own.
    """
    found = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True), pk=view_id).first()
    if found is None:
        raise Http404
    return found


def bulk_for(bulk_id: int) -> TicketBulk:
    """The bulk change numbered `bulk_id`, for staff, who work on one queue together: `require_staff` goes before.

    Raises:
        Http404: there is none.
    """
    found = TicketBulk.objects.select_related("made_by", "undoes").filter(pk=bulk_id).first()
    if found is None:
        raise Http404
    return found


def steps_for(user: Person) -> QuerySet[EscalationStep]:
    """Every step of the escalation procedure that waits to be accepted and that `user` may read of."""
    return gates.scoped(open_steps(), user, Permission.TICKET_VIEW)


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
    rows = Attachment.objects.select_related("message__ticket", "file", "client")
    found: Attachment = gates.child_for(rows, user, attachment_id, Permission.TICKET_VIEW)
    if user.is_authenticated and user.is_staff_member:
        return found
    if not found.message.is_public:
        raise Http404
    _seen(user, found.message.ticket)
    return found


def laid_out_for(user: Person, message_id: int) -> Message:
    """A message that `user` may read and whose writer laid it out; a note is not there for a client's contact.

    Raises:
        Http404: there is none, it is plain text, or not for `user`.
        PermissionDenied: the right is missing.
    """
    rows = Message.objects.select_related("ticket", "client").exclude(html_clean="")
    found: Message = gates.child_for(rows, user, message_id, Permission.TICKET_VIEW)
    if not (user.is_authenticated and user.is_staff_member):
        if not found.is_public:
            raise Http404
        _seen(user, found.ticket)
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


def delivery_for(user: Person, delivery_id: int, permission: Permission) -> Delivery:
    """A letter that carries a message, for staff: `require_staff` goes before.

    Raises:
        Http404: there is none.
        PermissionDenied: the right is missing.
    """
    rows = Delivery.objects.select_related("message__ticket__client", "mail", "client")
    found: Delivery = gates.child_for(rows, user, delivery_id, permission)
    return found


def message_for(user: Person, message_id: int, permission: Permission) -> Message:
    """A message, for staff: `require_staff` goes before.

    Raises:
        Http404: there is none.
        PermissionDenied: the right is missing.
    """
    rows = Message.objects.select_related("ticket__client", "client")
    found: Message = gates.child_for(rows, user, message_id, permission)
    return found


def mailbox_for(user: Person, mailbox_id: int) -> Mailbox:
    """The mailbox numbered `mailbox_id`, for those who keep mailboxes.

    Raises:
        Http404: there is none.
        PermissionDenied: `user` does not work for the agency, or lacks the right.
    """
    rows = Mailbox.objects.select_related("address")
    found: Mailbox = gates.of_agency(rows, user, mailbox_id, Permission.MAILBOX_EDIT)
    return found


def mail_address_for(user: Person, address_id: int) -> DeskAddress:
    """The address of the desk numbered `address_id`, for those who keep mailboxes. Raises as `mailbox_for`."""
    rows = DeskAddress.objects.select_related("client")
    found: DeskAddress = gates.of_agency(rows, user, address_id, Permission.MAILBOX_EDIT)
    return found


def recomputation_for(user: Person, recomputation_id: int, permission: Permission) -> Recomputation:
    """A recomputation of the agency's, for staff with `permission` for whose tickets it counts.

    Raises:
        Http404: there is none.
        PermissionDenied: the right is missing.
    """
    found = Recomputation.objects.select_related("client", "asked_by", "confirmed_by").filter(pk=recomputation_id)
    act = found.first()
    if act is None:
        raise Http404
    if not gates.may(user, permission, act.client or agency()):
        raise PermissionDenied
    return act


def import_for(user: Person, import_id: int, permission: Permission) -> Import:
    """An import of the agency's, for staff with `permission`. Raises as `recomputation_for`."""
    found = Import.objects.select_related("client", "asked_by", "left_out").filter(pk=import_id).first()
    if found is None:
        raise Http404
    if not gates.may(user, permission, found.client or agency()):
        raise PermissionDenied
    return found


def article_for(article_id: int) -> Article:
    """The article numbered `article_id`, for staff, who may read every one: `require_staff` goes before.

    Raises:
        Http404: there is none.
    """
    found = articles.articles().filter(pk=article_id).first()
    if found is None:
        raise Http404
    return found


def portal_article_for(client: Organisation, audience: Audience | None, article_id: int) -> Article:
    """A published article that somebody of `client` may read, written for `audience` (None: staff).

    Raises:
        Http404: there is none, it is a draft, for the other kind of reader, or another client's.
    """
    found = articles.readable(client, audience).filter(pk=article_id).first()
    if found is None:
        raise Http404
    return found


def help_page_for(token: str) -> HelpPage:
    """The help page at an address: whoever holds the address may ask for help there.

    Raises:
        Http404: it was switched off, has another address now, or never was.
    """
    found = help_pages.open_pages().filter(token=token).first()
    if found is None:
        raise Http404
    return found


def own_help_page_for(user: Person, help_page_id: int) -> HelpPage:
    """A help page for whoever may renew it and switch it off. Raises as `ticket_for`."""
    rows = HelpPage.objects.select_related("client", "website")
    found: HelpPage = gates.child_for(rows, user, help_page_id, Permission.HELP_PAGE_EDIT)
    return found


def public_article_for(client: Organisation, article_id: int) -> Article:
    """An article that a help page of `client` offers to whoever stands before it.

    Raises:
        Http404: there is none, it is a draft, or for people who sign in.
    """
    found = articles.public(client).filter(pk=article_id).first()
    if found is None:
        raise Http404
    return found


def survey_for(token: str, at: datetime) -> Survey:
    """The survey that a signed link from a mail is for: whoever holds the link may answer it.

    Raises:
        Http404: the link is false, too old, or its ticket is gone.
    """
    found = surveys.survey_of(token, at)
    if found is None:
        raise Http404
    return found
