"""The portfolio: clients and websites by the chance of breaking the downtime promise, and what hit several at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Q, QuerySet, Sum

from mainstay.clients.models import Organisation
from mainstay.policy.promises import Clause
from mainstay.promises.models import Standing, WebsiteForecast
from mainstay.promises.models.forecast import CHANCE_MAX, chance_words
from mainstay.watch.models import Exclusion, Outage

SHARED_SHOWN = 10
SHARED_FOR = timedelta(days=365)
LIKELY_BP = 1_000

SHOW = {
    "all": ("All", Q()),
    "likely": ("10 % or more likely to break", Q(chance_bp__gte=LIKELY_BP)),
    "broken": ("Broken", Q(chance_bp=CHANCE_MAX)),
    "unknown": ("Too little observed", Q(chance_bp__isnull=True)),
}
CLIENT_ORDERS = {
    "chance": ("Chance of breaking", [F("worst_bp").desc(nulls_last=True), "-most_used"]),
    "used": ("Most used", ["-most_used"]),
    "client": ("Client", []),
}
WEBSITE_ORDERS = {
    "chance": ("Chance of breaking", [F("chance_bp").desc(nulls_last=True), "-used_percent"]),
    "used": ("Most used", ["-used_percent"]),
    "left": ("Least left", ["left_s"]),
    "client": ("Client", ["client__name"]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """A client: the chance that any of its websites breaks the promise, how S2 stands and since when, the tightest
    website, and what cost all of them most.
    """

    client: Organisation
    websites: int
    chance: str
    verdict: str
    since: datetime | None
    tightest: WebsiteForecast
    cause: str
    cause_s: int


def websites_listed(clients: QuerySet[Organisation], *, words: str, show: str, order: str) -> QuerySet[WebsiteForecast]:
    """The websites of `clients` that fit, in order."""
    found = _forecasts(clients).filter(SHOW[show][1])
    if words:
        found = found.filter(Q(website__name__icontains=words) | Q(client__name__icontains=words))
    found = found.select_related("client", "website").defer("lengths_s")
    return found.order_by(*WEBSITE_ORDERS[order][1], "website__name", "pk")


def clients_listed(clients: QuerySet[Organisation], *, words: str, show: str, order: str) -> QuerySet[Any]:
    """The clients that have a website that fits, as values (`client`, `worst_bp`, `most_used`), in order."""
    found = _forecasts(clients).filter(SHOW[show][1])
    if words:
        found = found.filter(Q(website__name__icontains=words) | Q(client__name__icontains=words))
    grouped = found.values("client", "client__name").annotate(worst_bp=Max("chance_bp"), most_used=Max("used_percent"))
    return grouped.order_by(*CLIENT_ORDERS[order][1], "client__name", "client")


def client_rows(ids: Sequence[int]) -> list[ClientRow]:
    """The clients numbered `ids`, in that order, each with all of its websites."""
    of_client: dict[int, list[WebsiteForecast]] = defaultdict(list)
    rows = WebsiteForecast.objects.filter(client__in=ids, website__is_active=True).select_related("client", "website")
    for each in rows.defer("lengths_s"):
        of_client[each.client_id].append(each)
    standings = {each.client_id: each.clauses for each in Standing.objects.filter(client__in=ids)}
    return [_client_row(of_client[pk], standings.get(pk, {})) for pk in ids if of_client[pk]]


def chance_of_any(chances_bp: Iterable[int | None]) -> int | None:
    """The chance in basis points that at least one of several promises is broken, each by itself; None when none is
    known. It is rounded up, so that what can happen is never shown as impossible.
    """
    known = [each for each in chances_bp if each is not None]
    if not known:
        return None
    kept = 1.0
    for each in known:
        kept *= 1 - each / CHANCE_MAX
    if CHANCE_MAX in known:
        return CHANCE_MAX
    return min(CHANCE_MAX - 1, max(*known, round((1 - kept) * CHANCE_MAX)) if len(known) > 1 else known[0])


def shared_failures(clients: QuerySet[Organisation], at: datetime) -> list[dict[str, Any]]:
    """Failures of the last year that took several websites down, each once, with all that they cost.

    `down_s` is how long the websites were down in all, `excluded_s` what of it was granted not to be charged.
    """
    took = ExpressionWrapper(F("ended_at") - F("started_at"), output_field=DurationField())
    outages = Outage.objects.valid().filter(
        client__in=clients, cause__started_at__gte=at - SHARED_FOR, ended_at__isnull=False
    )
    made = outages.values(
        "cause", label=F("cause__dependency__name"), began_at=F("cause__started_at"), ended=F("cause__ended_at")
    )
    total = made.annotate(
        websites=Count("website", distinct=True), clients=Count("client", distinct=True), down=Sum(took)
    )
    found = list(total.filter(websites__gt=1).order_by("-down")[:SHARED_SHOWN])
    left_out = _excluded([each["cause"] for each in found])
    return [
        {**each, "down_s": round(each["down"].total_seconds()), "excluded_s": left_out.get(each["cause"], 0)}
        for each in found
    ]


def _excluded(causes: list[int]) -> dict[int, int]:
    length = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())
    rows = Exclusion.objects.counting().filter(outage__cause__in=causes).values("outage__cause")
    return {each["outage__cause"]: round(each["length"].total_seconds()) for each in rows.annotate(length=Sum(length))}


def _forecasts(clients: QuerySet[Organisation]) -> QuerySet[WebsiteForecast]:
    found: QuerySet[WebsiteForecast] = WebsiteForecast.objects.filter(client__in=clients, website__is_active=True)
    return found


def _client_row(rows: list[WebsiteForecast], clauses: dict[str, Any]) -> ClientRow:
    cost: dict[str, int] = defaultdict(int)
    for each in rows:
        if each.cause:
            cost[each.cause] += each.cause_s
    worst = max(cost, key=lambda cause: (cost[cause], cause), default="")
    stands = clauses.get(Clause.DOWNTIME.value, {})
    since = stands.get("since")
    return ClientRow(
        client=rows[0].client,
        websites=len(rows),
        chance=chance_words(chance_of_any(each.chance_bp for each in rows)),
        verdict=stands.get("verdict", "unproven"),
        since=datetime.fromisoformat(since) if since else None,
        tightest=max(rows, key=lambda each: (each.chance_bp or -1, each.used_percent, -each.pk)),
        cause=worst,
        cause_s=cost.get(worst, 0),
    )
