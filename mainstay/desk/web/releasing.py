"""Messages that were held back from the client, in the console."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.desk import actions, gates


@require_POST
def release(request: HttpRequest, message_id: int) -> HttpResponse:
    """Let the client read it."""
    gates.require_staff(request.user, Permission.TICKET_REPLY)
    found = gates.message_for(request.user, message_id, Permission.TICKET_REPLY)
    try:
        actions.release(message=found, by=request.user, at=timezone.now())
    except actions.NothingHeld as problem:
        return kit.not_done(request, found.ticket.url, str(problem))
    return kit.done(request, found.ticket.url, "Released. The client reads the message now.")
