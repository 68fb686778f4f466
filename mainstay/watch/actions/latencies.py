"""Response times as histograms: an hour is counted as a whole when it is over, and what comes later is added to it.

Counting a check when it comes in would cost more than judging and storing it: its histogram would be read and written
anew each time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from mainstay.watch.codes import State
from mainstay.watch.facts import BEAT_PLACE, Check
from mainstay.watch.models import CheckRow, Counted, Latency, Monitor
from mainstay.watch.models.check import PHASES
from mainstay.watch.models.latency import Grain
from mainstay.watch.rules.latency import HOUR, Histogram, hour_of, is_to_count

Key = tuple[int, str, datetime]

ANSWERED = (State.UP, State.DEGRADED)
WRITTEN_AT_ONCE = 500


def add_late(checks: Iterable[Check], clients: Mapping[int, int], at: datetime) -> None:
    """Add those of `checks`, all of them new, whose hours are counted already. Who calls by itself answers nothing."""
    late = [each for each in checks if _is_answer(each) and is_to_count(hour_of(each.at), at)]
    until = counted_until() if late else None
    if until is None:
        return
    fresh: dict[Key, Histogram] = defaultdict(Histogram)
    for check in late:
        if check.at < until:
            fresh[check.monitor_id, check.place, hour_of(check.at)].add(check.finding.phases.total_us)
    _add(fresh, Grain.HOUR, clients)


def counted_until() -> datetime | None:
    """Before this instant all checks are counted; None when none ever were."""
    return Counted.objects.values_list("until", flat=True).first()


def count_hour(*, at: datetime) -> bool:
    """Count the earliest hour that is over and was not counted. Whether there was one.

    It may be done again after it was broken off: the histograms are made anew from the checks. Checks that come in
    meanwhile let it be done once more.
    """
    hour = _to_count(at)
    if hour is None:
        return False
    rows = CheckRow.objects.filter(at__gte=hour, at__lt=hour + HOUR)
    fresh, clients, seen = _counted(rows, hour)
    keys = list(fresh)
    for n in range(0, len(keys), WRITTEN_AT_ONCE):
        _save([(key, Grain.HOUR, fresh[key]) for key in keys[n : n + WRITTEN_AT_ONCE]], clients)
    with transaction.atomic():
        if rows.count() == seen:
            Counted.objects.update_or_create(pk=1, defaults={"until": hour + HOUR})
    return True


def _to_count(at: datetime) -> datetime | None:
    """The hour after those that are counted in which the next checks were made, when it is over."""
    until = counted_until()
    rows = CheckRow.objects.filter(at__gte=until) if until is not None else CheckRow.objects.all()
    earliest = rows.order_by("at").values_list("at", flat=True).first()
    if earliest is None or not is_to_count(hour_of(earliest), at):
        return None
    return hour_of(earliest)


def _counted(rows: QuerySet[CheckRow], hour: datetime) -> tuple[dict[Key, Histogram], dict[int, int], int]:
    """The histograms of an hour's checks, their monitors' clients, and how many checks there are."""
    found: dict[Key, Histogram] = defaultdict(Histogram)
    clients: dict[int, int] = {}
    seen = 0
    for monitor_id, client_id, place, state, *phases in rows.values_list(
        "monitor", "client", "place", "state", *PHASES
    ).iterator():
        seen += 1
        if state in ANSWERED and place != BEAT_PLACE:
            found[monitor_id, place, hour].add(sum(phases))
            clients[monitor_id] = client_id
    return found, clients, seen


def _is_answer(check: Check) -> bool:
    return check.state in ANSWERED and check.place != BEAT_PLACE


def add_to_days(fresh: dict[Key, Histogram], clients: Mapping[int, int]) -> None:
    """Add the histograms of hours to those of their days."""
    _add(fresh, Grain.DAY, clients)


@transaction.atomic
def take_in_latencies(
    *, monitor: Monitor, place: str, grain: str, histograms: Iterable[tuple[datetime, Histogram]]
) -> None:
    """Store whole histograms of hours or days that were observed elsewhere; what was there for them is replaced."""
    _save(
        [((monitor.pk, place, from_at), grain, each) for from_at, each in histograms], {monitor.pk: monitor.client_id}
    )


def _add(fresh: dict[Key, Histogram], grain: str, clients: Mapping[int, int]) -> None:
    if not fresh:
        return
    known = Latency.objects.select_for_update().filter(
        grain=grain, monitor__in={key[0] for key in fresh}, from_at__in={key[2] for key in fresh}
    )
    for row in known:
        if histogram := fresh.get((row.monitor_id, row.place, row.from_at)):
            histogram.merge(row.count, row.sum_us, row.buckets)
    _save([(key, grain, histogram) for key, histogram in fresh.items()], clients)


def _save(found: list[tuple[Key, str, Histogram]], clients: Mapping[int, int]) -> None:
    Latency.objects.bulk_create(
        [
            Latency(
                client_id=clients[monitor_id],
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
