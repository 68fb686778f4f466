"""Planned work in the console."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates
from mainstay.clients.web import forms
from mainstay.clients.web.console import back_to


@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest, slug: str) -> HttpResponse:
    """Announce work for a time."""
    client = gates.client_for(request.user, slug, Permission.WINDOW_EDIT)
    form = forms.Window(request.POST or None, client=client)
    if request.method == "POST" and form.is_valid():
        actions.add_window(client=client, **form.cleaned_data, by=request.user, at=timezone.now())
        return kit.done(request, back_to(client), "The maintenance window was planned.")
    return kit.page(request, "clients/window_new.html", client=client, form=form)


@require_POST
def cancellation(request: HttpRequest, window_id: int) -> HttpResponse:
    """Call planned work off before it begins."""
    window = gates.window_for(request.user, window_id, Permission.WINDOW_EDIT)
    try:
        actions.cancel_window(window=window, by=request.user, at=timezone.now())
    except actions.WindowOver as problem:
        return kit.done(request, back_to(window.client), str(problem))
    return kit.done(request, back_to(window.client), "The maintenance window was cancelled.")
