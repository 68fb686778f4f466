"""Monitors, outages and ledgers in the API."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from mainstay.access.facts import Permission
from mainstay.access.web.problems import Problem, problem
from mainstay.watch import actions, gates, queries
from mainstay.watch.models import Monitor, Outage
from mainstay.watch.models.monitor import INTERVAL_S_MIN, TIMEOUT_S_MAX
from mainstay.watch.probes import KINDS
from mainstay.watch.rules.beats import INTERVAL_S_MAX
from mainstay.watch.web.beats import address_of

router = Router(tags=["watch"])

LIMIT_MAX = 200
ID_MAX = 2**63 - 1
PERIOD_MAX = timedelta(days=800)
PERIOD_USUAL = timedelta(days=30)
YEAR_FIRST, YEAR_LAST = 1990, 2200
REFUSED = {401: Problem, 403: Problem, 404: Problem, 422: Problem}

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many at most.")]
Before = Annotated[int, Query(ge=0, description="Go on before the row with this id; 0 begins with the newest.")]


class MonitorOut(Schema):
    id: int
    website: int
    environment: str
    kind: str
    name: str
    url: str
    interval_seconds: int
    timeout_seconds: int
    counts: bool
    is_enabled: bool
    state: str
    sentence: str
    seen_at: datetime | None
    beat_url: Annotated[str | None, Field(description="Where a task reports; only for those who may change monitors.")]


class NewMonitor(Schema):
    url: Annotated[str, Field(min_length=1, max_length=2000)]
    kind: Annotated[str, Field(description=f"One of {', '.join(KINDS)}.")] = "http"
    settings: Annotated[
        dict[str, Any], Field(description="As the kind wants them; what is usual may be left out.")
    ] = {}
    environment: str = "live"
    name: Annotated[str, Field(max_length=100)] = ""
    interval_seconds: Annotated[
        int | None, Field(ge=INTERVAL_S_MIN, le=INTERVAL_S_MAX, description="Left out: as is usual for the kind.")
    ] = None
    timeout_seconds: Annotated[int, Field(ge=1, le=TIMEOUT_S_MAX)] = 10
    counts: Annotated[bool | None, Field(description="Left out: as is usual for the kind.")] = None


class OutageOut(Schema):
    id: int
    client: str
    website: int
    environment: str
    started_at: datetime
    started_after: datetime | None
    confirmed_at: datetime
    ended_at: datetime | None
    ended_after: datetime | None
    code: str
    sentence: str
    acknowledged_at: datetime | None
    because: Annotated[str, Field(description="What made it, where a website depends on something that failed.")]
    corrects: Annotated[int | None, Field(description="The outage that it stands in the place of.")]
    voided_at: Annotated[datetime | None, Field(description="Set when late checks showed that it was otherwise.")]

    @staticmethod
    def resolve_corrects(outage: Outage) -> int | None:
        return outage.corrects_id

    @staticmethod
    def resolve_client(outage: Outage) -> str:
        return outage.client.slug

    @staticmethod
    def resolve_website(outage: Outage) -> int:
        return outage.website_id

    @staticmethod
    def resolve_environment(outage: Outage) -> str:
        return outage.environment.kind


class LedgerOut(Schema):
    website: int
    start: datetime
    end: datetime
    at: datetime
    seconds: Annotated[dict[str, int], Field(description="Whole seconds by state; they add up to the period.")]
    charged_lower_seconds: int
    charged_upper_seconds: int


class BudgetOut(Schema):
    limit_s: int
    charged_s: int
    lower_s: int
    upper_s: int
    excluded_s: int
    unknown_s: int
    left_s: int
    share_of_year: float
    forecast_s: int | None
    year_start: datetime
    year_end: datetime


@router.get(
    "/websites/{website_id}/monitors",
    response={200: list[MonitorOut], **REFUSED},
    url_name="monitors",
    summary="List a website's monitors",
)
def list_monitors(request: HttpRequest, website_id: int) -> list[dict[str, Any]]:
    """With what each of them saw last; the state is `unknown` when that no longer vouches for now."""
    website = gates.website_for(request.user, website_id, Permission.WATCH_VIEW)
    may_edit = gates.may_edit(request.user, website.client)
    return [_monitor(each, may_edit=may_edit) for each in queries.monitors_now(website, timezone.now())]


@router.post(
    "/websites/{website_id}/monitors",
    response={201: MonitorOut, **REFUSED},
    url_name="monitors",
    summary="Check a website in one more way",
)
def create_monitor(request: HttpRequest, website_id: int, data: NewMonitor) -> Status[dict[str, Any]] | HttpResponse:
    website = gates.website_for(request.user, website_id, Permission.MONITOR_EDIT)
    environment = website.environments.filter(kind=data.environment).first()
    if environment is None:
        return _wrong("environment", "The website has no such environment.")
    given = {name: value for name, value in data.dict(exclude={"environment"}).items() if value is not None}
    wanted = {**_usual(data.kind), **given}
    try:
        monitor = actions.add_monitor(environment=environment, **wanted, by=request.user, at=timezone.now())
    except actions.MonitorRefused as refused:
        return _wrong(refused.field, str(refused))
    now = {each.monitor.pk: each for each in queries.monitors_now(website, timezone.now())}
    return Status(201, _monitor(now[monitor.pk], may_edit=True))


@router.get("/outages", response={200: list[OutageOut], **REFUSED}, url_name="outages", summary="List outages")
def list_outages(
    request: HttpRequest,
    limit: Limit = 50,
    before: Before = 0,
    website: Annotated[int | None, Query(ge=1, le=ID_MAX)] = None,
    *,
    is_open: bool | None = None,
) -> list[Outage]:
    """Those that the token's owner may see, the newest first."""
    found = gates.outages_of(request.user, Permission.WATCH_VIEW).select_related(
        "client", "environment", "cause__dependency"
    )
    if before:
        found = found.filter(pk__lt=before)
    if website is not None:
        found = found.filter(website=website)
    if is_open is not None:
        found = found.filter(ended_at__isnull=is_open)
    return list(found.order_by("-pk")[:limit])


@router.get("/outages/{outage_id}", response={200: OutageOut, **REFUSED}, url_name="outage", summary="One outage")
def get_outage(request: HttpRequest, outage_id: int) -> Outage:
    return gates.outage_for(request.user, outage_id, Permission.WATCH_VIEW)


@router.get(
    "/websites/{website_id}/ledger",
    response={200: LedgerOut, **REFUSED},
    url_name="website-ledger",
    summary="A website's downtime ledger",
)
def get_ledger(
    request: HttpRequest,
    website_id: int,
    start: Annotated[
        AwareDatetime | None, Query(description="From this instant on; by default 30 days before the end.")
    ] = None,
    end: Annotated[
        AwareDatetime | None, Query(description="Up to, not including, this instant; by default now.")
    ] = None,
) -> dict[str, Any] | HttpResponse:
    """The period divided by state. The seconds of all states and of the time `to_come` add up to its length."""
    website = gates.website_for(request.user, website_id, Permission.WATCH_VIEW)
    now = timezone.now()
    for name, instant in (("start", start), ("end", end)):
        if instant is not None and not YEAR_FIRST <= instant.year <= YEAR_LAST:
            return _wrong(name, f"The year must lie between {YEAR_FIRST} and {YEAR_LAST}.")
    end = end or now
    start = start or end - PERIOD_USUAL
    if not start < end <= start + PERIOD_MAX:
        return _wrong("end", f"The end must come after the start, and within {PERIOD_MAX.days} days.")
    found = queries.ledger(website, start, end, now)
    return {
        "website": website.pk,
        "start": start,
        "end": end,
        "at": now,
        "seconds": found.seconds,
        "charged_lower_seconds": round(found.lower.total_seconds()),
        "charged_upper_seconds": round(found.upper.total_seconds()),
    }


@router.get(
    "/websites/{website_id}/budget",
    response={200: BudgetOut, **REFUSED},
    url_name="website-budget",
    summary="What is left of a website's downtime budget",
)
def get_budget(request: HttpRequest, website_id: int) -> Any:
    website = gates.website_for(request.user, website_id, Permission.WATCH_VIEW)
    found = queries.budgets([website], timezone.now())[website.pk]
    return found or problem(404, "No agreement of this client is in force.")


def _usual(kind: str) -> dict[str, Any]:
    """What is usual for a kind; nothing for one that there is not, which the action refuses."""
    found = KINDS.get(kind)
    return {"interval_seconds": found.interval_s, "counts": found.counts} if found is not None else {}


def _monitor(now: queries.MonitorNow, *, may_edit: bool) -> dict[str, Any]:
    monitor: Monitor = now.monitor
    fields = ("kind", "name", "url", "interval_seconds", "timeout_seconds", "counts", "is_enabled")
    return {
        "id": monitor.pk,
        "website": monitor.environment.website_id,
        "environment": monitor.environment.kind,
        **{name: getattr(monitor, name) for name in fields},
        "state": now.state.value,
        "sentence": now.standing.sentence if now.standing else "",
        "seen_at": now.standing.seen_at if now.standing else None,
        "beat_url": address_of(monitor) if may_edit else None,
    }


def _wrong(field: str, detail: str) -> HttpResponse:
    return problem(422, "Some of what was sent cannot be used.", [{"field": field, "detail": detail}])
