"""Keeping forecasts: worked out in batches, and at once for a website whose outage ends."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from mainstay.clients.models import Website
from mainstay.policy.forecast import Chance, Prior, Record, chance_of_breaking, prior_of
from mainstay.promises.models import WebsiteForecast
from mainstay.watch import queries as watch
from mainstay.watch.models import Outage

STALE = timedelta(hours=1)
FIELDS = (
    "client_id", "limit_s", "charged_s", "left_s", "observed_s", "used_percent", "forecast_s", "chance_bp", "low_bp",
    "high_bp", "lengths_s", "cause", "cause_s", "year_start", "year_end", "as_of",
)  # fmt: skip


def stale(at: datetime, at_most: int) -> list[Website]:
    """Websites that are looked after and whose forecast is missing or old, the oldest first."""
    served = Website.objects.filter(is_active=True, client__is_active=True)
    kept = WebsiteForecast.objects.filter(as_of__gt=at - STALE).values("website")
    order = F("websiteforecast_as_of").asc(nulls_first=True)
    dated = served.exclude(pk__in=kept).annotate(websiteforecast_as_of=_as_of())
    return list(dated.select_related("client").order_by(order, "pk")[:at_most])


@transaction.atomic
def refresh(*, websites: Sequence[Website], at: datetime) -> int:
    """Work the forecasts of `websites` out as of `at`. One that no agreement holds for has none. Returns how many."""
    budgets = watch.budgets(websites, at)
    prior, causes = _prior(), _causes(websites, budgets, at)
    rows = [
        _row(website, budget, prior, causes[website.pk], at)
        for website in websites
        if (budget := budgets[website.pk]) is not None
    ]
    held = [row.website_id for row in rows]
    WebsiteForecast.objects.filter(website__in=websites).exclude(website__in=held).delete()
    WebsiteForecast.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["website"],
        update_fields=[each.removesuffix("_id") for each in FIELDS],
    )
    return len(rows)


def _as_of() -> Subquery:
    return Subquery(WebsiteForecast.objects.filter(website=OuterRef("pk")).values("as_of")[:1])


def _prior() -> Prior:
    """What all websites that have a forecast teach about one of them."""
    rows = WebsiteForecast.objects.filter(observed_s__gt=0).order_by("pk").values_list("observed_s", "lengths_s")
    return prior_of(Record(left_s=0, to_come_s=0, observed_s=seen, lengths_s=tuple(all_)) for seen, all_ in rows)


def _row(
    website: Website, budget: watch.Budget, prior: Prior, causes: dict[str, float], at: datetime
) -> WebsiteForecast:
    chance = _chance(budget, prior)
    worst = max(causes, key=lambda each: (causes[each], each), default="")
    return WebsiteForecast(
        website=website,
        client_id=website.client_id,
        limit_s=budget.limit_s,
        charged_s=budget.charged_s,
        left_s=budget.left_s,
        observed_s=budget.observed_s,
        used_percent=budget.used_percent,
        forecast_s=budget.forecast_s,
        chance_bp=chance.bp if chance else None,
        low_bp=chance.low_bp if chance else None,
        high_bp=chance.high_bp if chance else None,
        lengths_s=list(budget.lengths_s),
        cause=worst[:200],
        cause_s=round(causes.get(worst, 0)),
        year_start=budget.year_start,
        year_end=budget.year_end,
        as_of=at,
    )


def _chance(budget: watch.Budget, prior: Prior) -> Chance | None:
    record = Record(
        left_s=budget.limit_s - budget.charged_s,
        to_come_s=budget.to_come_s,
        observed_s=budget.observed_s,
        lengths_s=budget.lengths_s,
    )
    return chance_of_breaking(record, prior)


def _causes(
    websites: Iterable[Website], budgets: dict[int, watch.Budget | None], at: datetime
) -> dict[int, dict[str, float]]:
    """Seconds down of each website in its year, by what it came from: a dependency's failure, else what was seen."""
    found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    known = {pk: budget for pk, budget in budgets.items() if budget is not None}
    if not known:
        return found
    first = min(each.year_start for each in known.values())
    rows = Outage.objects.valid().filter(Q(ended_at__isnull=True) | Q(ended_at__gt=first), website__in=list(known))
    for each in rows.select_related("cause__dependency"):
        start = max(each.started_at, known[each.website_id].year_start)
        length_s = (min(each.ended_at or at, at) - start).total_seconds()
        if length_s > 0:
            found[each.website_id][_cause(each)] += length_s
    return found


def _cause(outage: Outage) -> str:
    return str(outage.cause.dependency.label) if outage.cause is not None else outage.sentence
