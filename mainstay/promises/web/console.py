"""Promises in the console: all clients at once, and one client's board."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients.models import Organisation
from mainstay.policy.promises import Verdict
from mainstay.promises import queries
from mainstay.promises.policy_text import policy_text
from mainstay.promises.web import cards

PAGE_SIZE = 50
GRAVE = (Verdict.BROKEN, Verdict.AT_RISK)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every client against every clause."""
    gates.require(request.user, Permission.CONSOLE_USE)
    allowed = gates.clients_for(request.user, Permission.PROMISE_VIEW).filter(is_active=True)
    page = Paginator(allowed.order_by("name", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    boards = queries.boards(page.object_list, now)
    rows = [_row(boards[client.pk]) for client in page.object_list]
    clauses = list(policy_text().clauses.values())
    return kit.page(request, "promises/overview.html", page=page, rows=rows, clauses=clauses, now=now)


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """One client's board, as the client sees it."""
    gates.require(request.user, Permission.CONSOLE_USE)
    client = gates.client_for(request.user, slug, Permission.PROMISE_VIEW)
    now = timezone.now()
    found = queries.boards([client], now)[client.pk]
    return kit.page(
        request,
        "promises/console_board.html",
        client=client,
        sections=cards.sections(found, lambda clause: _evidence(clause, client)),
        answer=cards.answer(found),
        now=now,
    )


def _row(board: queries.Board) -> dict[str, object]:
    return {
        "client": board.client,
        "promises": board.promises,
        "grave": sum(board.count(verdict) for verdict in GRAVE),
    }


def _evidence(clause: str, client: Organisation) -> str:
    if clause in cards.TICKETS:
        return reverse("console-desk")
    if clause in cards.REPORTS:
        return reverse("console-reports")
    return client.url if clause in cards.WEBSITES | cards.PEOPLE else ""
