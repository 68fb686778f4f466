"""The first address: it leads people to their face."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates


@login_required
@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """Staff go to the console; a client's people to their portal, and choose where they belong to several.

    Who has no access yet asks for it.
    """
    if request.user.is_staff_member:
        return redirect("console-home")
    clients = list(gates.clients_for(request.user, Permission.CLIENT_VIEW)[:50])
    if len(clients) == 1:
        return redirect("portal-home", clients[0].slug)
    if not clients:
        return redirect("ask-access")
    return kit.page(request, "faces/choose.html", clients=clients)
