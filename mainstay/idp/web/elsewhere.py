"""Where somebody can sign in with their account, and has."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.idp import actions, gates, queries


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Websites and tools that let the person in, as what, and when they were there last."""
    return kit.page(request, "idp/elsewhere.html", listed=queries.parties_for(request.user, timezone.now()))


@require_POST
def signing_out(request: HttpRequest, party_id: int) -> HttpResponse:
    """End what one has at one of them, on every device."""
    visit = gates.own_visit_for(request.user, party_id)
    actions.put_out_at(visit=visit, by=request.user, at=timezone.now())
    return kit.done(request, reverse("account-elsewhere"), _("You are signed out of %(name)s.") % {"name": visit.party})
