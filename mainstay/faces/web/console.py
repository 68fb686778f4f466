"""The console's composed pages: today, websites, one website, search."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients import queries as clients
from mainstay.clients.web import panels
from mainstay.desk import queries as desk
from mainstay.faces import care, queries
from mainstay.watch.web import times
from mainstay.watch.web.panels import website as watch_panels

CLIENTS_SHOWN = 25
PAGE_SIZE = 50
WORDS_MAX = 100
GAPS_AHEAD = timedelta(days=7)
GAPS_SHOWN = 3


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs a hand now, and how every client stands. Each part can be asked for alone, to stay up to date."""
    gates.require(request.user, Permission.CONSOLE_USE)
    part = request.GET.get("part")
    if part == "hands":
        return kit.part(request, "faces/console/_hands.html", **_hands(request))
    if part == "clients":
        return kit.part(request, "faces/console/_clients.html", **_clients(request))
    return kit.page(request, "faces/console/home.html", **_hands(request), **_clients(request), **_mine(request))


def _mine(request: HttpRequest) -> dict[str, Any]:
    """Who is on duty, and what the reader should act on."""
    now = timezone.now()
    return {
        "duties": clients.on_duty(now),
        "desk_gaps": clients.desk_gaps(now, now + GAPS_AHEAD)[:GAPS_SHOWN],
        "reminders": care.reminders_for(request.user, now),
        "may_remind": gates.may_anywhere(request.user, Permission.REMINDER_EDIT),
        "back": request.path,
        "now": now,
    }


def _hands(request: HttpRequest) -> dict[str, Any]:
    return {"hands": queries.needs_a_hand(request.user, timezone.now())}


def _clients(request: HttpRequest) -> dict[str, Any]:
    allowed = gates.clients_for(request.user, Permission.CLIENT_VIEW).filter(is_active=True)
    page = Paginator(allowed.order_by("name"), CLIENTS_SHOWN).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": queries.client_rows(list(page.object_list), timezone.now()),
        "has_only_us": all(each.is_agency for each in page.object_list),
        "may_create": gates.may_anywhere(request.user, Permission.CLIENT_CREATE),
    }


@login_required
@require_safe
def websites(request: HttpRequest) -> HttpResponse:
    """All websites, found by name, address or client."""
    gates.require(request.user, Permission.CONSOLE_USE)
    words = request.GET.get("q", "").strip()[:WORDS_MAX]
    found = queries.websites_listed(request.user, words)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    listed = {"page": page, "rows": queries.website_rows(page.object_list, timezone.now()), "words": words}
    if request.headers.get("HX-Request"):
        return kit.part(request, "faces/console/_websites.html", **listed)
    rights = (Permission.WEBSITE_EDIT, Permission.MONITOR_EDIT)
    may_add = all(gates.may_anywhere(request.user, each) for each in rights)
    return kit.page(request, "faces/console/websites.html", may_add=may_add, **listed)


@login_required
@require_safe
def website(request: HttpRequest, website_id: int) -> HttpResponse:
    """One website: its year, its response times, outages, monitors and tickets."""
    gates.require(request.user, Permission.CONSOLE_USE)
    shown = gates.website_for(request.user, website_id, Permission.WEBSITE_VIEW)
    now = timezone.now()
    live = {
        "may": gates.permissions_named(request.user, shown.client),
        "tickets": queries.ticket_rows(desk.open_tickets(shown.client).filter(website=shown)[:PAGE_SIZE], now),
        **(watched := watch_panels(shown, now)),
        "budget_warnings": queries.budget_warnings(shown, watched["budget"]),
    }
    if request.headers.get("HX-Request"):
        return kit.part(request, "faces/console/_website.html", **live)
    return kit.page(
        request,
        "faces/console/website.html",
        extra_panels=panels.on_website.of(request, shown),
        **live,
        **times.shown(shown, times.asked(request), now, request.user.zone),
    )


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Clients, websites and tickets with the words in them."""
    gates.require(request.user, Permission.CONSOLE_USE)
    words = request.GET.get("q", "").strip()[:WORDS_MAX]
    found: dict[str, Any] = queries.found(request.user, words, timezone.now()) if words else {}
    return kit.page(request, "faces/console/search.html", words=words, **found)
