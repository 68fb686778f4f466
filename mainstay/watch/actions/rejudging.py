"""Environments judged anew, over all checks that are kept: late evidence corrects the outages on record.

Single checks are kept for two days, so that what comes later than that is on record and no more judged. Nor is what
lies before the latest change of the environment's monitors: it was judged by others than there are now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q

from mainstay.clients.models import Environment
from mainstay.common.facts import FactRecord
from mainstay.watch.actions import alert_cases, kinds
from mainstay.watch.actions import memory as memories
from mainstay.watch.actions.correcting import correct
from mainstay.watch.actions.judging import blip_of
from mainstay.watch.actions.settling import PROCESS, figures_of
from mainstay.watch.actions.tending import CHECKS_KEPT
from mainstay.watch.codes import Code, State
from mainstay.watch.facts import GapReason, Source
from mainstay.watch.models import Blip, CheckRow, Gap, LateEvidence, Monitor, Outage, Prober, Standing
from mainstay.watch.probes import KINDS
from mainstay.watch.rules.again import Again, Seen, corrections, judged_again
from mainstay.watch.rules.availability import Figures, needed
from mainstay.watch.rules.memory import Look

log = structlog.get_logger()

SETTLED_AFTER = timedelta(seconds=5)
"""A prober that is back delivers for a while: what came in is judged once nothing more does,"""
WAITS_MAX = timedelta(minutes=5)
"""or after this."""

A_TURN = 20
CHECKS_MAX = 100_000
PRUNING_LAGS = timedelta(hours=1)
OF_MONITORS = "watch.monitor_"


def judge_late(*, at: datetime, by: Any = PROCESS) -> int:
    """Judge a bounded number of environments anew, each in a transaction of its own. Returns how many."""
    rows = LateEvidence.objects.filter(Q(heard_at__lte=at - SETTLED_AFTER) | Q(noted_at__lte=at - WAITS_MAX))
    waiting = list(rows.order_by("heard_at").values_list("environment", flat=True)[:A_TURN])
    for environment_id in waiting:
        try:
            judge_anew(environment_id=environment_id, at=at, by=by)
        except Exception:  # the others must not wait for this one; it is tried again after them
            log.exception("an environment could not be judged anew", environment=environment_id)
            LateEvidence.objects.filter(environment=environment_id).update(heard_at=at, noted_at=at)
    return len(waiting)


@transaction.atomic
def judge_anew(*, environment_id: int, at: datetime, by: Any = PROCESS) -> None:
    """Judge an environment anew from its earliest late check on, and correct what is on record."""
    environment = Environment.objects.select_related("client").get(pk=environment_id)
    monitors = list(
        Monitor.objects.filter(environment=environment, counts=True, is_enabled=True, retired_at__isnull=True)
    )
    standings = list(Standing.objects.select_for_update().filter(monitor__in=monitors).order_by("monitor"))
    evidence = LateEvidence.objects.select_for_update().filter(environment=environment).first()
    if evidence is None:
        return
    evidence.delete()
    recorded = Outage.objects.valid().filter(environment=environment)
    since = _since(evidence.from_at, environment, monitors, at)
    if not monitors or since is None:
        return
    past = _Past.of(monitors, since)
    enough = needed(environment.availability_rule, environment.quorum, len(monitors))
    again = judged_again(past.looks(), [each.pk for each in monitors], enough)
    rows = list(recorded.filter(started_at__gte=since).exclude(source=Source.PERSON).order_by("started_at"))
    judged = _not_settled_by_persons(again.outages, environment, since)
    found = corrections([figures_of(row) for row in rows], judged)
    for each in sorted(found, key=lambda correction: correction.new is not None):  # what goes makes room
        correct(each, rows, judged, environment, at=at, by=by)
    alert_cases.outages_merged(environment.pk, at)
    _keep(again, {each.pk: each for each in monitors}, standings)


def _not_settled_by_persons(judged: list[Figures], environment: Environment, since: datetime) -> list[Figures]:
    """Those that meet no outage that a person put right: a person's word stands."""
    settled = Outage.objects.filter(environment=environment, ended_at__gte=since).filter(
        Q(source=Source.PERSON, voided_at__isnull=True) | Q(replaced_by__made_by__isnull=False)
    )
    spans = [figures_of(each) for each in settled]
    return [each for each in judged if not any(each.meets(span) for span in spans)]


def _since(from_at: datetime, environment: Environment, monitors: list[Monitor], at: datetime) -> datetime | None:
    """From when on to judge: before the outage that the earliest late check lies in, and no further than is kept.

    None when that would begin in the middle of an outage that goes on.
    """
    lead = 2 * max((kinds.vouches_for(each) for each in monitors), default=timedelta())
    floor = max(at - CHECKS_KEPT + PRUNING_LAGS, at - _bounded(monitors), _changed_at(environment) or from_at - lead)
    outages = Outage.objects.valid().filter(environment=environment).order_by("started_at")
    around = outages.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=from_at - lead), started_at__lt=from_at)
    first = around.first()
    since = max((min(from_at, first.started_at) if first is not None else from_at) - lead, floor)
    under_way = outages.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since), started_at__lt=since).last()
    return under_way.ended_at if under_way is not None else since


def _bounded(monitors: list[Monitor]) -> timedelta:
    """How long a time the number of checks that are read at once allows."""
    a_second = sum(1 / each.interval_seconds for each in monitors) * max(1, Prober.objects.count())
    return timedelta(seconds=CHECKS_MAX / a_second) if a_second else CHECKS_KEPT


def _changed_at(environment: Environment) -> datetime | None:
    """When a monitor of the environment was last added, changed, paused, resumed or retired."""
    ids = Monitor.objects.filter(environment=environment).values_list("pk", flat=True)
    changes = FactRecord.objects.filter(subject__in=[f"monitor:{pk}" for pk in ids], kind__startswith=OF_MONITORS)
    latest = changes.order_by("-at").first()
    return latest.at if latest is not None else None


@dataclass(frozen=True, slots=True)
class _Past:
    """All checks of some monitors since an instant, and the time in which a place was not believed."""

    monitors: dict[int, Monitor]
    since: datetime
    unbelieved: dict[tuple[int, str], list[tuple[datetime, datetime]]]

    @classmethod
    def of(cls, monitors: list[Monitor], since: datetime) -> "_Past":
        found: dict[tuple[int, str], list[tuple[datetime, datetime]]] = {}
        gaps = Gap.objects.filter(monitor__in=monitors, reason=GapReason.PROBER, to_at__gte=since)
        for gap in gaps:
            found.setdefault((gap.monitor_id, gap.place), []).append((gap.from_at, gap.to_at))
        return cls({each.pk: each for each in monitors}, since, found)

    def looks(self) -> Iterator[Seen]:
        """They, in their order. A failure that was not believed says nothing."""
        fields = ("monitor", "place", "at", "state", "code", "detail", "duration_us")
        rows = CheckRow.objects.filter(monitor__in=list(self.monitors), at__gte=self.since).order_by("at", "place")
        for monitor_id, place, at, state, code, detail, duration_us in rows.values_list(*fields).iterator():
            monitor = self.monitors[monitor_id]
            is_believed = state != State.DOWN or not self._is_unbelieved(monitor_id, place, at)
            kind, vouches_for = KINDS[monitor.kind], kinds.vouches_for(monitor)
            seen = State(state) if is_believed else State.UNKNOWN
            look = Look(at, seen, vouches_for, Code(code), detail, kind.bad_needed, kind.good_needed, place)
            yield Seen(monitor_id, look, at + timedelta(microseconds=duration_us))

    def _is_unbelieved(self, monitor_id: int, place: str, at: datetime) -> bool:
        return any(start <= at < end for start, end in self.unbelieved.get((monitor_id, place), ()))


def _keep(again: Again, monitors: dict[int, Monitor], standings: list[Standing]) -> None:
    """Remember from now on what comes out of all that is known."""
    for standing in standings:
        memory = again.memories[standing.pk]
        if memory.seen_at is not None:
            memories.put(memory, standing)
    memories.save(standings)
    Blip.objects.bulk_create(
        [blip_of(monitors[each.monitor_id], each.before, each.until) for each in again.blips], ignore_conflicts=True
    )
