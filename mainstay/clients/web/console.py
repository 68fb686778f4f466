"""Clients in the console: the list, one client, taking one on, its account manager."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.access.web import asked
from mainstay.clients import actions, gates, queries
from mainstay.clients.facts import Part
from mainstay.clients.models import Organisation
from mainstay.clients.web import forms, panels

PAGE_SIZE = 50
SHOWN_MAX = 50
WINDOWS_SHOWN = 6
SHOW = ("active", "ended", "all")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All clients, found by name or by a website's address."""
    gates.require(request.user, Permission.CONSOLE_USE)
    now = timezone.now()
    words = asked.words(request)
    show = request.GET.get("show") if request.GET.get("show") in SHOW else "active"
    allowed = gates.clients_for(request.user, Permission.CLIENT_VIEW)
    page = Paginator(queries.organisations_listed(allowed, words=words, show=show), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    rows = _rows(page.object_list, now)
    may_create = gates.may_anywhere(request.user, Permission.CLIENT_CREATE)
    return kit.page(request, "clients/list.html", page=page, rows=rows, words=words, show=show, may_create=may_create)


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """One client: its websites, people, agreement and planned work."""
    client = gates.client_for(request.user, slug, Permission.CLIENT_VIEW)
    now = timezone.now()
    agreement = queries.agreement_for(client, now)
    return kit.page(
        request,
        "clients/client.html",
        client=client,
        panels=panels.on_client.of(request, client),
        may=gates.permissions_named(request.user, client),
        websites=client.websites.order_by("-is_active", "name")[:SHOWN_MAX],
        contacts=client.contacts.select_related("user").order_by("-is_active", "name")[:SHOWN_MAX],
        asking=queries.requests_waiting(client).count(),
        care=queries.care_of([client], now)[client.pk],
        agreement=agreement,
        coming_agreement=queries.coming_agreement(client, now),
        next_year_on=_first_day(queries.contract_year(client, now).end, agreement.zone) if agreement else None,
        windows=queries.coming_windows(client, now, WINDOWS_SHOWN),
        series=queries.series_of(client, now),
        reviews=queries.open_reviews(client)[:SHOWN_MAX],
        now=now,
    )


def _first_day(begins: datetime, zone: ZoneInfo) -> date:
    """The day that begins then for the parties to the agreement, wherever the reader is."""
    return begins.astimezone(zone).date()


@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest) -> HttpResponse:
    """Take a client on; the default terms are signed with it."""
    gates.require(request.user, Permission.CLIENT_CREATE)
    form = forms.Client(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        client = actions.create_client(**form.cleaned_data, by=request.user, at=now)
        actions.plan_reviews(client=client, by=request.user, at=now)
        return kit.done(request, client.url, f"{client.name} is a client now.")
    return kit.page(request, "clients/client_new.html", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a client's name or zone, or end the service."""
    client = gates.client_for(request.user, slug, Permission.CLIENT_EDIT)
    given = {"name": client.name, "time_zone": client.time_zone, "is_active": client.is_active, "sees": client.sees}
    form = forms.EditClient(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        actions.edit_client(client=client, by=request.user, at=timezone.now(), **form.cleaned_data)
        return kit.done(request, client.url, f"{client.name} was changed.")
    return kit.page(request, "clients/client_edit.html", client=client, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def manager(request: HttpRequest, slug: str) -> HttpResponse:
    """Name the account manager or the deputy, from now on."""
    client = gates.client_for(request.user, slug, Permission.MANAGER_NAME)
    form = forms.NameManager(
        request.POST or None, people=queries.staff(), initial={"part": request.GET.get("part", Part.MANAGER)}
    )
    if request.method == "POST" and form.is_valid():
        user, part = form.cleaned_data["user"], Part(form.cleaned_data["part"])
        actions.name_account_manager(client=client, user=user, part=part, by=request.user, at=timezone.now())
        what = "account manager" if part == Part.MANAGER else "deputy"
        return kit.done(request, client.url, f"{user.name} is the {what} of {client.name} now.")
    return kit.page(request, "clients/manager.html", client=client, form=form)


def back_to(client: Organisation) -> str:
    """The client's page in the console."""
    return reverse("console-client", args=[client.slug])


def _rows(found: Any, now: Any) -> list[dict[str, Any]]:
    """What the list shows of each client, in a constant number of queries."""
    listed = list(found)
    people: dict[int, dict[str, User]] = queries.managers_of(listed, now)
    return [
        {
            "client": each,
            "manager": people[each.pk].get(Part.MANAGER),
            "deputy": people[each.pk].get(Part.DEPUTY),
            "agreement": queries.in_force(each.agreements.all(), now),
        }
        for each in listed
    ]
