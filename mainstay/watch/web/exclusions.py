"""What of its downtime a client is asked not to be charged for, in the portal; and what was put right."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates as clients
from mainstay.clients.models import Organisation
from mainstay.watch import actions, gates, queries
from mainstay.watch.models import Exclusion
from mainstay.watch.web.charging_forms import ReasonForm

SHOWN_MAX = 100
EVER = datetime.min.replace(tzinfo=timezone.get_fixed_timezone(0))


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for an answer, what was decided, and what of the record was put right."""
    client = gates.client_for(request.user, slug, Permission.WATCH_VIEW)
    return kit.page(
        request,
        "watch/portal/exclusions.html",
        client=client,
        exclusions=queries.exclusions_listed(client)[:SHOWN_MAX],
        corrections=queries.corrections(client, EVER, timezone.now()).reverse()[:SHOWN_MAX],
    )


@require_safe
def showing(request: HttpRequest, slug: str, exclusion_id: int) -> HttpResponse:
    """One exclusion: what it rests on, what it changes, and where to answer."""
    client = gates.client_for(request.user, slug, Permission.WATCH_VIEW)
    return _page(request, client, gates.exclusion_of(client, request.user, exclusion_id, Permission.WATCH_VIEW))


@require_POST
def consent(request: HttpRequest, slug: str, exclusion_id: int) -> HttpResponse:
    """The time is not to be charged."""
    client = gates.client_for(request.user, slug, Permission.EXCLUSION_ANSWER)
    found = gates.exclusion_of(client, request.user, exclusion_id, Permission.EXCLUSION_ANSWER)
    form = ReasonForm()
    try:
        actions.grant_exclusion(exclusion=found, by=request.user, at=timezone.now())
    except actions.ExclusionRefused as problem:
        return _page(request, client, found, form=form, problem=str(problem))
    return kit.done(request, _url(client, found), _("You have consented: this time is not charged."))


@require_POST
def refusal(request: HttpRequest, slug: str, exclusion_id: int) -> HttpResponse:
    """The time stays charged."""
    client = gates.client_for(request.user, slug, Permission.EXCLUSION_ANSWER)
    found = gates.exclusion_of(client, request.user, exclusion_id, Permission.EXCLUSION_ANSWER)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, client, found, form=form)
    try:
        actions.refuse_exclusion(
            exclusion=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        )
    except actions.ExclusionRefused as problem:
        return _page(request, client, found, form=form, problem=str(problem))
    return kit.done(request, _url(client, found), _("You have refused: this time stays charged."))


def _page(
    request: HttpRequest,
    client: Organisation,
    found: Exclusion,
    *,
    form: ReasonForm | None = None,
    problem: str = "",
) -> HttpResponse:
    found.refresh_from_db()
    now = timezone.now()
    outage = queries.standing_for(found.outage)
    return kit.page(
        request,
        "watch/portal/exclusion.html",
        status=422 if form is not None else 200,
        client=client,
        exclusion=found,
        outage=outage,
        charge=queries.charge_of(outage, now),
        budget=queries.budgets([found.website], now)[found.website_id],
        length_s=(found.ends_at - found.starts_at).total_seconds(),
        may=clients.permissions_named(request.user, client),
        form=form or ReasonForm(),
        problem=problem,
    )


def _url(client: Organisation, found: Exclusion) -> str:
    return reverse("portal-exclusion", args=[client.slug, found.pk])
