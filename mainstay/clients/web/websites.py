"""A client's websites in the console."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates, queries
from mainstay.clients.facts import AvailabilityRule
from mainstay.clients.web import forms
from mainstay.clients.web.console import back_to


@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest, slug: str) -> HttpResponse:
    """Look after one more website."""
    client = gates.client_for(request.user, slug, Permission.WEBSITE_EDIT)
    form = forms.NewWebsite(request.POST or None)
    if request.method == "POST" and form.is_valid():
        website = actions.create_website(client=client, **form.cleaned_data, by=request.user, at=timezone.now())
        return kit.done(request, back_to(client), f"{website.name} is looked after now.")
    return kit.page(request, "clients/website_new.html", client=client, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, website_id: int) -> HttpResponse:
    """Change a website's name or address, what makes it down, or whether it is looked after."""
    website = gates.website_for(request.user, website_id, Permission.WEBSITE_EDIT)
    live = queries.live_environment(website)
    given = {"name": website.name, "url": website.url, "is_active": website.is_active}
    given |= {"rule": live.availability_rule, "quorum": live.quorum}
    form = forms.EditWebsite(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        rule = AvailabilityRule(form.cleaned_data.pop("rule"))
        quorum, now = form.cleaned_data.pop("quorum"), timezone.now()
        actions.edit_website(website=website, by=request.user, at=now, **form.cleaned_data)
        actions.set_availability_rule(environment=live, rule=rule, quorum=quorum, by=request.user, at=now)
        return kit.done(request, back_to(website.client), f"{website.name} was changed.")
    return kit.page(request, "clients/website_edit.html", client=website.client, website=website, form=form)
