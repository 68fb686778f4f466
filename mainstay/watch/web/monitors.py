"""A website's monitors in the console."""

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.models import Website
from mainstay.watch import actions, gates, queries
from mainstay.watch.models import Monitor
from mainstay.watch.probes import KINDS, Kind, Pointed
from mainstay.watch.web import beats, forms, times, trying

TRY = "try"
"""The button that looks once instead of saving."""

USUAL_KIND = "http"


@require_safe
def listing(request: HttpRequest, website_id: int) -> HttpResponse:
    """All monitors of a website, with what they saw last."""
    gates.require_console(request.user)
    website = gates.website_for(request.user, website_id, Permission.WATCH_VIEW)
    now = timezone.now()
    return kit.page(
        request,
        "watch/console/monitors.html",
        website=website,
        client=website.client,
        monitors=queries.monitors_now(website, now),
        probers=queries.probers_now(now),
        doubts=queries.doubts_now(),
        now=now,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest, website_id: int) -> HttpResponse:
    """Check a website in one more way; it can be tried before it is saved."""
    gates.require_console(request.user)
    website = gates.website_for(request.user, website_id, Permission.MONITOR_EDIT)
    kind = KINDS.get(request.GET.get("kind", USUAL_KIND))
    if kind is None:
        raise Http404
    form = _form(request, website, kind, initial={"url": _address(website, kind)})
    if request.method == "POST" and form.is_valid():
        if TRY in request.POST and not kind.is_called:
            return _tried(request, website, form)
        try:
            added = actions.add_monitor(kind=kind.key, **form.wanted, by=request.user, at=timezone.now())
        except actions.MonitorRefused as problem:
            form.refuse(problem.field, str(problem))
        else:
            return _added(request, website, added)
    return _new_page(request, website, form)


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """Change how a monitor checks; pause, resume or end it."""
    gates.require_console(request.user)
    monitor = gates.monitor_for(request.user, monitor_id, Permission.MONITOR_EDIT)
    website = monitor.environment.website
    form = _form(request, website, KINDS[monitor.kind], initial=_initial(monitor), monitor=monitor)
    if request.method == "POST" and form.is_valid():
        if TRY in request.POST and not form.kind.is_called:
            return _tried(request, website, form, monitor)
        try:
            actions.change_monitor(monitor=monitor, changes=form.wanted, by=request.user, at=timezone.now())
        except actions.MonitorRefused as problem:
            form.refuse(problem.field, str(problem))
        else:
            return kit.done(request, _list_of(website), "The monitor was changed.")
    return _edit_page(request, website, form, monitor)


@require_safe
def watching(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """One monitor: how it stands, and how fast what it looks at answered."""
    gates.require_console(request.user)
    monitor = gates.monitor_for(request.user, monitor_id, Permission.WATCH_VIEW)
    now = timezone.now()
    return kit.page(
        request,
        "watch/console/monitor_times.html",
        now=queries.as_seen(monitor, now),
        kind=KINDS[monitor.kind],
        website=monitor.environment.website,
        client=monitor.client,
        may_edit=gates.may_edit(request.user, monitor.client),
        **times.shown(monitor, times.asked(request), now, request.user.zone),
    )


@require_POST
def pause(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """Stop looking for the time being."""
    monitor = _own(request, monitor_id)
    actions.pause(monitor=monitor, by=request.user, at=timezone.now())
    return kit.done(request, _list_of(monitor.environment.website), "Paused: the time until it goes on is unknown.")


@require_POST
def resumption(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """Look again."""
    monitor = _own(request, monitor_id)
    actions.resume(monitor=monitor, by=request.user, at=timezone.now())
    return kit.done(request, _list_of(monitor.environment.website), "The monitor goes on.")


@require_POST
def retirement(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """End a monitor for good."""
    monitor = _own(request, monitor_id)
    actions.retire(monitor=monitor, by=request.user, at=timezone.now())
    return kit.done(request, _list_of(monitor.environment.website), "The monitor was ended. What it saw stays.")


@require_POST
def token(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """Give a heartbeat another address; at the one before nobody listens any more."""
    monitor = _own(request, monitor_id)
    if not KINDS[monitor.kind].is_called or monitor.is_retired:
        raise Http404
    actions.renew_token(monitor=monitor, by=request.user, at=timezone.now())
    address = reverse("console-monitor", args=[monitor.pk])
    return kit.done(request, address, "The task has a new address. Enter it where the task is started.")


def _own(request: HttpRequest, monitor_id: int) -> Monitor:
    gates.require_console(request.user)
    return gates.monitor_for(request.user, monitor_id, Permission.MONITOR_EDIT)


def _form(
    request: HttpRequest, website: Website, kind: Kind, initial: dict[str, Any], monitor: Monitor | None = None
) -> forms.MonitorForm:
    return forms.MonitorForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        kind=kind,
        environments=website.environments.order_by("kind"),
        may_allow_private=gates.may_allow_private(request.user),
        is_new=monitor is None,
        kept=monitor.settings if monitor is not None else None,
    )


def _added(request: HttpRequest, website: Website, monitor: Monitor) -> HttpResponse:
    """A heartbeat's page says how to let the task report; there is nothing more to do for the others."""
    if KINDS[monitor.kind].is_called:
        address = reverse("console-monitor", args=[monitor.pk])
        return kit.done(request, address, "The monitor was added. Now let the task report, as it says below.")
    return kit.done(request, _list_of(website), "The monitor was added. It is looked at within seconds.")


def _address(website: Website, kind: Kind) -> str:
    """What a new monitor of `kind` is likely to be pointed at."""
    if kind.pointed is Pointed.URL:
        return website.url
    return (urlsplit(website.url).hostname or "") if kind.pointed is not Pointed.NOTHING else ""


def _initial(monitor: Monitor) -> dict[str, Any]:
    fields = ("url", "name", "interval_seconds", "timeout_seconds", "counts", "allow_private")
    return {name: getattr(monitor, name) for name in fields}


def _tried(
    request: HttpRequest, website: Website, form: forms.MonitorForm, monitor: Monitor | None = None
) -> HttpResponse:
    """What was seen, beside the form."""
    seen = trying.tried(form, monitor)
    if monitor is None:
        return _new_page(request, website, form, seen=seen)
    return _edit_page(request, website, form, monitor, seen=seen)


def _new_page(request: HttpRequest, website: Website, form: forms.MonitorForm, **more: Any) -> HttpResponse:
    return kit.page(
        request,
        "watch/console/monitor_new.html",
        website=website,
        client=website.client,
        form=form,
        kinds=[
            {"label": each.label, "url": f"?kind={each.key}", "is_current": each.key == form.kind.key}
            for each in KINDS.values()
        ],
        **more,
    )


def _edit_page(
    request: HttpRequest, website: Website, form: forms.MonitorForm, monitor: Monitor, **more: Any
) -> HttpResponse:
    return kit.page(
        request,
        "watch/console/monitor_edit.html",
        website=website,
        client=website.client,
        form=form,
        monitor=monitor,
        **(beats.shown(monitor) if form.kind.is_called else {}),
        **more,
    )


def _list_of(website: Website) -> str:
    return reverse("console-monitors", args=[website.pk])
