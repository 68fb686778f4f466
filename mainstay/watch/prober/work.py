"""What a prober is to look at, from the database."""

from collections.abc import Iterable, Iterator

import structlog
from django.db.models import Count, Max, Q, QuerySet, Sum

from mainstay.watch.actions.kinds import opened_spec
from mainstay.watch.actions.memory import remembered
from mainstay.watch.facts import Source
from mainstay.watch.models import Monitor, Prober, Standing
from mainstay.watch.prober.prober import Work
from mainstay.watch.prober.schedule import Assignment
from mainstay.watch.probes import KINDS, SettingsWrong

log = structlog.get_logger()

Signature = tuple[int, int, int, int]


def signature() -> Signature:
    """Differs whenever a monitor was added, changed, paused, resumed or retired, or its website let go of."""
    active = Q(environment__website__is_active=True)
    found = Monitor.objects.aggregate(
        count=Count("pk"), versions=Sum("version"), latest=Max("pk"), active=Sum("pk", filter=active)
    )
    return found["count"], found["versions"] or 0, found["latest"] or 0, found["active"] or 0


def spool_mark(place: str) -> str:
    """How far the spool of `place` was taken in; empty when it never was."""
    return Prober.objects.filter(place=place).values_list("spool_mark", flat=True).first() or ""


def load() -> Work:
    """All monitors that are looked at, with what the judge remembers of them."""
    monitors = _looked_at()
    standings = Standing.objects.filter(monitor__in=monitors)
    return Work(
        tuple(_assignments(monitors.iterator())),
        {standing.pk: remembered(standing) for standing in standings.iterator()},
    )


def assignments() -> tuple[Assignment, ...]:
    """All monitors that are looked at, with their secrets open."""
    return tuple(_assignments(_looked_at().iterator()))


def _looked_at() -> QuerySet[Monitor]:
    return Monitor.objects.filter(
        is_enabled=True,
        retired_at__isnull=True,
        source=Source.PROBER.value,
        environment__website__is_active=True,
        kind__in=[each.key for each in KINDS.values() if each.probe is not None],
    )


def _assignments(monitors: Iterable[Monitor]) -> Iterator[Assignment]:
    """A monitor whose settings cannot be read is not looked at: its time is unknown."""
    for each in monitors:
        try:
            spec = opened_spec(
                each.kind, each.url, each.timeout_seconds, each.settings, allow_private=each.allow_private
            )
        except SettingsWrong as problem:
            log.error("a monitor's settings cannot be read", monitor=each.pk, field=problem.field, problem=str(problem))
        else:
            yield Assignment(each.pk, each.version, each.interval_seconds, spec)
