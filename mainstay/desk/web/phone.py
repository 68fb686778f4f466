"""Logging a call that somebody of the agency takes."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.web import asked
from mainstay.clients.actions import AlreadyContact, add_contact
from mainstay.clients.gates import clients_for, contact_for, require
from mainstay.clients.models import Website
from mainstay.clients.queries import callers as queries
from mainstay.clients.queries import terms_for
from mainstay.desk import actions, gates, rules
from mainstay.desk.facts import Channel
from mainstay.desk.models import Ticket
from mainstay.desk.web import forms

DIGITS_MAX = 18


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """One screen for the whole call."""
    gates.require_staff(request.user, Permission.TICKET_OPEN)
    mine = clients_for(request.user, Permission.TICKET_OPEN).filter(is_active=True)
    websites = Website.objects.filter(client__in=mine, is_active=True).select_related("client")
    form = forms.PhoneCall(request.POST or None, clients=mine, websites=websites, initial=_known(request))
    if request.method == "POST" and form.is_valid():
        try:
            ticket = _log(form, request, timezone.now())
        except AlreadyContact as problem:
            form.add_error("address", str(problem))
        else:
            return kit.done(request, ticket.url, f"Call logged as {ticket.reference}.")
    typed = asked.words(request)
    found = queries.callers(mine, typed) if typed else []
    return kit.page(request, "desk/console/new.html", form=form, callers=found, typed=typed)


@require_safe
def callers(request: HttpRequest) -> HttpResponse:
    """A part of the page: who may be calling, while somebody types."""
    gates.require_staff(request.user, Permission.TICKET_OPEN)
    mine, typed = clients_for(request.user, Permission.TICKET_OPEN), asked.words(request)
    return kit.part(request, "desk/console/_callers.html", callers=queries.callers(mine, typed), typed=typed)


def _known(request: HttpRequest) -> dict[str, Any]:
    """What the form begins with: the caller who was chosen (`?contact=`), or the client (`?client=`)."""
    chosen = request.GET.get("contact", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < DIGITS_MAX):
        return {"client": request.GET.get("client", "")}
    caller = contact_for(request.user, int(chosen), Permission.CONTACT_VIEW)
    return {
        "client": caller.client_id,
        "caller": caller.name,
        "address": caller.email,
        "phone": caller.phone,
        "audience": caller.audience,
    }


@transaction.atomic
def _log(form: forms.PhoneCall, request: HttpRequest, at: datetime) -> Ticket:
    """The ticket of the call, with what the caller was told as its first answer."""
    given = form.cleaned_data
    contact = form.contact
    if given["keep"] and contact is None:
        require(request.user, Permission.CONTACT_ADD)
        contact = add_contact(
            client=given["client"], name=given["caller"], email=given["address"], phone=given["phone"],
            audience=given["audience"], by=request.user, at=at,
        )  # fmt: skip
    ticket = actions.open_ticket(
        client=given["client"],
        website=given["website"],
        subject=given["subject"],
        text=given["text"],
        channel=Channel.PHONE,
        audience=given["audience"],
        category=given["category"],
        priority=rules.priority_of(terms_for(given["client"], at), given["impact"], given["urgency"]),
        requester=contact,
        requester_name=given["caller"],
        requester_address=given["address"],
        requester_phone=given["phone"],
        by=request.user,
        at=at,
    )
    if given["answer"].strip():
        actions.reply(ticket=ticket, text=given["answer"], channel=Channel.PHONE, by=request.user, at=at)
    if given["minutes"]:
        actions.spend_time(ticket=ticket, minutes=given["minutes"], by=request.user, at=at)
    return ticket
