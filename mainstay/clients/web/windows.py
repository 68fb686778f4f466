"""Planned work in the console: once, or again and again."""

from datetime import datetime, timedelta
from itertools import islice

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates
from mainstay.clients.models import Organisation, WindowSeries
from mainstay.clients.rules.recurrence import RecurrenceWrong
from mainstay.clients.web.console import back_to
from mainstay.clients.web.window_forms import Window, initial_of

PREVIEW = "preview"
"""The button, and what the page asks by itself, that shows the next occurrences instead of saving."""

SHOWN = 5
LOOKED_AHEAD = timedelta(days=800)


@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest, slug: str) -> HttpResponse:
    """Announce work for a time, or for times that come again and again."""
    client = gates.client_for(request.user, slug, Permission.WINDOW_EDIT)
    form, now = Window(request.POST or None, client=client), timezone.now()
    if request.method == "POST" and form.is_valid() and PREVIEW not in request.POST:
        try:
            if form.is_series:
                actions.plan_series(client=client, **form.again, by=request.user, at=now)
            else:
                actions.add_window(client=client, **form.once, by=request.user, at=now)
        except RecurrenceWrong as problem:
            form.add_error("starts_at", str(problem))
        except actions.WindowUnaffordable as problem:
            form.refuse(str(problem))
        else:
            return kit.done(request, back_to(client), "The maintenance window was planned.")
    return _page(request, "clients/window_new.html", client, form, now)


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, series_id: int) -> HttpResponse:
    """Plan a series otherwise from now on; what was before stays."""
    series = gates.series_for(request.user, series_id, Permission.WINDOW_EDIT)
    client, now = series.client, timezone.now()
    form = Window(request.POST or None, client=client, is_series=True, initial=initial_of(series, now))
    if request.method == "POST" and form.is_valid() and PREVIEW not in request.POST:
        try:
            actions.change_series(series=series, **form.changes, by=request.user, at=now)
        except RecurrenceWrong as problem:
            form.add_error("starts_at", str(problem))
        except actions.WindowUnaffordable as problem:
            form.refuse(str(problem))
        except actions.SeriesOver as problem:
            return kit.not_done(request, back_to(client), str(problem))
        else:
            return kit.done(request, back_to(client), "The series was changed. What was before stays as it was.")
    return _page(request, "clients/series_edit.html", client, form, now, series)


@require_POST
def cancellation(request: HttpRequest, window_id: int) -> HttpResponse:
    """Call planned work off before it begins."""
    window = gates.window_for(request.user, window_id, Permission.WINDOW_EDIT)
    try:
        actions.cancel_window(window=window, by=request.user, at=timezone.now())
    except actions.WindowOver as problem:
        return kit.not_done(request, back_to(window.client), str(problem))
    return kit.done(request, back_to(window.client), "The maintenance window was cancelled.")


@require_POST
def skipping(request: HttpRequest, series_id: int) -> HttpResponse:
    """Call one occurrence of a series off before it begins."""
    series = gates.series_for(request.user, series_id, Permission.WINDOW_EDIT)
    starts_at = _instant(request.POST.get("starts_at", ""))
    try:
        actions.skip_window(series=series, starts_at=starts_at, by=request.user, at=timezone.now())
    except actions.SeriesOver as problem:
        return kit.not_done(request, back_to(series.client), str(problem))
    return kit.done(request, back_to(series.client), "This one was cancelled; the others stay.")


@require_POST
def ending(request: HttpRequest, series_id: int) -> HttpResponse:
    """Plan nothing more of a series."""
    series = gates.series_for(request.user, series_id, Permission.WINDOW_EDIT)
    try:
        actions.end_series(series=series, by=request.user, at=timezone.now())
    except actions.SeriesOver as problem:
        return kit.not_done(request, back_to(series.client), str(problem))
    return kit.done(request, back_to(series.client), "The series was ended. What was before stays as it was.")


def _page(
    request: HttpRequest,
    template: str,
    client: Organisation,
    form: Window,
    now: datetime,
    series: WindowSeries | None = None,
) -> HttpResponse:
    """The form, and under it when the work falls next, where that was asked for and can be said."""
    coming = None
    if request.method == "POST" and form.is_valid():
        one = (form.once["starts_at"], form.once["ends_at"])
        coming = list(islice(form.schedule.between(now, now + LOOKED_AHEAD), SHOWN)) if form.is_series else [one]
    is_part = PREVIEW in request.POST and request.headers.get("HX-Request")
    return kit.page(
        request,
        "clients/_window_preview.html" if is_part else template,
        client=client,
        form=None if is_part else form,  # what is not typed yet is no mistake
        series=series,
        may_approve=gates.may(request.user, Permission.WINDOW_APPROVE, client),
        coming=coming,
        words=form.recurrence.words if coming is not None and form.is_series else "",
    )


def _instant(text: str) -> datetime:
    """An instant as the page wrote it. Raises `Http404` for anything else."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Http404
    return found
