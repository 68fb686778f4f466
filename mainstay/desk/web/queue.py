"""The desk's queue in the console: every ticket, narrowed, searched, and kept as views."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import clients_for, may_anywhere
from mainstay.common.keyset import Page
from mainstay.desk import actions, gates, queries
from mainstay.desk.actions.views import TooManyViews
from mainstay.desk.models import Ticket
from mainstay.desk.queries import search
from mainstay.desk.queries.lists import COUNTED_MAX, Wanted
from mainstay.desk.queries.mailboxes import failing
from mainstay.desk.queries.views import views_of
from mainstay.desk.web.filters import choices, is_narrow, is_search, query_of, wanted_of
from mainstay.desk.web.rows import rows, rows_found

PAGE = 50
CHOICES_MAX = 100
VIEW_WORDS = {
    "all": "All",
    "mine": "Mine",
    "unassigned": "Unassigned",
    "late": "Late",
    "hand": "Need a hand",
    "watched": "Watched",
    "follow": "Follow-ups",
}


class ViewForm(forms.Form):
    """A name for the list as it is."""

    name = forms.CharField(label="Name of the view", max_length=60)
    is_shared = forms.BooleanField(label="Everybody on the desk sees it", required=False)


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """All tickets under way, least time left first, narrowed as asked; with words, where they were said last."""
    gates.require_staff(request.user, Permission.TICKET_VIEW)
    wanted = wanted_of(request.GET)
    return _queue_page(request, wanted, ViewForm())


@require_POST
def keeping(request: HttpRequest) -> HttpResponse:
    """Keep the list as a view."""
    gates.require_staff(request.user, Permission.TICKET_VIEW)
    wanted, form = wanted_of(request.GET), ViewForm(request.POST)
    if form.is_valid():
        try:
            view = actions.save_view(**form.cleaned_data, query=query_of(wanted), by=request.user)
        except TooManyViews as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, f"{reverse('console-desk')}?{view.query}", f"The view “{view.name}” is kept.")
    return _queue_page(request, wanted, form)


@require_POST
def dropping(request: HttpRequest, view_id: int) -> HttpResponse:
    """Delete a view of one's own, or one that everybody has."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    view = gates.view_for(request.user, view_id)
    actions.drop_view(view=view)
    return kit.done(request, f"{reverse('console-desk')}?{view.query}", f"The view “{view.name}” is deleted.")


def _queue_page(request: HttpRequest, wanted: Wanted, view_form: ViewForm) -> HttpResponse:
    at, wanted = timezone.now(), _of_named_client(request, wanted)
    shown = _searched(request, wanted) if is_search(wanted) else _listed(request, wanted)
    views = views_of(request.user)
    query = query_of(wanted)
    return kit.page(
        request,
        "desk/console/queue.html",
        **shown,
        **choices(),
        wanted=wanted,
        is_narrow=is_narrow(wanted),
        has_more_filters=any((wanted.category, wanted.audience, wanted.channel, wanted.assignee, wanted.tag))
        or bool(wanted.since or wanted.until),
        tabs=_tabs(wanted, queries.view_counts(gates.tickets_for(request.user), user=request.user, at=at)),
        views=[{"url": f"?{each.query}", "label": each.name, "is_current": each.query == query} for each in views],
        own_view=next((each for each in views if each.query == query), None),
        view_form=view_form,
        query=query,
        hidden=parse_qsl(query),
        **_clients(request, wanted),
        parked=queries.parked().count(),
        failing_mailboxes=failing(),
        may_move=may_anywhere(request.user, Permission.AGREEMENT_SIGN),
        may_import=may_anywhere(request.user, Permission.CLIENT_EDIT),
        escalated=gates.steps_for(request.user).count(),
        may_open=may_anywhere(request.user, Permission.TICKET_OPEN),
        may_edit=may_anywhere(request.user, Permission.TICKET_EDIT),
        status=422 if view_form.errors else 200,
    )


def _clients(request: HttpRequest, wanted: Wanted) -> dict[str, Any]:
    """All clients to choose from where they are few, else the name of the one that was asked for."""
    clients = clients_for(request.user, Permission.TICKET_VIEW).only("name", "slug")
    some = list(clients[: CHOICES_MAX + 1])
    if len(some) <= CHOICES_MAX:
        return {"clients": some}
    return {"client_named": clients.filter(slug=wanted.client).first(), "clients": None}


def _of_named_client(request: HttpRequest, wanted: Wanted) -> Wanted:
    """A client may be asked for by a part of its name: the first one that is called so is taken."""
    if not wanted.client:
        return wanted
    clients = clients_for(request.user, Permission.TICKET_VIEW)
    if clients.filter(slug=wanted.client).exists():
        return wanted
    named = clients.filter(name__icontains=wanted.client.strip()).order_by("name").first()
    return replace(wanted, client=named.slug) if named else wanted


def _client_id(request: HttpRequest, wanted: Wanted) -> int | None:
    """Of the client that was asked for: its mark narrows the search within the index."""
    if not wanted.client:
        return None
    clients = clients_for(request.user, Permission.TICKET_VIEW)
    return clients.filter(slug=wanted.client).values_list("pk", flat=True).first()


def _listed(request: HttpRequest, wanted: Wanted) -> dict[str, Any]:
    given: dict[str, Any] = {"user": request.user, "zone": timezone.get_current_timezone(), "at": timezone.now()}
    among = gates.tickets_for(request.user)
    page: Page[Ticket] = queries.page(among, wanted, request.GET.get("page", ""), PAGE, **given)
    return {"page": page, "rows": rows(page.rows, given["at"])}


def _searched(request: HttpRequest, wanted: Wanted) -> dict[str, Any]:
    given: dict[str, Any] = {"user": request.user, "zone": timezone.get_current_timezone(), "at": timezone.now()}
    among, token = gates.texts_for(request.user), request.GET.get("page", "")
    asked = search.sought(wanted, client_id=_client_id(request, wanted))
    results = search.found(among, asked, wanted, token, PAGE, **given)
    return {
        "page": Page(rows=[], following=results.following),
        "rows": rows_found(results.found, given["at"]),
        "is_too_much": results.is_too_much,
        "is_search": True,
    }


def _tabs(wanted: Wanted, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The views that everybody has, each with how many tickets under way it holds."""
    return [
        {
            "url": f"?{query_of(wanted, view=key)}",
            "label": label,
            "count": f"{COUNTED_MAX:,}+" if counts[key] > COUNTED_MAX else counts[key],
            "is_current": wanted.view == key,
        }
        for key, label in VIEW_WORDS.items()
    ]
