"""How the promises of time were kept: the figures that promises and reports are made of.

Which clock counts in which stretch of time:

- A clock that was met counts at the instant at which it stopped.
- A clock that was missed counts at the instant at which it was due, whether or not it has stopped since.
- A clock that was cancelled, because nothing was owed any more, does not count.
- A clock that still has time left, or stands because the ticket waits for the client, does not count yet.
- The priority that counts is the one in force when the clock ended, or now while it runs.

So every clock counts once, a late one in the month in which it became late. A re-opened ticket's resolution clock
goes on: it counts again when it next ends; a report that was issued before stays as it was issued.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from mainstay.clients.models import Organisation
from mainstay.desk.models import TicketClock
from mainstay.policy.clocks import Kind

KINDS = (Kind.FIRST_RESPONSE, Kind.RESOLUTION)
BREACHES_MAX = 200


@dataclass(frozen=True, kw_only=True)
class Attainment:
    """How one kind of clock of one priority was kept. `running` counts those undecided at the end."""

    kind: str
    priority: int
    met: int
    missed: int
    running: int

    @property
    def decided(self) -> int:
        return self.met + self.missed

    @property
    def share(self) -> float | None:
        """The share met, 0 to 1; None where nothing was decided."""
        return self.met / self.decided if self.decided else None


def attainment(
    client: Organisation, start: datetime, end: datetime, at: datetime | None = None, *, kinds: tuple[str, ...] = KINDS,
    category: str = "", audience: str = "",
) -> list[Attainment]:  # fmt: skip
    """First response and resolution of a client in [start, end), as known at `at`, a row a kind and priority.

    `category` and `audience` narrow it to tickets about one difficulty or for one kind of people. One query.
    """
    known = min(at, end) if at else end
    found = _narrowed(TicketClock.objects.filter(client=client, kind__in=kinds), category, audience)
    rows = (
        found.order_by("kind", "priority")
        .values("kind", "priority")
        .annotate(
            met=Count("pk", filter=_met(start, end)),
            missed=Count("pk", filter=_missed(start, known)),
            running=Count("pk", filter=_running(known)),
        )
    )
    return [Attainment(**row) for row in rows if row["met"] or row["missed"] or row["running"]]


def breaches(client: Organisation, start: datetime, end: datetime, at: datetime | None = None) -> QuerySet[TicketClock]:
    """Clocks of a client missed in [start, end), oldest first, with their tickets; at most 200."""
    known = min(at, end) if at else end
    found = TicketClock.objects.filter(_missed(start, known), client=client, kind__in=KINDS)
    return found.select_related("ticket").order_by("due_at", "id")[:BREACHES_MAX]


def _met(start: datetime, end: datetime) -> Q:
    in_time = Q(due_at__isnull=True) | Q(stopped_at__lte=F("due_at"))
    return Q(stopped_at__gte=start, stopped_at__lt=end, cancelled_at__isnull=True) & in_time


def _missed(start: datetime, known: datetime) -> Q:
    late = Q(stopped_at__isnull=True) | Q(stopped_at__gt=F("due_at"))
    return Q(due_at__gte=start, due_at__lt=known, cancelled_at__isnull=True) & late


def _running(known: datetime) -> Q:
    undecided = Q(due_at__isnull=True) | Q(due_at__gte=known)
    unended = Q(stopped_at__isnull=True) | Q(stopped_at__gte=known)
    return Q(started_at__lt=known, cancelled_at__isnull=True) & undecided & unended


def _narrowed(found: QuerySet[TicketClock], category: str, audience: str) -> QuerySet[TicketClock]:
    if category:
        found = found.filter(ticket__category=category)
    return found.filter(ticket__audience=audience) if audience else found
