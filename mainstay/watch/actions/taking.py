"""Taking observations in: one transaction a batch, once however often a batch comes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Least

from mainstay.watch.actions import evidence, kinds, latencies
from mainstay.watch.actions import memory as memories
from mainstay.watch.actions.doubting import Doubting, is_doubted
from mainstay.watch.actions.judging import Judging
from mainstay.watch.actions.lateness import Lateness
from mainstay.watch.actions.running import Running
from mainstay.watch.actions.settling import PROCESS
from mainstay.watch.actions.steady import Steady
from mainstay.watch.actions.storing import store
from mainstay.watch.facts import BEAT_PLACE, CanaryLook, Check, Finding, GapReason, Missed, Source
from mainstay.watch.models import CanaryCheck, Gap, Monitor, Spell, Standing
from mainstay.watch.probes import KINDS
from mainstay.watch.rules.judge import Look, rewound

BATCH_MAX = 500


class BatchTooLarge(ValueError):
    """More checks at once than one transaction takes in: `BATCH_MAX`."""


@transaction.atomic
def take_in(
    *,
    checks: Sequence[Check],
    at: datetime,
    missed: Sequence[Missed] = (),
    canaries: Sequence[CanaryLook] = (),
    by: Any = PROCESS,
    source: Source = Source.PROBER,
) -> int:
    """Store checks, judge them in their order, and open or close outages. Returns how many were new.

    Looks at canaries are taken in with them: they tell whether failures are the websites' or the prober's own. What is
    on record already changes nothing. Checks of monitors that stand still or ended are left out.

    Raises:
        BatchTooLarge: there are more than `BATCH_MAX`.
    """
    if len(checks) > BATCH_MAX:
        raise BatchTooLarge(f"{len(checks)} checks at once; at most {BATCH_MAX}")
    _note_missed(missed)
    canaries = _note_canaries(canaries)
    ordered = sorted(checks, key=lambda check: (check.at, check.monitor_id))
    steady = Steady() if canaries or is_doubted({each.place for each in ordered}) else Steady.of(ordered)
    ordered = [check for check in ordered if check.monitor_id not in steady.clients]
    monitors = _monitors(check.monitor_id for check in ordered)
    ordered = [check for check in ordered if check.monitor_id in monitors]
    clients = steady.clients | {pk: each.client_id for pk, each in monitors.items()}
    store([*steady.checks, *ordered], clients)
    evidence.note_late([*steady.checks, *ordered], at)
    steady.save()
    fresh = steady.checks
    if ordered or canaries:
        fresh = [*fresh, *_judge(ordered, canaries, monitors, at, by, source)]
    latencies.add_late(fresh, clients, at)
    return len(fresh)


def _judge(
    ordered: list[Check],
    canaries: Sequence[CanaryLook],
    monitors: dict[int, Monitor],
    at: datetime,
    by: Any,
    source: Source,
) -> list[Check]:
    """Judge checks in their order, with the canaries between them; those that were new."""
    judging = Judging.opened(monitors.values(), by=by, source=source)
    doubting = Doubting.opened(judging, ordered, canaries, at)
    running = Running.loaded(list(monitors), ordered[0].at) if ordered else Running()
    lateness = Lateness(at)
    fresh = []
    for seen in _in_order(ordered, canaries):
        if isinstance(seen, CanaryLook):
            doubting.hear(seen)
            continue
        monitor = monitors[seen.monitor_id]
        if not running.take(seen, kinds.vouches_for(monitor)):
            continue
        finding = seen.finding
        if seen.place != BEAT_PLACE:  # what calls us by itself passes through nobody's uplink
            finding = doubting.believed(seen, _look(seen, finding, monitor))
        look = _look(seen, finding, monitor)
        lateness.notice(seen, look.state, monitor, judging.remembered(seen.monitor_id))
        judging.look(seen.monitor_id, look, at, seen.at + timedelta(microseconds=seen.duration_us))
        judging.show(seen.monitor_id, finding)
        fresh.append(seen)
    running.save(monitors, source)
    doubting.save()
    judging.save()
    lateness.save()
    return fresh


def _in_order(checks: list[Check], canaries: Sequence[CanaryLook]) -> list[Check | CanaryLook]:
    seen: list[Check | CanaryLook] = [*checks, *canaries]
    return sorted(seen, key=lambda each: each.at)


def _look(check: Check, finding: Finding, monitor: Monitor) -> Look:
    kind, vouches_for = KINDS[monitor.kind], kinds.vouches_for(monitor)
    enough = kind.bad_needed, kind.good_needed
    return Look(check.at, finding.state, vouches_for, finding.code, finding.detail, *enough, check.place)


def _monitors(ids: Iterable[int]) -> dict[int, Monitor]:
    """Those that are looked at: what was under way when one was paused or retired is left out."""
    rows = Monitor.objects.filter(pk__in=set(ids), retired_at__isnull=True, is_enabled=True)
    return {each.pk: each for each in rows.select_related("environment__client")}


def _note_canaries(canaries: Sequence[CanaryLook]) -> Sequence[CanaryLook]:
    """Store looks at canaries. Returns those that were not on record: a doubt is decided once."""
    if not canaries:
        return canaries
    rows = CanaryCheck.objects.filter(
        place__in={each.place for each in canaries}, at__in={each.at for each in canaries}
    )
    known = set(rows.values_list("place", "address", "at"))
    fresh = [each for each in canaries if (each.place, each.address, each.at) not in known]
    CanaryCheck.objects.bulk_create(
        [
            CanaryCheck(place=each.place, address=each.address, at=each.at, is_good=each.is_good, code=each.code.value)
            for each in fresh
        ],
        ignore_conflicts=True,
    )
    return fresh


def _note_missed(missed: Sequence[Missed]) -> None:
    """Record time in which nobody looked. A jump of the clock makes the judge forget what lies after it."""
    jumps = [each for each in missed if each.reason is GapReason.CLOCK and not _is_on_record(each)]
    clients = dict(
        Monitor.objects.filter(pk__in={each.monitor_id for each in missed if each.monitor_id}).values_list(
            "pk", "client"
        )
    )
    Gap.objects.bulk_create(
        [
            Gap(
                place=each.place,
                monitor_id=each.monitor_id,
                client_id=clients.get(each.monitor_id),
                from_at=each.from_at,
                to_at=each.to_at,
                reason=each.reason.value,
                slots=each.slots,
            )
            for each in missed
            if each.monitor_id is None or each.monitor_id in clients
        ],
        ignore_conflicts=True,
    )
    for each in jumps:
        _turn_back(each)


def _is_on_record(jump: Missed) -> bool:
    """Whether a jump was taken in before: to forget once more would take what was seen since."""
    return Gap.objects.filter(
        place=jump.place, monitor=jump.monitor_id, from_at=jump.from_at, to_at=jump.to_at, reason=GapReason.CLOCK
    ).exists()


def _turn_back(jump: Missed) -> None:
    """The clock jumped at `from_at` or back to it: runs end there, and the judge goes on from there.

    After a jump back the same stretch of time comes again, and nobody can say which of the two was right: runs that
    began in it are taken out (their single checks stay on record), and the gap says that it is unknown. A jump that
    names a monitor is that of one prober of several, and says nothing about the monitors of the others.
    """
    whose = {} if jump.monitor_id is None else {"monitor": jump.monitor_id}
    rows = Standing.objects.select_for_update().filter(vouched_until__gt=jump.from_at, **whose).order_by("monitor")
    standings = [each for each in rows if each.views or each.place in ("", jump.place)]
    for standing in standings:
        memories.put(rewound(memories.remembered(standing), jump.from_at, jump.place), standing)
    memories.save(standings)
    runs = Spell.objects.filter(place=jump.place, to_at__gt=jump.from_at, **whose)
    runs.filter(from_at__gt=jump.from_at).delete()
    edge = Value(jump.from_at, output_field=DateTimeField())
    runs.update(last_at=Least(F("last_at"), edge), to_at=edge)
