"""Promises in the console: all clients at once, one client's board, and one promise."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.promises import queries
from mainstay.promises.policy_text import policy_text
from mainstay.promises.web import evidence

PAGE_SIZE = 50


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every client against every clause, as they were judged last; only those at risk, or by one clause."""
    gates.require(request.user, Permission.CONSOLE_USE)
    clauses = policy_text().clauses
    clause = request.GET.get("clause", "") if request.GET.get("clause") in clauses else ""
    only_grave = request.GET.get("only") == "grave"
    allowed = gates.clients_for(request.user, Permission.PROMISE_VIEW).filter(is_active=True)
    shown = queries.standing(allowed, only_grave=only_grave, clause=clause)
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = queries.rows(list(page.object_list), clause)
    asked = {"clause": clause, "only": "grave" if only_grave else ""}
    return kit.page(
        request,
        "promises/overview.html",
        page=page,
        rows=rows,
        clauses=list(clauses.values()),
        clause=clauses.get(clause),
        only_grave=only_grave,
        query=urlencode({name: value for name, value in asked.items() if value}),
        judged_at=min((row.judged_at for row in rows if row.judged_at), default=None),
    )


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """One client's board, as the client sees it."""
    gates.require(request.user, Permission.CONSOLE_USE)
    client = gates.client_for(request.user, slug, Permission.PROMISE_VIEW)
    shown = evidence.board_page(client, timezone.now(), lambda each: reverse("console-promise", args=[slug, each]))
    return kit.page(request, "promises/console_board.html", **shown)


@require_safe
def clause(request: HttpRequest, slug: str, clause: str) -> HttpResponse:
    """One promise to one client: its rule, how it stands, how it went, and where its facts are."""
    gates.require(request.user, Permission.CONSOLE_USE)
    client = gates.client_for(request.user, slug, Permission.PROMISE_VIEW)
    shown = evidence.clause_page(client, clause, timezone.now())
    return kit.page(request, "promises/console_clause.html", facts_url=evidence.in_console(clause, client), **shown)
