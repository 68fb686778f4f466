"""Tickets in a client's portal."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.web import asked
from mainstay.clients.gates import client_for, may
from mainstay.clients.models import Organisation
from mainstay.common import keyset
from mainstay.desk import actions, gates, queries
from mainstay.desk.facts import Channel, Standing
from mainstay.desk.models import Ticket
from mainstay.desk.queries import search
from mainstay.desk.queries.agreed import hold_on
from mainstay.desk.queries.lists import SORTS
from mainstay.desk.rules import references_in
from mainstay.desk.web import forms
from mainstay.desk.web.escalation import Escalate, asking_context
from mainstay.desk.web.rows import rows, rows_found

PAGE = 50


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The client's tickets: under way first by time left, or those that ended, or those with the words in them."""
    client = client_for(request.user, slug, Permission.TICKET_VIEW)
    shows_ended, words, at = request.GET.get("show") == "ended", asked.words(request), timezone.now()
    shown = _with_words(request, client, words, at) if words else _listed(request, client, shows_ended, at)
    return kit.page(
        request,
        "desk/portal/tickets.html",
        client=client,
        **shown,
        words=words,
        query=urlencode({"q": words} if words else {"show": "ended"} if shows_ended else {}),
        shows_ended=shows_ended,
        tabs=[
            {"label": _("Under way"), "url": "?", "is_current": not shows_ended and not words},
            {"label": _("Ended"), "url": "?show=ended", "is_current": shows_ended and not words},
        ],
        may_open=may(request.user, Permission.TICKET_OPEN, client),
    )


def _listed(request: HttpRequest, client: Organisation, shows_ended: bool, at: datetime) -> dict[str, Any]:
    condition = {"standing": Standing.OVER} if shows_ended else {"standing__lte": Standing.RESTING}
    order = SORTS["moved" if shows_ended else "left"]
    found = gates.tickets_for(request.user).filter(client=client, **condition)
    page: keyset.Page[Ticket] = keyset.page(found, order, request.GET.get("page", ""), PAGE)
    return {"page": page, "rows": rows(page.rows, at)}


def _with_words(request: HttpRequest, client: Organisation, words: str, at: datetime) -> dict[str, Any]:
    if named := references_in(words):
        tickets = list(gates.tickets_for(request.user).filter(client=client, reference__in=named))
        return {"page": keyset.Page(), "rows": rows(tickets, at)}
    wanted = queries.Wanted(client=client.slug, words=words)
    sought = search.sought(wanted, client_id=client.pk, is_public=True)
    given: dict[str, Any] = {"user": request.user, "zone": timezone.get_current_timezone(), "at": at}
    among = gates.texts_for(request.user).filter(message__is_public=True)
    results = search.found(among, sought, wanted, request.GET.get("page", ""), PAGE, **given)
    page: keyset.Page[Ticket] = keyset.Page(following=results.following)
    return {"page": page, "rows": rows_found(results.found, at), "is_too_much": results.is_too_much}


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


@require_POST
def escalation(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The client takes the next step of the escalation procedure itself."""
    found = gates.portal_ticket_for(request.user, slug, reference, Permission.TICKET_REPLY)
    form = Escalate(request.POST)
    if form.is_valid():
        try:
            actions.ask(ticket=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except (actions.CannotEscalate, actions.TicketIsOver) as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, found.portal_url, "Escalated. Below you can read who was told.")
    return _ticket_page(request, found, forms.PortalMessage(), escalate_form=form)


def _said(before: Ticket, after: Ticket) -> str:
    if after.pk != before.pk:
        return _("%(before)s ended too long ago: your message is a new request, %(after)s.") % {
            "before": before.reference,
            "after": after.reference,
        }
    return _("Your request is open again.") if before.is_over else _("Message sent.")


def _ticket_page(
    request: HttpRequest, found: Ticket, form: forms.PortalMessage, escalate_form: Escalate | None = None
) -> HttpResponse:
    at = timezone.now()
    return kit.page(
        request,
        "desk/portal/ticket.html",
        client=found.client,
        ticket=found,
        story=queries.story(found, for_client=True),
        clocks=[each for each in queries.clocks(found, at) if each.state != "cancelled"],
        hold=hold_on(found, at),
        form=form,
        form_title=_("Is it not solved?") if found.is_over else _("Add a message"),
        may_reply=may(request.user, Permission.TICKET_REPLY, found.client),
        escalate_form=escalate_form or Escalate(),
        **asking_context(found, at),
        status=422 if form.errors or (escalate_form and escalate_form.errors) else 200,
    )
