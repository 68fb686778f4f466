"""What composed pages add to a client's page and to an outage's in the console."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients.models import Organisation
from mainstay.desk import gates as desk_gates
from mainstay.desk import queries as desk
from mainstay.faces import queries
from mainstay.watch.models import Outage

TICKETS_SHOWN = 5
WEBSITES_SHOWN = 20


def ticket_of_outage(request: HttpRequest, outage: Outage) -> SafeString | None:
    """The ticket that the outage opened, for those who may see it."""
    ticket = desk.ticket_of_outage(outage.first_id)
    if ticket is None or not desk_gates.tickets_for(request.user).filter(pk=ticket.pk).exists():
        return None
    context = {"row": queries.ticket_rows([ticket], timezone.now())[0]}
    return SafeString(render_to_string("faces/console/_outage_ticket.html", context, request=request))  # nosec B703 # our own template escapes


def standing(request: HttpRequest, client: Organisation) -> SafeString | None:
    """How a client stands now: its promises, its websites with what is left of their hours, its open tickets."""
    if not gates.may(request.user, Permission.CLIENT_VIEW, client):
        return None
    now = timezone.now()
    websites = client.websites.filter(is_active=True).select_related("client").order_by("name")[:WEBSITES_SHOWN]
    tickets = desk.by_time_left(desk.open_tickets(client))[:TICKETS_SHOWN]
    context = {
        "client": client,
        "may_add": gates.may(request.user, Permission.WEBSITE_EDIT, client)
        and gates.may(request.user, Permission.MONITOR_EDIT, client),
        "row": queries.client_rows([client], now)[0],
        "websites": queries.website_rows(websites, now),
        "tickets": queries.ticket_rows(tickets, now),
    }
    return SafeString(render_to_string("faces/console/_client.html", context, request=request))  # nosec B703 # our own template escapes
