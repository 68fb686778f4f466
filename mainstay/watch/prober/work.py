"""What a prober is to look at, from the database."""

from django.db.models import Count, Max, Q, Sum

from mainstay.watch.actions.memory import remembered
from mainstay.watch.engine.steps import Spec
from mainstay.watch.facts import Source
from mainstay.watch.models import Monitor, Standing
from mainstay.watch.prober.prober import Work
from mainstay.watch.prober.schedule import Assignment

Signature = tuple[int, int, int, int]


def signature() -> Signature:
    """Differs whenever a monitor was added, changed, paused, resumed or retired, or its website let go of."""
    active = Q(environment__website__is_active=True)
    found = Monitor.objects.aggregate(
        count=Count("pk"), versions=Sum("version"), latest=Max("pk"), active=Sum("pk", filter=active)
    )
    return found["count"], found["versions"] or 0, found["latest"] or 0, found["active"] or 0


def load() -> Work:
    """All monitors that are looked at, with what the judge remembers of them."""
    monitors = Monitor.objects.filter(
        is_enabled=True, retired_at__isnull=True, source=Source.PROBER.value, environment__website__is_active=True
    )
    standings = Standing.objects.filter(monitor__in=monitors)
    return Work(
        tuple(_assignment(monitor) for monitor in monitors.iterator()),
        {standing.pk: remembered(standing) for standing in standings.iterator()},
    )


def _assignment(monitor: Monitor) -> Assignment:
    spec = Spec(monitor.kind, monitor.url, monitor.timeout_seconds, monitor.allow_private, monitor.settings)
    return Assignment(monitor.pk, monitor.version, monitor.interval_seconds, spec)
