"""The promise board in a client's portal."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.promises import queries
from mainstay.promises.web import cards

_PAGES = {
    "portal-tickets": cards.TICKETS,
    "portal-home": cards.WEBSITES,
    "portal-people": cards.PEOPLE,
    "portal-reports": cards.REPORTS,
}


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The policy, clause by clause, each with its live verdict."""
    client = gates.client_for(request.user, slug, Permission.PROMISE_VIEW)
    now = timezone.now()
    found = queries.boards([client], now)[client.pk]
    return kit.page(
        request,
        "promises/portal_board.html",
        client=client,
        sections=cards.sections(found, lambda clause: _evidence(clause, slug)),
        answer=cards.answer(found),
        now=now,
    )


def _evidence(clause: str, slug: str) -> str:
    return next((reverse(name, args=[slug]) for name, clauses in _PAGES.items() if clause in clauses), "")
