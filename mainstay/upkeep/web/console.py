"""What a website is made of, in the console."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import may
from mainstay.clients.models import Website
from mainstay.upkeep import actions, gates, queries
from mainstay.upkeep.web.forms import InventoryFile, SourceForm
from mainstay.upkeep.web.shown import rows


@require_safe
def components(request: HttpRequest, website_id: int) -> HttpResponse:
    """The website's sources, and the components that they say it is made of."""
    website = gates.website_for(request.user, website_id, Permission.COMPONENT_VIEW)
    return _components_page(request, website, SourceForm())


@require_POST
def creation(request: HttpRequest, website_id: int) -> HttpResponse:
    """Add a source; its address is shown this once."""
    website = gates.website_for(request.user, website_id, Permission.COMPONENT_EDIT)
    form = SourceForm(request.POST)
    if form.is_valid():
        try:
            source, token = actions.add_source(website=website, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.SourceRefused as problem:
            form.add_error("name", str(problem))
        else:
            address = f"{settings.MAINSTAY.url.rstrip('/')}{reverse('inventory-push', args=[token])}"
            given = {"website": website, "source": source, "address": address}
            return kit.page(request, "upkeep/console/source_made.html", **given)
    return _components_page(request, website, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """What a source said, each time with what changed; and a file to be taken in."""
    right = Permission.COMPONENT_EDIT if request.method == "POST" else Permission.COMPONENT_VIEW
    found = gates.source_for(request.user, source_id, right)
    form = InventoryFile(request.POST, request.FILES) if request.method == "POST" else InventoryFile()
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"inventory": form.cleaned_data["file"], "by": request.user, "at": timezone.now()}
        try:
            snapshot = actions.take_inventory(source=found, **given)
        except actions.SourceGone as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, request.path, f"{snapshot.count} components stand there.")
    return kit.page(
        request,
        "upkeep/console/source.html",
        source=found,
        website=found.website,
        changes=queries.changes(found),
        form=form,
        may_edit=may(request.user, Permission.COMPONENT_EDIT, found.client),
        status=422 if form.errors else 200,
    )


@require_POST
def end(request: HttpRequest, source_id: int) -> HttpResponse:
    """Let a source count no more."""
    found = gates.source_for(request.user, source_id, Permission.COMPONENT_EDIT)
    actions.end_source(source=found, by=request.user, at=timezone.now())
    back = reverse("console-components", args=[found.website_id])
    return kit.done(request, back, f"“{found.name}” counts no more. What it said is kept.")


def _components_page(request: HttpRequest, website: Website, form: SourceForm, status: int = 200) -> HttpResponse:
    views = queries.sources(website, timezone.now())
    words = request.GET.get("words", "")[:100]
    shown, count = rows(views, words)
    return kit.page(
        request,
        "upkeep/console/components.html",
        website=website,
        sources=views,
        rows=shown,
        count=count,
        words=words,
        form=form,
        may_edit=may(request.user, Permission.COMPONENT_EDIT, website.client),
        status=status,
    )
