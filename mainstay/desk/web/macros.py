"""Using a saved answer on a ticket, and taking back what it set there."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.desk import gates
from mainstay.desk.actions import TicketIsOver
from mainstay.desk.actions import saved as actions
from mainstay.desk.web import forms
from mainstay.desk.web.console import ticket_page
from mainstay.desk.web.saved import UNDO, inserted, saved_for


@require_POST
def use(request: HttpRequest, reference: str) -> HttpResponse:
    """Set what the chosen answer sets, and show the answer form filled in, below what was typed already.

    A script that asks for JSON gets the words alone, to put them where the cursor stands.
    """
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    ticket, at = gates.ticket_for(request.user, reference, Permission.TICKET_EDIT), timezone.now()
    found = saved_for(request.user, request.POST.get("saved", ""))
    if found is None:
        return kit.done(request, ticket.url, "Choose a saved answer first.")
    words_alone = request.headers.get("Accept") == "application/json"
    if found.sets_something and not words_alone:
        try:
            undo = actions.use_macro(ticket=ticket, saved=found, by=request.user, at=at)
        except TicketIsOver as problem:
            return kit.not_done(request, ticket.url, str(problem))
        request.session[UNDO] = {"reference": ticket.reference, **undo}
        ticket = gates.ticket_for(request.user, reference, Permission.TICKET_EDIT)
    typed = "" if words_alone else request.POST.get("text", "")
    filled = inserted(ticket, found, typed, me=request.user, at=at)
    if words_alone:
        return JsonResponse(filled)
    kept = {"then": request.POST.get("then", "open"), **filled}
    return ticket_page(request, ticket, reply_form=forms.Reply(initial=kept))


@require_POST
def undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back what the last saved answer set on this ticket."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    ticket = gates.ticket_for(request.user, reference, Permission.TICKET_EDIT)
    kept = request.session.get(UNDO)
    if not kept or kept["reference"] != ticket.reference:
        return kit.done(request, ticket.url, "There is nothing to take back here.")
    del request.session[UNDO]
    before, after = kept["before"], kept["after"]
    try:
        actions.undo_macro(ticket=ticket, before=before, after=after, by=request.user, at=timezone.now())
    except (actions.ChangedSince, TicketIsOver) as problem:
        return kit.not_done(request, ticket.url, str(problem))
    return kit.done(request, ticket.url, "Taken back: the ticket is as it was.")
