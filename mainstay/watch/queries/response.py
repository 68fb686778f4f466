"""How fast a website or one monitor answers, from histograms; and where the time goes, from the latest checks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Q
from django.db.models.functions import TruncHour

from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Website
from mainstay.watch.codes import State
from mainstay.watch.models import CheckRow, Latency, Monitor
from mainstay.watch.models.latency import Grain
from mainstay.watch.rules.latency import Histogram

HOURS_SHOWN_MAX = 24 * 14
PHASES = ("name", "connect", "tls", "first_byte", "body")


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """Percentiles of one hour or day in milliseconds; None where nothing answered, `count` is then 0."""

    from_at: datetime
    to_at: datetime
    count: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


@dataclass(frozen=True, slots=True)
class PhaseTime:
    """Where the time of an hour's answered checks went on average, in milliseconds by `PHASES`; None without checks."""

    from_at: datetime
    count: int
    spent_ms: tuple[float | None, ...]


def response_times(of: Website | Monitor, start: datetime, end: datetime) -> list[ResponseTime]:
    """Response times over [start, end), by the hour up to a fortnight, else by the UTC day.

    Those of a website are of the monitors of its live environment that can make it down: a domain's registry, say,
    answers for nobody's visit.

    Every hour or day has an entry, also those without a check.
    """
    by_hour = end - start <= timedelta(hours=HOURS_SHOWN_MAX)
    step = timedelta(hours=1) if by_hour else timedelta(days=1)
    first = _floor(start, step)
    slots = {first + n * step: Histogram() for n in range(-(-(end - first) // step))}
    for from_at, count, sum_us, buckets in _rows(of, first, end, by_hour=by_hour):
        slots[_floor(from_at, step)].merge(count, sum_us, buckets)
    return [_entry(from_at, step, histogram) for from_at, histogram in slots.items()]


def phase_times(of: Website | Monitor, start: datetime, end: datetime) -> list[PhaseTime]:
    """Where the time went over [start, end), by the hour. Single checks are kept for two days: there is none before."""
    first = _floor(start, timedelta(hours=1))
    answered = CheckRow.objects.filter(
        _of(of), at__gte=first, at__lt=end, state__in=(State.UP.value, State.DEGRADED.value)
    )
    averages = {name: Avg(f"{name}_us") for name in PHASES}
    rows = answered.annotate(hour=TruncHour("at", tzinfo=UTC)).order_by().values("hour")
    found = {row["hour"]: row for row in rows.annotate(many=Count("pk"), **averages)}
    hours = [first + n * timedelta(hours=1) for n in range(-(-(end - first) // timedelta(hours=1)))]
    return [_phases(hour, found.get(hour)) for hour in hours]


def _phases(hour: datetime, row: dict[str, Any] | None) -> PhaseTime:
    if row is None:
        return PhaseTime(hour, 0, (None,) * len(PHASES))
    return PhaseTime(hour, row["many"], tuple(float(row[name]) / 1000 for name in PHASES))


def _rows(of: Website | Monitor, start: datetime, end: datetime, *, by_hour: bool):  # type: ignore[no-untyped-def]
    rows = Latency.objects.filter(_of(of), from_at__gte=start, from_at__lt=end)
    if by_hour:
        rows = rows.filter(grain=Grain.HOUR)
    return rows.order_by("from_at").values_list("from_at", "count", "sum_us", "buckets").iterator()


def _of(of: Website | Monitor) -> Q:
    if isinstance(of, Monitor):
        return Q(monitor=of)
    live = {"monitor__environment__website": of, "monitor__environment__kind": EnvironmentKind.LIVE}
    return Q(**live, monitor__counts=True)


def _floor(at: datetime, step: timedelta) -> datetime:
    at = at.astimezone(UTC)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((at - midnight) // step) * step


def _entry(from_at: datetime, step: timedelta, found: Histogram) -> ResponseTime:
    p50, p95, p99 = (found.percentile_ms(share) for share in (0.5, 0.95, 0.99))
    return ResponseTime(from_at, from_at + step, found.count, p50, p95, p99)
