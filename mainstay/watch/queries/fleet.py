"""All monitors together, as the console lists them: found, sorted and counted in the database.

Nothing here looks at history: what is known now stands in one row a monitor.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from mainstay.watch.codes import State
from mainstay.watch.models import Monitor, Spell
from mainstay.watch.rules.pace import PASSING

PAUSED = "paused"
STATES = (State.DOWN.value, State.DEGRADED.value, State.UNKNOWN.value, State.UP.value, PAUSED)
"""How a monitor can stand in the list, what needs a hand first."""

CERTIFICATE_SOON = timedelta(days=21)

_CANNOT_TELL = Q(standing__state=State.UNKNOWN.value)
_IS_DOWN = Q(standing__is_down=True) & (Q(standing__views__isnull=False) | ~_CANNOT_TELL)
_IS_DEGRADED = Q(standing__views__isnull=False, standing__bad_count__gt=0) | (
    Q(standing__slow_since__isnull=False) & ~Q(standing__state__in=[State.DOWN.value, State.UNKNOWN.value])
)
"""Some places see it fail, which is not confirmed, or it is slow."""

SORTS: dict[str, tuple[OrderBy, ...]] = {
    "website": (F("environment__website__name").asc(), F("pk").asc()),
    "client": (F("client__name").asc(), F("environment__website__name").asc(), F("pk").asc()),
    "state": (F("rank").asc(), F("environment__website__name").asc(), F("pk").asc()),
    "seen": (F("standing__seen_at").asc(nulls_first=True), F("pk").asc()),
    "slowest": (F("standing__total_us").desc(nulls_last=True), F("pk").asc()),
    "certificate": (F("standing__cert_not_after").asc(nulls_last=True), F("pk").asc()),
    "interval": (F("interval_seconds").asc(), F("pk").asc()),
}
"""In which order the list can be."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which monitors are listed. What is empty does not narrow the list."""

    words: str = ""
    state: str = ""
    kind: str = ""
    client: str = ""
    place: str = ""
    counts: str = ""
    certificate: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything was asked for."""
        return self != Wanted()


def fleet(among: QuerySet[Monitor], wanted: Wanted, at: datetime) -> QuerySet[Monitor]:
    """Of `among`, the monitors that fit, each with its `state_now`; retired ones and those of left websites never."""
    found = with_state(among, at).filter(_fits(wanted, at))
    if wanted.state:
        found = found.filter(state_now=wanted.state)
    if wanted.place:
        here = Spell.objects.filter(monitor=OuterRef("pk"), place=wanted.place, to_at__gte=at)
        found = found.filter(Exists(here))
    return found


def listed(found: QuerySet[Monitor], sort: str) -> QuerySet[Monitor]:
    """`found` in one of the orders of `SORTS`, with all that a row shows."""
    return found.select_related("client", "environment__website", "standing").order_by(*SORTS[sort])


def counts_by_state(among: QuerySet[Monitor], at: datetime) -> dict[str, int]:
    """How many of `among` stand in each of `STATES`, in one query."""
    rows = with_state(among, at).order_by().values("state_now").annotate(many=Count("pk"))
    found = {row["state_now"]: row["many"] for row in rows}
    return {state: found.get(state, 0) for state in STATES}


def with_state(among: QuerySet[Monitor], at: datetime) -> QuerySet[Monitor]:
    """`among` that are looked after, with `state_now`, the same as `MonitorNow.state` or paused, and its `rank`.

    Where all of several places have begun to see it fail it is degraded here until that is confirmed.
    """
    watched = among.filter(retired_at__isnull=True, environment__website__is_active=True)
    state = Case(
        When(is_enabled=False, then=Value(PAUSED)),
        When(~Q(standing__vouched_until__gte=at), then=Value(State.UNKNOWN.value)),
        When(_IS_DOWN, then=Value(State.DOWN.value)),
        When(_IS_DEGRADED, then=Value(State.DEGRADED.value)),
        When(standing__code__in=PASSING, then=Value(State.UP.value)),
        default=F("standing__state"),
        output_field=CharField(),
    )
    ranks = [When(state_now=each, then=Value(rank)) for rank, each in enumerate(STATES)]
    return watched.annotate(state_now=state).annotate(rank=Case(*ranks, output_field=IntegerField()))


def _fits(wanted: Wanted, at: datetime) -> Q:
    fits = Q()
    for word in wanted.words.split():
        fits &= (
            Q(name__icontains=word)
            | Q(url__icontains=word)
            | Q(environment__website__name__icontains=word)
            | Q(client__name__icontains=word)
        )
    if wanted.kind:
        fits &= Q(kind=wanted.kind)
    if wanted.client:
        fits &= Q(client__slug=wanted.client)
    if wanted.counts:
        fits &= Q(counts=wanted.counts == "yes")
    if wanted.certificate:
        fits &= Q(standing__cert_not_after__lte=at + CERTIFICATE_SOON)
    return fits
