"""Response times added to their hours' histograms."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from mainstay.watch.codes import State
from mainstay.watch.facts import Check
from mainstay.watch.models import Latency, Monitor
from mainstay.watch.models.latency import Grain
from mainstay.watch.probes import KINDS
from mainstay.watch.rules.latency import Histogram

Key = tuple[int, str, datetime]


def add(checks: Iterable[Check], monitors: dict[int, Monitor]) -> None:
    """Count the answered ones of `checks`, which were never counted before. Who calls by itself answers nothing."""
    fresh: dict[Key, Histogram] = {}
    for check in checks:
        is_answer = check.state in (State.UP, State.DEGRADED) and not KINDS[monitors[check.monitor_id].kind].is_called
        if is_answer:
            key = (check.monitor_id, check.place, check.at.replace(minute=0, second=0, microsecond=0))
            fresh.setdefault(key, Histogram()).add(check.finding.phases.total_us)
    _add(fresh, Grain.HOUR, monitors)


def add_to_days(fresh: dict[Key, Histogram], monitors: dict[int, Monitor]) -> None:
    """Add the histograms of hours to those of their days."""
    _add(fresh, Grain.DAY, monitors)


@transaction.atomic
def take_in_latencies(
    *, monitor: Monitor, place: str, grain: str, histograms: Iterable[tuple[datetime, Histogram]]
) -> None:
    """Store whole histograms of hours or days that were observed elsewhere; what was there for them is replaced."""
    _save([((monitor.pk, place, from_at), grain, each) for from_at, each in histograms], {monitor.pk: monitor})


def _add(fresh: dict[Key, Histogram], grain: str, monitors: dict[int, Monitor]) -> None:
    if not fresh:
        return
    known = Latency.objects.select_for_update().filter(
        grain=grain, monitor__in={key[0] for key in fresh}, from_at__in={key[2] for key in fresh}
    )
    for row in known:
        if histogram := fresh.get((row.monitor_id, row.place, row.from_at)):
            histogram.merge(row.count, row.sum_us, row.buckets)
    _save([(key, grain, histogram) for key, histogram in fresh.items()], monitors)


def _save(found: list[tuple[Key, str, Histogram]], monitors: dict[int, Monitor]) -> None:
    Latency.objects.bulk_create(
        [
            Latency(
                client_id=monitors[monitor_id].client_id,
                monitor_id=monitor_id,
                place=place,
                grain=grain,
                from_at=from_at,
                count=histogram.count,
                sum_us=histogram.sum_us,
                buckets=histogram.stored(),
            )
            for (monitor_id, place, from_at), grain, histogram in found
        ],
        update_conflicts=True,
        unique_fields=["monitor", "grain", "from_at", "place"],
        update_fields=["count", "sum_us", "buckets"],
    )
