"""Logging a call that somebody of the agency takes."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import clients_for
from mainstay.clients.models import Website
from mainstay.clients.queries import terms_for
from mainstay.desk import actions, gates, rules
from mainstay.desk.facts import Channel
from mainstay.desk.models import Ticket
from mainstay.desk.web import forms


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """One screen for the whole call."""
    gates.require_staff(request.user, Permission.TICKET_OPEN)
    mine = clients_for(request.user, Permission.TICKET_OPEN).filter(is_active=True)
    websites = Website.objects.filter(client__in=mine, is_active=True).select_related("client")
    initial = {"client": request.GET.get("client", "")}
    form = forms.PhoneCall(request.POST or None, clients=mine, websites=websites, initial=initial)
    if request.method == "POST" and form.is_valid():
        ticket = _log(form, request, timezone.now())
        return kit.done(request, ticket.url, f"Call logged as {ticket.reference}.")
    return kit.page(request, "desk/console/new.html", form=form)


@transaction.atomic
def _log(form: forms.PhoneCall, request: HttpRequest, at: datetime) -> Ticket:
    """The ticket of the call, with what the caller was told as its first answer."""
    given = form.cleaned_data
    ticket = actions.open_ticket(
        client=given["client"],
        website=given["website"],
        subject=given["subject"],
        text=given["text"],
        channel=Channel.PHONE,
        audience=given["audience"],
        category=given["category"],
        priority=rules.priority_of(terms_for(given["client"], at), given["impact"], given["urgency"]),
        requester=form.contact,
        requester_name=given["caller"],
        requester_address=given["address"],
        by=request.user,
        at=at,
    )
    if given["answer"].strip():
        actions.reply(ticket=ticket, text=given["answer"], channel=Channel.PHONE, by=request.user, at=at)
    return ticket
