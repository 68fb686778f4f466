"""How fast a website answers, from histograms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q

from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Website
from mainstay.watch.codes import State
from mainstay.watch.facts import BEAT_PLACE
from mainstay.watch.models import CheckRow, Counted, Latency
from mainstay.watch.models.check import PHASES
from mainstay.watch.models.latency import Grain
from mainstay.watch.rules.latency import Histogram, hour_of, merged

HOURS_SHOWN_MAX = 24 * 14
UNCOUNTED_MAX = 50_000
"""More than the monitors of one website make before they are counted."""


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
    for from_at, found in histograms(website, first, end, [Grain.HOUR] if by_hour else Grain.values):
        slots[_floor(from_at, step)].merge(found.count, found.sum_us, found.buckets)
    return [_entry(from_at, step, histogram) for from_at, histogram in slots.items()]


def histograms(
    website: Website, start: datetime, end: datetime, grains: Iterable[str] = Grain.values
) -> Iterator[tuple[datetime, Histogram]]:
    """The response times of the live environment over [start, end): of each hour, of each day where hours are gone.

    Checks that are not counted yet come one by one, at the hour that they will be counted in.
    """
    live = Q(monitor__environment__website=website, monitor__environment__kind=EnvironmentKind.LIVE)
    counted = Latency.objects.filter(live, grain__in=list(grains), from_at__gte=start, from_at__lt=end)
    for from_at, count, sum_us, buckets in counted.values_list("from_at", "count", "sum_us", "buckets").iterator():
        yield from_at, merged([(count, sum_us, buckets)])
    for at, *phases in _uncounted(live, start, end):
        found = Histogram()
        found.add(sum(phases))
        yield hour_of(at), found


def _uncounted(live: Q, start: datetime, end: datetime) -> Iterable[tuple[Any, ...]]:
    """Instant and phases of the answered checks that no histogram holds yet: those of an hour or two."""
    until = Counted.objects.values_list("until", flat=True).first()
    since = max(start, until) if until is not None else start
    answered = CheckRow.objects.filter(live, at__gte=since, at__lt=end, state__in=(State.UP, State.DEGRADED))
    return answered.exclude(place=BEAT_PLACE).values_list("at", *PHASES)[:UNCOUNTED_MAX]


def _floor(at: datetime, step: timedelta) -> datetime:
    at = at.astimezone(UTC)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((at - midnight) // step) * step


def _entry(from_at: datetime, step: timedelta, found: Histogram) -> ResponseTime:
    p50, p95, p99 = (found.percentile_ms(share) for share in (0.5, 0.95, 0.99))
    return ResponseTime(from_at, from_at + step, found.count, p50, p95, p99)
