"""Letters that did not arrive, in the console: sent again, or left so."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.desk import gates
from mainstay.desk.actions import delivering as actions


@require_POST
def sending(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send it again."""
    gates.require_staff(request.user, Permission.TICKET_REPLY)
    found = gates.delivery_for(request.user, delivery_id, Permission.TICKET_REPLY)
    ticket = found.message.ticket
    try:
        again = actions.send_again(delivery=found, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except actions.NothingToSend as problem:
        return kit.not_done(request, ticket.url, str(problem))
    return kit.done(request, ticket.url, f"The letter is on its way to {again.mail.recipient} again.")


@require_POST
def leaving(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Nothing is to be done about it."""
    gates.require_staff(request.user, Permission.TICKET_REPLY)
    found = gates.delivery_for(request.user, delivery_id, Permission.TICKET_REPLY)
    actions.leave(delivery=found, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return kit.done(request, found.message.ticket.url, "Left as it is. The letter still shows that it did not arrive.")
