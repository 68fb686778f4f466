"""What a prober is to look at, from the database."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import structlog
from django.db.models import Count, Max, Q, QuerySet, Sum

from mainstay.watch.actions.kinds import opened_spec
from mainstay.watch.actions.memory import remembered
from mainstay.watch.facts import Source
from mainstay.watch.models import Dependency, Monitor, Prober, Reliance, Standing
from mainstay.watch.prober.prober import Work
from mainstay.watch.prober.schedule import Assignment
from mainstay.watch.probes import KINDS, SettingsWrong
from mainstay.watch.queries.dependencies import looked_behind
from mainstay.watch.rules.agreement import of_place, wants_look

log = structlog.get_logger()

Signature = tuple[int, ...]

SUSPECTED_LATELY = timedelta(minutes=5)
ASKED_MAX = 1_000


def signature() -> Signature:
    """Differs whenever a monitor was added, changed, paused, resumed or retired, its website let go of, or what it
    depends on is another.
    """
    active = Q(environment__website__is_active=True)
    found = Monitor.objects.aggregate(
        count=Count("pk"), versions=Sum("version"), latest=Max("pk"), active=Sum("pk", filter=active)
    )
    relied = Reliance.objects.aggregate(count=Count("pk"), ids=Sum("pk"))
    behind = Dependency.objects.aggregate(behind=Sum("behind"))
    return tuple(value or 0 for value in (*found.values(), *relied.values(), *behind.values()))


def spool_mark(place: str) -> str:
    """How far the spool of `place` was taken in; empty when it never was."""
    return Prober.objects.filter(place=place).values_list("spool_mark", flat=True).first() or ""


def suspected_elsewhere(place: str, at: datetime) -> list[int]:
    """The monitors that another place has begun to see failing since `place` looked at them, the latest first."""
    rows = Standing.objects.filter(is_down=False, bad_count__gt=0, last_bad_at__gte=at - SUSPECTED_LATELY)
    latest = rows.order_by("-last_bad_at")[:ASKED_MAX]
    return [standing.pk for standing in latest if wants_look(remembered(standing), place)]


def load(place: str) -> Work:
    """All monitors that are looked at, with what the judge remembers of what `place` saw of them."""
    standings = Standing.objects.filter(monitor__in=_looked_at())
    return Work(
        assignments(),
        {standing.pk: of_place(remembered(standing), place) for standing in standings.iterator()},
    )


def assignments() -> tuple[Assignment, ...]:
    """All monitors that are looked at, with their secrets open."""
    return tuple(_assignments(_looked_at().iterator(), looked_behind()))


def _looked_at() -> QuerySet[Monitor]:
    return Monitor.objects.filter(
        is_enabled=True,
        retired_at__isnull=True,
        source=Source.PROBER.value,
        environment__website__is_active=True,
        kind__in=[each.key for each in KINDS.values() if each.probe is not None],
    )


def _assignments(monitors: Iterable[Monitor], behind: dict[int, tuple[int, ...]]) -> Iterator[Assignment]:
    """A monitor whose settings cannot be read is not looked at: its time is unknown."""
    for each in monitors:
        try:
            spec = opened_spec(
                each.kind, each.url, each.timeout_seconds, each.settings, allow_private=each.allow_private
            )
        except SettingsWrong as problem:
            log.error("a monitor's settings cannot be read", monitor=each.pk, field=problem.field, problem=str(problem))
        else:
            looks_behind = tuple(pk for pk in behind.get(each.environment_id, ()) if pk != each.pk)
            yield Assignment(each.pk, each.version, each.interval_seconds, spec, looks_behind)
