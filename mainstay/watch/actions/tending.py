"""What keeps the watch's tables small, and the probers' signs of life."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from django.db import transaction

from mainstay.watch.actions import evidence, latencies
from mainstay.watch.facts import GapReason, Missed
from mainstay.watch.models import CanaryCheck, CheckRow, Gap, Latency, Prober
from mainstay.watch.models.latency import Grain
from mainstay.watch.rules.latency import Histogram

CHECKS_KEPT = timedelta(hours=48)
HOURS_KEPT = timedelta(days=35)
ROWS_A_TURN = 5_000
CLOCK_IS_BACK = timedelta(seconds=2)
"""A prober that begins so long before it was last seen has another clock than it had then."""


@transaction.atomic
def begin_watch(*, place: str, at: datetime, looked_until: datetime | None = None) -> Missed | None:
    """A prober begins: the time since its last sign of life is unknown, for everything that it looks at.

    `looked_until` is the last of what it had seen and could not store before it ended. Where that lies ahead, the clock
    was set back meanwhile: the answer is the stretch of time that comes again, to be taken in after what is left.
    """
    prober = Prober.objects.select_for_update().filter(place=place).first()
    again = None
    if prober is not None:
        alive_at = max(prober.seen_at, looked_until or prober.seen_at)
        if alive_at < at:
            Gap.objects.get_or_create(
                place=place, monitor=None, from_at=alive_at, reason=GapReason.STOPPED.value, defaults={"to_at": at}
            )
        elif alive_at - at > CLOCK_IS_BACK:
            again = Missed(place, at, alive_at, GapReason.CLOCK)
    Prober.objects.update_or_create(
        place=place, defaults={"started_at": at, "seen_at": at, "stopped_at": None, "lost": 0}
    )
    return again


def show_life(
    *, place: str, at: datetime, monitors: int, lag_ms: int, queued: int, lost: int, spool_mark: str = ""
) -> None:
    """A prober is still there, and this is how it keeps up. `spool_mark` says how far its spool was taken in."""
    marked = {"spool_mark": spool_mark} if spool_mark else {}
    Prober.objects.filter(place=place).update(
        seen_at=at, monitors=monitors, lag_ms=lag_ms, queued=queued, lost=lost, **marked
    )


def end_watch(*, place: str, at: datetime) -> None:
    """A prober ends in good order."""
    Prober.objects.filter(place=place).update(seen_at=at, stopped_at=at)


def prune_checks(*, at: datetime) -> int:
    """Delete a bounded number of checks that are older than two days, counted, and kept as evidence. How many went."""
    CanaryCheck.objects.filter(at__lt=at - CHECKS_KEPT).delete()
    until = latencies.counted_until()
    if until is None:
        return 0
    edge = min(at - CHECKS_KEPT, until, evidence.settled_until(at))
    old = CheckRow.objects.filter(at__lt=edge).order_by("at").values_list("pk", flat=True)[:ROWS_A_TURN]
    return CheckRow.objects.filter(pk__in=list(old)).delete()[0]


@transaction.atomic
def roll_up_hours(*, at: datetime) -> int:
    """Merge a bounded number of old hours into their days. Returns how many hours went."""
    midnight = (at - HOURS_KEPT).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = list(Latency.objects.filter(grain=Grain.HOUR, from_at__lt=midnight).order_by("from_at", "pk")[:ROWS_A_TURN])
    days: dict[tuple[int, str, datetime], Histogram] = defaultdict(Histogram)
    for row in rows:
        day = row.from_at.astimezone(UTC).replace(hour=0)
        days[row.monitor_id, row.place, day].merge(row.count, row.sum_us, row.buckets)
    latencies.add_to_days(days, {row.monitor_id: row.client_id for row in rows})
    Latency.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
