"""The cause of an outage, what of it is charged, and putting the record right, in the console."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.watch import actions, gates, queries
from mainstay.watch.facts import Attributed
from mainstay.watch.models import Outage
from mainstay.watch.web.charging_forms import (
    AttributionForm,
    CorrectionForm,
    ExclusionForm,
    ReasonForm,
    StatementForm,
)

REFUSALS = (actions.AttributionRefused, actions.ExclusionRefused, actions.CorrectionRefused)


@require_http_methods(["GET", "HEAD", "POST"])
def cause(request: HttpRequest, outage_id: int) -> HttpResponse:
    """Decide what caused an outage."""
    outage = _outage(request, outage_id, Permission.OUTAGE_ATTRIBUTE)
    decided = queries.charge_of(outage, timezone.now()).attribution
    form = AttributionForm(request.POST or None, initial={"to": decided.to} if decided else {})

    def carry_out(given: dict[str, Any]) -> str:
        to = Attributed(given.pop("to"))
        actions.attribute(outage=outage, to=to, **given, by=request.user, at=timezone.now())
        return f"The outage is put down to this: {to.label}."

    return _asked(request, outage, form, carry_out, title="What caused the outage", button="Decide", decided=decided)


@require_http_methods(["GET", "HEAD", "POST"])
def exclusion(request: HttpRequest, outage_id: int) -> HttpResponse:
    """Ask for time of an outage to be left out of the charge."""
    outage = _outage(request, outage_id, Permission.EXCLUSION_ASK)
    zone, until = outage.client.zone, outage.ended_at or timezone.now()
    form = ExclusionForm(request.POST or None, initial=ExclusionForm.usual(outage.started_at, until, zone))

    def carry_out(given: dict[str, Any]) -> str:
        whole = {"starts_at": outage.started_at, "ends_at": outage.ended_at}
        edges = {name: _exact(given.pop(name), edge, zone) for name, edge in whole.items()}
        found = actions.ask_exclusion(outage=outage, **edges, **given, by=request.user, at=timezone.now())
        if found.is_granted:
            return "Excluded. The client has been told."
        return "The client has been asked. Until they answer, the time is charged."

    return _asked(
        request,
        outage,
        form,
        carry_out,
        title="Leave it out of the charge",
        button="Exclude",
        rule=queries.charge_of(outage, timezone.now()).rule,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def exclusion_end(request: HttpRequest, outage_id: int) -> HttpResponse:
    """Take back what was asked, or what was granted."""
    outage = _outage(request, outage_id, Permission.EXCLUSION_ASK)
    found = queries.charge_of(outage, timezone.now()).exclusion
    form = ReasonForm(request.POST or None)

    def carry_out(given: dict[str, Any]) -> str:
        if found is None:
            raise actions.ExclusionRefused("No exclusion of this outage waits or counts.")
        actions.take_exclusion_back(exclusion=found, **given, by=request.user, at=timezone.now())
        return "Taken back: the time is charged. The client has been told."

    return _asked(request, outage, form, carry_out, title="Charge it after all", button="Charge it", is_grave=True)


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, outage_id: int) -> HttpResponse:
    """Put an outage on record right."""
    outage = _outage(request, outage_id, Permission.OUTAGE_CORRECT)
    zone = outage.client.zone
    edges = {"started_at": outage.started_at, "ended_at": outage.ended_at}
    form = CorrectionForm(
        request.POST or None, initial={name: at.astimezone(zone) for name, at in edges.items() if at is not None}
    )
    now_at = {"pk": outage.pk}

    def carry_out(given: dict[str, Any]) -> str:
        times = {name: _exact(given.pop(name), edge, zone) for name, edge in edges.items()}
        if given.pop("how") == "void":
            actions.take_outage_back(outage=outage, **given, by=request.user, at=timezone.now())
            return "Taken back. What was on record stays to be seen; it counts towards nothing."
        made = actions.move_outage(outage=outage, **times, **given, by=request.user, at=timezone.now())
        now_at["pk"] = made.new_id or outage.pk
        return "Put right. What was on record before stays to be seen."

    return _asked(
        request,
        outage,
        form,
        carry_out,
        title="Put the record right",
        button="Put it right",
        is_grave=True,
        then=lambda: reverse("console-outage", args=[now_at["pk"]]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest, website_id: int) -> HttpResponse:
    """State that a website was down, though no check says so."""
    gates.require_console(request.user)
    website = gates.website_for(request.user, website_id, Permission.OUTAGE_CORRECT)
    form = StatementForm(request.POST or None)
    if request.method == "POST":
        with timezone.override(website.client.zone):
            is_valid = form.is_valid()
        if is_valid:
            try:
                made = actions.state_outage(website=website, **form.cleaned_data, by=request.user, at=timezone.now())
            except actions.CorrectionRefused as problem:
                form.add_error(None, str(problem))
            else:
                return kit.done(request, reverse("console-outage", args=[made.new_id]), "The outage is on record.")
    with timezone.override(website.client.zone):
        return kit.page(
            request, "watch/console/statement.html", website=website, client=website.client, form=form,
            status=422 if form.errors else 200,
        )  # fmt: skip


def _outage(request: HttpRequest, outage_id: int, permission: Permission) -> Outage:
    gates.require_console(request.user)
    return gates.outage_for(request.user, outage_id, permission)


def _exact(typed: Any, edge: Any, zone: Any) -> Any:
    """The instant that was typed; the edge itself, with its fraction of a second, where that is what the field said."""
    if typed is None or edge is None:
        return typed
    return edge if edge.replace(microsecond=0) == typed else typed


def _asked(
    request: HttpRequest,
    outage: Outage,
    form: forms.Form,
    carry_out: Callable[[dict[str, Any]], str],
    *,
    then: Callable[[], str] | None = None,
    **shown: Any,
) -> HttpResponse:
    """Ask with `form`, carry what was answered out, and lead back to the outage. Times are in the client's zone."""
    back = reverse("console-outage", args=[outage.pk])
    with timezone.override(outage.client.zone):
        if request.method == "POST" and form.is_valid():
            try:
                said = carry_out(dict(form.cleaned_data))
            except REFUSALS as problem:
                form.add_error(None, str(problem))
            else:
                return kit.done(request, then() if then else back, said)
        given = {"outage": outage, "client": outage.client, "form": form, "back": back, "zone": outage.client.zone}
        return kit.page(request, "watch/console/deciding.html", **given, **shown, status=422 if form.errors else 200)
