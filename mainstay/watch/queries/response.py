"""How fast a website answers, from histograms."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Website
from mainstay.watch.models import Latency
from mainstay.watch.models.latency import Grain
from mainstay.watch.rules.latency import Histogram

HOURS_SHOWN_MAX = 24 * 14
ROWS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """Percentiles of one hour or day in milliseconds; None where nothing answered, `count` is then 0."""

    from_at: datetime
    to_at: datetime
    count: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


def response_times(website: Website, start: datetime, end: datetime) -> list[ResponseTime]:
    """Response times of the live environment over [start, end), by the hour up to a fortnight, else by the UTC day.

    Every hour or day has an entry, also those without a check.
    """
    by_hour = end - start <= timedelta(hours=HOURS_SHOWN_MAX)
    step = timedelta(hours=1) if by_hour else timedelta(days=1)
    first = _floor(start, step)
    slots = {first + n * step: Histogram() for n in range(-(-(end - first) // step))}
    for from_at, count, sum_us, buckets in _rows(website, first, end, by_hour=by_hour):
        slots[_floor(from_at, step)].merge(count, sum_us, buckets)
    return [_entry(from_at, step, histogram) for from_at, histogram in slots.items()]


def _rows(website: Website, start: datetime, end: datetime, *, by_hour: bool):  # type: ignore[no-untyped-def]
    rows = Latency.objects.filter(
        monitor__environment__website=website,
        monitor__environment__kind=EnvironmentKind.LIVE,
        from_at__gte=start,
        from_at__lt=end,
    )
    if by_hour:
        rows = rows.filter(grain=Grain.HOUR)
    return rows.order_by("from_at").values_list("from_at", "count", "sum_us", "buckets")[:ROWS_MAX]


def _floor(at: datetime, step: timedelta) -> datetime:
    at = at.astimezone(UTC)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((at - midnight) // step) * step


def _entry(from_at: datetime, step: timedelta, found: Histogram) -> ResponseTime:
    p50, p95, p99 = (found.percentile_ms(share) for share in (0.5, 0.95, 0.99))
    return ResponseTime(from_at, from_at + step, found.count, p50, p95, p99)
