"""Asking for access: the page of somebody who has none, the answers of a client, and requests that are nobody's."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.web import rates
from mainstay.clients import actions, gates, queries, worker
from mainstay.clients.models import AccessRequest
from mainstay.clients.web.people_forms import Ask, Grant, WhoseRequest
from mainstay.clients.web.ways import back_to
from mainstay.common import tenancy

PAGE_SIZE = 50
OWN_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def asking(request: HttpRequest) -> HttpResponse:
    """Say where access is needed, and see what became of that. The answer is the same whether or not it is a client."""
    if request.user.is_staff_member:
        return redirect("console-home")
    form = Ask(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not rates.allowed(request, "ask_access", key=str(request.user.pk)):
            return kit.page(request, "429.html", status=429)
        try:
            worker.ask_for_access(user=request.user, **form.cleaned_data, at=timezone.now())
        except actions.TooManyRequests:
            form.add_error(None, _("Five of your requests wait already. Withdraw one, or wait for the answers."))
        else:
            return kit.done(request, request.path, _("Your request was passed on."))
    with tenancy.everything():  # whose a request is decides nothing about who sees that it was made
        requests = list(queries.requests_of(request.user)[:OWN_SHOWN])
    clients = gates.clients_for(request.user, Permission.CLIENT_VIEW)[:OWN_SHOWN]
    return kit.page(request, "clients/ask.html", form=form, requests=requests, clients=clients)


@require_POST
def withdrawal(request: HttpRequest, request_id: int) -> HttpResponse:
    """Take back what one asked for."""
    with tenancy.everything():
        asked = gates.own_access_request(request.user, request_id)
        try:
            actions.withdraw_request(request=asked, by=request.user, at=timezone.now())
        except actions.RequestAnswered:
            return kit.done(request, reverse("ask-access"), _("This request was answered already."))
    return kit.done(request, reverse("ask-access"), _("Your request was withdrawn."))


@require_http_methods(["GET", "HEAD", "POST"])
def answering(request: HttpRequest, slug: str, request_id: int) -> HttpResponse:
    """Who asks, and the answer yes."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    asked = gates.access_request_of(client, request.user, request_id, Permission.PEOPLE_EDIT)
    now = timezone.now()
    form = Grant(request.POST or None, client=client, at=now)
    if request.method == "POST" and form.is_valid():
        role, until = form.cleaned_data["role"], form.access_until
        try:
            actions.grant_access(request=asked, role=role, access_until=until, by=request.user, at=now)
        except actions.RequestAnswered:
            return kit.done(request, back_to(client), _("This request was answered already."))
        except actions.NotForThisDoor:
            said = _("By your agreement, the agency answers requests for access. Speak to your account manager.")
            return kit.done(request, back_to(client), said)
        return kit.done(request, back_to(client), _("%(name)s has access now.") % {"name": asked.user.name})
    known = queries.contact_known(asked.user, client)
    return kit.page(request, "clients/portal_request.html", client=client, asked=asked, known=known, form=form)


@require_POST
def refusal(request: HttpRequest, slug: str, request_id: int) -> HttpResponse:
    """The answer no."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    asked = gates.access_request_of(client, request.user, request_id, Permission.PEOPLE_EDIT)
    return _refuse(request, asked, back_to(client))


@require_safe
def of_nobody(request: HttpRequest) -> HttpResponse:
    """Requests of which nobody could tell whose they are."""
    gates.require(request.user, Permission.CONSOLE_USE)
    gates.require(request.user, Permission.PEOPLE_EDIT)
    page = Paginator(queries.requests_of_nobody(), PAGE_SIZE).get_page(request.GET.get("page"))
    form = WhoseRequest(clients=queries.clients())
    return kit.page(request, "clients/access_requests.html", page=page, form=form)


@require_POST
def assignment(request: HttpRequest, request_id: int) -> HttpResponse:
    """Say whose a request is."""
    asked = gates.access_request_of_nobody(request.user, request_id)
    form = WhoseRequest(request.POST, clients=queries.clients())
    if not form.is_valid():
        page = Paginator(queries.requests_of_nobody(), PAGE_SIZE).get_page(1)
        return kit.page(request, "clients/access_requests.html", page=page, form=form)
    client = form.cleaned_data["client"]
    try:
        actions.assign_request(request=asked, client=client, by=request.user, at=timezone.now())
    except actions.RequestAnswered as problem:
        return kit.not_done(request, reverse("console-access-requests"), str(problem))
    said = f"{client.name} was asked whether {asked.user.name} may come in."
    return kit.done(request, reverse("console-access-requests"), said)


@require_POST
def refusal_of_nobody(request: HttpRequest, request_id: int) -> HttpResponse:
    """The answer no, from the agency."""
    return _refuse(
        request, gates.access_request_of_nobody(request.user, request_id), reverse("console-access-requests")
    )


def _refuse(request: HttpRequest, asked: AccessRequest, back: str) -> HttpResponse:
    try:
        actions.refuse_access(request=asked, by=request.user, at=timezone.now())
    except actions.RequestAnswered:
        return kit.done(request, back, _("This request was answered already."))
    return kit.done(request, back, _("The request of %(name)s was refused.") % {"name": asked.user.name})
