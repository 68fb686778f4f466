"""The portfolio: every website by the chance of breaking its downtime promise before its anniversary."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.promises.models import WebsiteForecast
from mainstay.watch.models import Outage

PAGE_SIZE = 50
SHARED_SHOWN = 5
WORDS_MAX = 100
SORTS = {
    "chance": ("Chance of breaking", [F("chance_bp").desc(nulls_last=True), "-used_percent"]),
    "used": ("Most used", ["-used_percent"]),
    "left": ("Least left", ["left_s"]),
    "client": ("Client", ["client__name"]),
}


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """All websites that the person may see, ranked; what hit several of them, once."""
    gates.require(request.user, Permission.CONSOLE_USE)
    clients = gates.clients_for(request.user, Permission.PROMISE_VIEW).filter(is_active=True)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:WORDS_MAX]
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "chance"
    found = WebsiteForecast.objects.filter(client__in=clients, website__is_active=True)
    if words:
        found = found.filter(Q(website__name__icontains=words) | Q(client__name__icontains=words))
    ordered = found.select_related("client", "website").order_by(*SORTS[sort][1], "website__name", "pk")
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    return kit.page(
        request,
        "promises/portfolio.html",
        page=page,
        words=words,
        sort=sort,
        sorts=[(key, label) for key, (label, _) in SORTS.items()],
        as_of=found.aggregate(oldest=Min("as_of"))["oldest"],
        shared=_shared(clients),
    )


def _shared(clients: Any) -> list[dict[str, Any]]:
    """Failures of the last year that took several websites down, each once, with all the downtime that they made."""
    since = timezone.now() - timedelta(days=365)
    took = ExpressionWrapper(F("ended_at") - F("started_at"), output_field=DurationField())
    rows = Outage.objects.valid().filter(client__in=clients, cause__started_at__gte=since, ended_at__isnull=False)
    made = rows.values("cause", label=F("cause__dependency__name"), began_at=F("cause__started_at"))
    total = made.annotate(websites=Count("website", distinct=True), down=Sum(took)).filter(websites__gt=1)
    return [{**each, "down_s": round(each["down"].total_seconds())} for each in total.order_by("-down")[:SHARED_SHOWN]]
