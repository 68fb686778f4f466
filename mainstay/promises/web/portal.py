"""The promise board in a client's portal."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.promises.web import evidence


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The policy, clause by clause, each with its live verdict."""
    client = gates.client_for(request.user, slug, Permission.PROMISE_VIEW)
    shown = evidence.board_page(client, timezone.now(), lambda each: reverse("portal-promise", args=[slug, each]))
    return kit.page(request, "promises/portal_board.html", **shown)


@require_safe
def clause(request: HttpRequest, slug: str, clause: str) -> HttpResponse:
    """One promise: its rule, how it stands, how it went, and where its facts are."""
    client = gates.client_for(request.user, slug, Permission.PROMISE_VIEW)
    shown = evidence.clause_page(client, clause, timezone.now())
    return kit.page(request, "promises/portal_clause.html", facts_url=evidence.in_portal(clause, slug), **shown)
