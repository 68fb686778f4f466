"""What outages are put down to, what of them is charged, and what was put right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from mainstay.clients.models import Organisation, Website
from mainstay.policy.ledger import State
from mainstay.watch.facts import Attributed
from mainstay.watch.models import Attribution, Correction, Exclusion, Outage
from mainstay.watch.queries.agreed import agreed_with
from mainstay.watch.queries.ledgers import ledger
from mainstay.watch.rules.charging import Charge, chargeable


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeOf:
    """An outage's charge: what it is put down to and was before, its exclusions, and how much of it is charged."""

    attribution: Attribution | None
    earlier: list[Attribution]
    exclusions: list[Exclusion]
    charged: timedelta
    excluded: timedelta
    rule: Charge

    @property
    def exclusion(self) -> Exclusion | None:
        """The one that waits or counts."""
        return next((each for each in self.exclusions if not each.end), None)


def charge_of(outage: Outage, at: datetime) -> ChargeOf:
    """How `outage` is charged, as known at `at`."""
    attributions = list(outage_rows(Attribution.objects, outage).select_related("decided_by"))
    current = next((each for each in attributions if each.replaced_at is None), None)
    downtime = agreed_with([outage.client_id], at)[outage.client_id].terms(outage.started_at).downtime
    part = ledger(outage.website, outage.started_at, outage.ended_at or at, at)
    return ChargeOf(
        attribution=current,
        earlier=[each for each in attributions if each.replaced_at is not None],
        exclusions=list(outage_rows(Exclusion.objects, outage).select_related("asked_by", "granted_by", "ended_by")),
        charged=part.charged,
        excluded=part.total(State.DOWN_EXCLUDED),
        rule=chargeable(current.cause if current else None, downtime),
    )


def outage_rows(rows: "QuerySet", outage: Outage) -> "QuerySet":
    """Of `rows` those about `outage`, however often it was corrected."""
    return rows.filter(outage=outage.first_id)


def causes_of(outages: Iterable[Outage]) -> dict[int, Attributed]:
    """What each of `outages` is put down to, by its id; those that nobody decided on are left out."""
    by_first = {each.first_id: each.pk for each in outages}
    rows = Attribution.objects.filter(outage__in=by_first, replaced_at__isnull=True).values_list("outage", "to")
    return {by_first[first_id]: Attributed(to) for first_id, to in rows}


def exclusions_listed(client: Organisation) -> QuerySet[Exclusion]:
    """All that was asked of `client`, what waits first, then the newest."""
    found = Exclusion.objects.filter(client=client).select_related("website", "client", "asked_by", "granted_by")
    return found.order_by("end", "granted_at", "-asked_at")


def exclusions_waiting(client: Organisation) -> int:
    """How many wait for the client's answer."""
    return Exclusion.objects.waiting().filter(client=client).count()


def exclusions_of(website: Website, start: datetime, end: datetime) -> QuerySet[Exclusion]:
    """What was asked of [start, end) of a website, whatever became of it, in the order of time."""
    found = Exclusion.objects.filter(website=website, starts_at__lt=end, ends_at__gt=start)
    return found.select_related("asked_by", "granted_by").order_by("starts_at", "pk")


def corrections_of(website: Website, start: datetime, end: datetime) -> QuerySet[Correction]:
    """What was put right of the outages in [start, end) of a website, the oldest entry first."""
    old = Q(old__started_at__lt=end) & (Q(old__ended_at__isnull=True) | Q(old__ended_at__gt=start))
    new = Q(new__started_at__lt=end) & (Q(new__ended_at__isnull=True) | Q(new__ended_at__gt=start))
    return Correction.objects.filter(old | new, website=website).select_related("made_by").order_by("made_at", "pk")


def correction_of(outage: Outage) -> Correction | None:
    """The entry by which `outage` was taken back, or else came to be; None where the judge made it and it stands."""
    found = Correction.objects.filter(Q(old=outage) | Q(new=outage)).select_related("made_by", "old", "new")
    return found.order_by("-made_at", "-pk").first()


def corrections(client: Organisation, since: datetime, until: datetime) -> QuerySet[Correction]:
    """What was put right in (since, until], the oldest first, with what it replaced."""
    return (
        Correction.objects.filter(client=client, made_at__gt=since, made_at__lte=until)
        .select_related("website", "made_by", "old", "new")
        .order_by("made_at", "pk")
    )


def exclusions_decided(client: Organisation, since: datetime, until: datetime) -> QuerySet[Exclusion]:
    """What was granted, or revoked after it had been, in (since, until]."""
    granted = Q(granted_at__gt=since, granted_at__lte=until)
    revoked = Q(granted_at__isnull=False, ended_at__gt=since, ended_at__lte=until)
    return (
        Exclusion.objects.filter(granted | revoked, client=client)
        .select_related("website", "asked_by", "granted_by", "ended_by", "outage")
        .order_by("asked_at", "pk")
    )
