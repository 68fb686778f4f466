"""Forms on a ticket's page: whose it is, how urgent, waiting, closing, re-opening, which client's."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import clients_for
from mainstay.desk import actions, gates
from mainstay.desk.models import Ticket
from mainstay.desk.web import forms
from mainstay.desk.web.console import ticket_page

REFUSALS = (actions.TicketIsOver, actions.ReasonNeeded, actions.WrongClient, actions.AnswerNeeded)


@require_POST
def assignment(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the ticket to somebody, or back to the queue."""
    found, form = _ticket(request, reference), forms.Assignment(request.POST)
    return _carry_out(request, found, "assignment_form", form, actions.assign, "Assignment changed.")


@require_POST
def priority(request: HttpRequest, reference: str) -> HttpResponse:
    """Judge impact and urgency anew."""
    found, form = _ticket(request, reference), forms.Priority(request.POST)
    return _carry_out(request, found, "priority_form", form, actions.set_priority, "Priority changed.")


@require_POST
def waiting(request: HttpRequest, reference: str) -> HttpResponse:
    """Wait for the client, or go on when it was waiting."""
    found = _ticket(request, reference)
    action, said = actions.wait_for_client, "The ticket waits for the client; its resolution clock stands."
    if found.waiting_at:
        action, said = actions.resume, "The ticket goes on; its resolution clock runs again."
    return _carry_out(request, found, "waiting_form", Form(request.POST), action, said)


@require_POST
def closing(request: HttpRequest, reference: str) -> HttpResponse:
    """Close the ticket for good."""
    found, form = _ticket(request, reference), forms.Closing(request.POST)
    return _carry_out(request, found, "closing_form", form, actions.close, "Ticket closed.")


@require_POST
def reopening(request: HttpRequest, reference: str) -> HttpResponse:
    """Let an ended ticket go on."""
    found = _ticket(request, reference)
    return _carry_out(request, found, "reopening_form", Form(request.POST), actions.reopen, "The ticket goes on.")


@require_POST
def client(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a ticket of an unknown sender to the client it belongs to."""
    found = _ticket(request, reference)
    mine = clients_for(request.user, Permission.TICKET_EDIT).filter(kind="client")
    form = forms.ClientChoice(request.POST, clients=mine)
    return _carry_out(request, found, "client_form", form, actions.move, "Ticket given to the client.")


def _ticket(request: HttpRequest, reference: str) -> Ticket:
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    return gates.ticket_for(request.user, reference, Permission.TICKET_EDIT)


def _carry_out(
    request: HttpRequest, found: Ticket, name: str, form: Form, action: Callable[..., Any], said: str
) -> HttpResponse:
    """Take the action with what the form holds; what stands in its way is said beside the form."""
    if form.is_valid():
        try:
            action(ticket=found, **form.cleaned_data, by=request.user, at=timezone.now())
        except REFUSALS as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, found.url, said)
    return ticket_page(request, found, **{name: form})
