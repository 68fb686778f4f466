"""Outages: of a client or a website, in a stretch of time, or for the list in the console."""

from datetime import datetime

from django.db.models import Q, QuerySet

from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Organisation, Website
from mainstay.watch.models import Outage

WITH_NAMES = ("website", "client", "environment", "acknowledged_by", "cause__dependency")


def outages(of: Organisation | Website, start: datetime, end: datetime) -> QuerySet[Outage]:
    """Outages of live environments that overlap [start, end), first begun first. One that goes on has no end."""
    owner = Q(client=of) if isinstance(of, Organisation) else Q(website=of)
    return (
        Outage.objects.valid()
        .filter(
            owner,
            Q(ended_at__isnull=True) | Q(ended_at__gt=start),
            environment__kind=EnvironmentKind.LIVE,
            started_at__lt=end,
        )
        .select_related(*WITH_NAMES)
        .order_by("started_at", "pk")
    )


def open_outages(among: QuerySet[Outage]) -> QuerySet[Outage]:
    """Of `among` (scoped by a gate), those that go on now: the unacknowledged first, then the longest."""
    return (
        among.filter(ended_at__isnull=True).select_related(*WITH_NAMES).order_by("acknowledged_at", "started_at", "pk")
    )


def outages_listed(
    among: QuerySet[Outage], *, show: str = "all", client_slug: str = "", words: str = ""
) -> QuerySet[Outage]:
    """`among` for the list in the console, newest first.

    `show` is open, ended, or any other word for all; `words` are in the website.
    """
    found = among.select_related(*WITH_NAMES).order_by("-started_at", "-pk")
    if show in ("open", "ended"):
        found = found.filter(ended_at__isnull=show == "open")
    if client_slug:
        found = found.filter(client__slug=client_slug)
    if words:
        found = found.filter(Q(website__name__icontains=words) | Q(website__url__icontains=words))
    return found


def corrected(outage: Outage) -> Outage | None:
    """What stands in the place of an outage that was taken back; None where nothing does."""
    if not outage.is_voided:
        return None
    return Outage.objects.valid().filter(corrects=outage.first_id).order_by("-pk").first()


def standing_for(first: Outage) -> Outage:
    """What stands now for an outage that was first on record; itself where it was taken back for good."""
    found = Outage.objects.valid().filter(Q(pk=first.pk) | Q(corrects=first)).select_related(*WITH_NAMES)
    return found.order_by("-pk").first() or first


def taken_back(outage: Outage) -> QuerySet[Outage]:
    """What was on record before `outage`, the oldest first; nothing where it was never corrected."""
    earlier = Outage.objects.filter(Q(pk=outage.corrects_id) | Q(corrects=outage.corrects_id), voided_at__isnull=False)
    return earlier.exclude(pk=outage.pk).order_by("pk") if outage.corrects_id else earlier.none()
