"""The portal's composed pages: home, websites, one website."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients.queries import coming_windows
from mainstay.desk import gates as desk_gates
from mainstay.faces import answers, queries
from mainstay.promises import queries as promises
from mainstay.promises.web import cards
from mainstay.watch import queries as watch
from mainstay.watch.web import times
from mainstay.watch.web.panels import website as watch_panels

WEBSITES_SHOWN = 50
TICKETS_SHOWN = 10
WINDOWS_SHOWN = 5


@login_required
@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    """One answer first, then the promises, the hours left, and what is open."""
    client = gates.client_for(request.user, slug, Permission.CLIENT_VIEW)
    now = timezone.now()
    websites = client.websites.filter(is_active=True).select_related("client")[:WEBSITES_SHOWN]
    rows = queries.website_rows(websites, now)
    board = promises.boards([client], now)[client.pk]
    is_part = bool(request.headers.get("HX-Request"))
    show, template = (kit.part, "faces/portal/_home.html") if is_part else (kit.page, "faces/portal/home.html")
    return show(
        request,
        template,
        client=client,
        may=gates.permissions_named(request.user, client),
        answer=answers.answer(board, rows),
        exclusions_waiting=watch.exclusions_waiting(client),
        websites=rows,
        promises=cards.listed(board),
        tickets=queries.ticket_rows(desk_gates.open_tickets_for(request.user, client)[:TICKETS_SHOWN], now),
        windows=coming_windows(client, now, WINDOWS_SHOWN),
    )


@login_required
@require_safe
def websites(request: HttpRequest, slug: str) -> HttpResponse:
    """The client's websites, how they stand and what is left of their year."""
    client = gates.client_for(request.user, slug, Permission.WEBSITE_VIEW)
    found = client.websites.filter(is_active=True).select_related("client")[:WEBSITES_SHOWN]
    rows = queries.website_rows(found, timezone.now())
    return kit.page(request, "faces/portal/websites.html", client=client, rows=rows)


@login_required
@require_safe
def website(request: HttpRequest, slug: str, website_id: int) -> HttpResponse:
    """One website: its year, its response times and its outages."""
    client = gates.client_for(request.user, slug, Permission.WEBSITE_VIEW)
    shown = gates.website_for(request.user, website_id, Permission.WEBSITE_VIEW)
    if shown.client_id != client.pk:
        raise Http404
    now = timezone.now()
    watched = watch_panels(shown, now, client=True)
    return kit.page(
        request,
        "faces/portal/website.html",
        client=client,
        may=gates.permissions_named(request.user, client),
        tickets=queries.ticket_rows(
            desk_gates.open_tickets_for(request.user, client).filter(website=shown)[:TICKETS_SHOWN], now
        ),
        **watched,
        budget_warnings=queries.budget_warnings(shown, watched["budget"]),
        **times.shown(shown, times.asked(request), now, request.user.zone),
    )
