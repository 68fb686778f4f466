"""A website added in one step: its address is entered, what answers there is looked at, and the rest is suggested."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import require
from mainstay.clients.models import Organisation
from mainstay.common.addresses import AddressRefused
from mainstay.watch import actions, gates
from mainstay.watch.observe import look_round
from mainstay.watch.rules.suggesting import Found, is_same, name_of, suggestions
from mainstay.watch.web.adding_forms import AddressForm, SuggestedForm, WebsiteForm

SAVE = "save"
"""The button that adds what was suggested."""

TEMPLATE = "watch/console/website_adding.html"


@require_http_methods(["GET", "HEAD", "POST"])
def asking(request: HttpRequest) -> HttpResponse:
    """Ask for an address, show what was found there, and add what is ticked."""
    gates.require_console(request.user)
    require(request.user, Permission.WEBSITE_EDIT)
    require(request.user, Permission.MONITOR_EDIT)
    if request.method == "POST" and SAVE in request.POST:
        return _save(request)
    form = _address_form(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            found = look_round(form.cleaned_data["url"], allow_private=form.cleaned_data.get("allow_private", False))
        except AddressRefused as problem:
            form.add_error("url", f"{problem}.")
        else:
            return _suggest(request, form, found)
    return kit.page(request, TEMPLATE, form=form)


def _suggest(request: HttpRequest, form: AddressForm, found: Found) -> HttpResponse:
    """What was found, as forms that can be changed before they are sent."""
    website = WebsiteForm(
        initial={
            "name": name_of(found),
            "url": found.url,
            "client": form.cleaned_data["client"],
            "allow_private": form.cleaned_data.get("allow_private", False),
        }
    )
    suggested = suggestions(found)
    website.fields["many"].initial = len(suggested)
    forms = [SuggestedForm.of(each, prefix=f"m{number}") for number, each in enumerate(suggested)]
    return kit.page(
        request, TEMPLATE, form=form, website=website, suggested=forms, found=found, leads_on=not is_same(found)
    )


def _save(request: HttpRequest) -> HttpResponse:
    website = WebsiteForm(request.POST)
    forms = [SuggestedForm.sent(request.POST, prefix=f"m{number}") for number in range(website.many_sent)]
    is_right = all([website.is_valid(), *(each.is_valid() for each in forms)])
    client = _client(request)
    if is_right and client is not None:
        try:
            added = actions.add_website(
                client=client,
                name=website.cleaned_data["name"],
                url=website.cleaned_data["url"],
                monitors=[each.wanted for each in forms if each.is_ticked],
                allow_private=website.cleaned_data["allow_private"] and gates.may_allow_private(request.user),
                by=request.user,
                at=timezone.now(),
            )
        except actions.MonitorRefused as problem:
            _refuse([each for each in forms if each.is_ticked], problem)
        else:
            words = f"{added.name} is looked after now. The first checks come within seconds."
            return kit.done(request, reverse("console-website", args=[added.pk]), words)
    form = _address_form(request, {name: website[name].value() for name in ("url", "client", "allow_private")})
    return kit.page(request, TEMPLATE, status=422, form=form, website=website, suggested=forms)


def _client(request: HttpRequest) -> Organisation | None:
    """The client that was chosen, of those whose websites the person may add."""
    return _clients(request).filter(slug=request.POST.get("client", "").replace("\x00", "")).first()


def _clients(request: HttpRequest) -> Any:
    return gates.clients_of(request.user, Permission.WEBSITE_EDIT).filter(is_active=True).order_by("name")


def _address_form(request: HttpRequest, data: Any) -> AddressForm:
    initial = {"client": request.GET.get("client", ""), "url": request.GET.get("url", "")}
    may_allow_private = gates.may_allow_private(request.user)
    return AddressForm(data, clients=_clients(request), may_allow_private=may_allow_private, initial=initial)


def _refuse(forms: list[SuggestedForm], problem: actions.MonitorRefused) -> None:
    """Say at the monitor that was refused why it cannot be."""
    number, _, field = problem.field.partition(".")
    forms[int(number)].refuse(field, str(problem))
