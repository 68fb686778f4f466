"""Tickets in a client's portal."""

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.facts import Audience
from mainstay.clients.gates import client_for, may
from mainstay.clients.models import Contact, Organisation
from mainstay.desk import actions, gates, queries
from mainstay.desk.facts import Channel
from mainstay.desk.models import Ticket
from mainstay.desk.web import difficulties, forms
from mainstay.desk.web.console import rows

PAGE = 50


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The client's tickets: under way first by time left, or those that ended."""
    client = client_for(request.user, slug, Permission.TICKET_VIEW)
    shows_ended = request.GET.get("show") == "ended"
    states = ("resolved", "closed") if shows_ended else ("open", "waiting")
    found = queries.tickets().filter(client=client, state__in=states)
    page = Paginator(queries.by_time_left(found), PAGE).get_page(request.GET.get("page"))
    return kit.page(
        request,
        "desk/portal/tickets.html",
        client=client,
        page=page,
        rows=rows(list(page.object_list), timezone.now()),
        shows_ended=shows_ended,
        tabs=[
            {"label": "Under way", "url": "?", "is_current": not shows_ended},
            {"label": "Ended", "url": "?show=ended", "is_current": shows_ended},
        ],
        may_open=may(request.user, Permission.TICKET_OPEN, client),
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose what it is about, then a short form."""
    client = client_for(request.user, slug, Permission.TICKET_OPEN)
    contact = _contact(request, client)
    audience = contact.audience if contact else Audience.WEBSITE_USER
    difficulty = difficulties.chosen(audience, request.GET.get("about", ""))
    if difficulty is None:
        choices = difficulties.for_audience(audience)
        return kit.page(request, "desk/portal/choose.html", client=client, choices=choices, audience=audience)
    form = forms.NewTicket(
        request.POST or None,
        request.FILES or None,
        difficulty=difficulty,
        websites=client.websites.filter(is_active=True),
    )
    if request.method == "POST" and form.is_valid():
        ticket = _open(request, client, contact, difficulty, form, timezone.now())
        return kit.done(request, ticket.portal_url, f"Thank you. Your request is logged as {ticket.reference}.")
    return kit.page(request, "desk/portal/new.html", client=client, form=form, difficulty=difficulty)


@require_safe
def ticket(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One ticket, as the client reads it: never a note."""
    found = gates.portal_ticket_for(request.user, slug, reference, Permission.TICKET_VIEW)
    return _ticket_page(request, found, forms.PortalMessage())


@require_POST
def message(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Add to a ticket. On one that ended this opens it again, or after its time opens a new one."""
    found = gates.portal_ticket_for(request.user, slug, reference, Permission.TICKET_REPLY)
    form = forms.PortalMessage(request.POST, request.FILES)
    if not form.is_valid():
        return _ticket_page(request, found, form)
    written = actions.add_message(
        ticket=found,
        text=form.cleaned_data["text"],
        channel=Channel.PORTAL,
        parts=form.cleaned_data["files"],
        by=request.user,
        at=timezone.now(),
    )
    return kit.done(request, written.ticket.portal_url, _said(found, written.ticket))


def _said(before: Ticket, after: Ticket) -> str:
    if after.pk != before.pk:
        return f"{before.reference} ended too long ago: your message is a new request, {after.reference}."
    return "Your request is open again." if before.is_over else "Message sent."


def _ticket_page(request: HttpRequest, found: Ticket, form: forms.PortalMessage) -> HttpResponse:
    return kit.page(
        request,
        "desk/portal/ticket.html",
        client=found.client,
        ticket=found,
        story=queries.story(found, for_client=True),
        clocks=[each for each in queries.clocks(found, timezone.now()) if each.state != "cancelled"],
        form=form,
        form_title="Is it not solved?" if found.is_over else "Add a message",
        may_reply=may(request.user, Permission.TICKET_REPLY, found.client),
        status=422 if form.errors else 200,
    )


def _contact(request: HttpRequest, client: Organisation) -> Contact | None:
    """The contact that the reader is at this client; None for staff who look at the portal."""
    return client.contacts.filter(user=request.user, is_active=True).first()


def _open(
    request: HttpRequest,
    client: Organisation,
    contact: Contact | None,
    difficulty: difficulties.Difficulty,
    form: forms.NewTicket,
    at: datetime,
) -> Ticket:
    given = form.cleaned_data
    return actions.open_ticket(
        client=client,
        website=given["website"],
        subject=given["subject"],
        text=form.words,
        channel=Channel.PORTAL,
        audience=contact.audience if contact else Audience.WEBSITE_USER,
        category=difficulty.category,
        whole_page=given.get("whole_page", False),
        requester=contact,
        requester_name="" if contact else request.user.name,
        parts=given["files"],
        by=request.user,
        at=at,
    )
