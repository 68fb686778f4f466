"""Outages in the console."""

from datetime import timedelta
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.web import asked
from mainstay.clients.gates import may, permissions_named
from mainstay.watch import actions, gates, queries
from mainstay.watch.queries.alerts import alerts_of
from mainstay.watch.web import forms
from mainstay.watch.web.panels import on_outage

PAGE_SIZE = 50
DOUBTS_SHOWN_FOR = timedelta(days=30)
DOUBTS_SHOWN_MAX = 10
SHOW = ("all", "open", "ended", "taken back")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All outages, the newest first."""
    gates.require_console(request.user)
    words, client_slug = asked.words(request), asked.words(request, "client")
    show = request.GET["show"] if request.GET.get("show") in SHOW else "all"
    now = timezone.now()
    found = queries.outages_listed(
        gates.outages_of(request.user, Permission.WATCH_VIEW, voided=show == "taken back"),
        show=show,
        client_slug=client_slug,
        words=words,
    )
    shown = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "words": words,
        "show": show,
        "client_slug": client_slug,
        "query": urlencode({"q": words, "show": show, "client": client_slug}),
        "now": now,
    }
    if request.headers.get("HX-Request"):
        return kit.part(request, "watch/console/_outages.html", **shown)
    return kit.page(
        request,
        "watch/console/outages.html",
        tabs=[_tab(each, show, words, client_slug) for each in SHOW],
        doubts=queries.doubts(now - DOUBTS_SHOWN_FOR, now)[:DOUBTS_SHOWN_MAX],
        **shown,
    )


@require_safe
def story(request: HttpRequest, outage_id: int) -> HttpResponse:
    """One outage: what was seen, when, and who took it on."""
    gates.require_console(request.user)
    outage = gates.outage_for(request.user, outage_id, Permission.WATCH_VIEW)
    now = timezone.now()
    return kit.page(
        request,
        "watch/console/outage.html",
        outage=outage,
        client=outage.client,
        events=queries.story_of(outage),
        earlier=queries.taken_back(outage),
        corrected=queries.corrected(outage),
        alerts=alerts_of(outage),
        checks=queries.checks_around(outage, now),
        runs=queries.seen_during(outage, now),
        extra_panels=on_outage.of(request, outage),
        charge=queries.charge_of(outage, now),
        correction=queries.correction_of(outage),
        may=permissions_named(request.user, outage.client),
        lasted_s=((outage.ended_at or now) - outage.started_at).total_seconds(),
        may_acknowledge=outage.is_open
        and not outage.is_acknowledged
        and may(request.user, Permission.OUTAGE_ACKNOWLEDGE, outage.client),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def acknowledgement(request: HttpRequest, outage_id: int) -> HttpResponse:
    """Take an outage on: escalation stops."""
    gates.require_console(request.user)
    outage = gates.outage_for(request.user, outage_id, Permission.OUTAGE_ACKNOWLEDGE)
    form = forms.Acknowledgement(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.acknowledge(outage=outage, note=form.cleaned_data["note"], by=request.user, at=timezone.now())
        except actions.OutageNotOpen as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, reverse("console-outage", args=[outage.pk]), "You have taken this outage on.")
    return kit.page(request, "watch/console/acknowledgement.html", outage=outage, client=outage.client, form=form)


def _tab(show: str, current: str, words: str, client_slug: str) -> dict[str, object]:
    query = urlencode({"q": words, "show": show, "client": client_slug})
    return {"label": show.capitalize(), "url": f"?{query}", "is_current": show == current, "count": None}
