"""S3, S5 and D1 to D4: the clocks of tickets that fell due this month, or last month where none did yet."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from mainstay.clients.facts import Audience
from mainstay.desk.facts import Category
from mainstay.desk.models import TicketClock
from mainstay.policy.clocks import Kind
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.facts import Attained, AttainmentFacts
from mainstay.promises.rules.outcome import ClockTimes, Outcome, outcome, used_bp
from mainstay.promises.rules.schedule import previous_month

DIFFICULTIES = {
    "D1": Category.DATA_UPLOAD,
    "D2": Category.IMAGE_UPLOAD,
    "D3": Category.VIEWABILITY,
    "D4": Category.LAYOUT,
}
KINDS = (Kind.FIRST_RESPONSE, Kind.RESOLUTION)
TWO_MONTHS = timedelta(days=63)
GROUP_WORDS = {Kind.FIRST_RESPONSE: "first answers", Kind.RESOLUTION: "resolutions"}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One clock with what became of it, in the client's month in which that was decided."""

    kind: Kind
    priority: int
    category: str
    audience: str
    outcome: Outcome
    month: date
    used_bp: int


@dataclass(frozen=True)
class Group:
    """Which clocks belong to one group of a clause, and the per cent of them that must be met."""

    name: str
    target_percent: int
    holds: Callable[[Judged], bool]


def collect(scope: Scope) -> Iterator[tuple[int, str, AttainmentFacts]]:
    """One query for all clients."""
    found = _judged(scope)
    for bound in scope:
        clocks = found[bound.client.pk]
        for clause, groups in _groups(bound).items():
            yield bound.client.pk, clause, _facts(clocks, groups, bound)


def clocks_of(client_ids: Iterable[int], since: datetime, at: datetime) -> QuerySet[TicketClock]:
    """First-response and resolution clocks that may have been decided in [since, at), or were running at `at`."""
    decided_later = Q(stopped_at__isnull=True) | Q(stopped_at__gte=since) | Q(due_at__gte=since)
    alive = Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=at)
    return TicketClock.objects.filter(
        decided_later, alive, client__in=list(client_ids), kind__in=KINDS, started_at__lte=at
    )


def _judged(scope: Scope) -> dict[int, list[Judged]]:
    found: dict[int, list[Judged]] = defaultdict(list)
    rows = clocks_of(scope.ids, scope.at - TWO_MONTHS, scope.at).values_list(
        "client", "kind", "priority", "ticket__category", "ticket__audience", "started_at", "due_at", "stopped_at"
    )
    for client_id, kind, priority, category, audience, started_at, due_at, stopped_at in rows:
        times = ClockTimes(started_at=started_at, due_at=due_at, stopped_at=stopped_at)
        result, decided_at = outcome(times, scope.at)
        found[client_id].append(
            Judged(
                kind=Kind(kind),
                priority=priority,
                category=category,
                audience=audience,
                outcome=result,
                month=scope.bounds[client_id].local(decided_at).date().replace(day=1),
                used_bp=used_bp(times, scope.at) if result is Outcome.RUNNING else 0,
            )
        )
    return found


def _groups(bound: Bound) -> dict[str, list[Group]]:
    first, resolution = bound.terms.attained.first, bound.terms.attained.resolution
    audiences = [Audience(each) for each in bound.terms.frontline.audiences]
    return {
        "S3": [Group(_plural(each), first, _first_of(each)) for each in audiences],
        "S5": [Group(f"priority {each}", resolution, _resolution_of(each)) for each in (1, 2, 3, 4)],
        **{
            clause: [
                Group(GROUP_WORDS[Kind.FIRST_RESPONSE], first, _of(category, Kind.FIRST_RESPONSE)),
                Group(GROUP_WORDS[Kind.RESOLUTION], resolution, _of(category, Kind.RESOLUTION)),
            ]
            for clause, category in DIFFICULTIES.items()
        },
    }


def _plural(audience: Audience) -> str:
    return audience.label if audience is Audience.IT_TEAM else f"{audience.label.lower()}s"


def _first_of(audience: Audience) -> Callable[[Judged], bool]:
    return lambda clock: clock.kind is Kind.FIRST_RESPONSE and clock.audience == audience


def _resolution_of(priority: int) -> Callable[[Judged], bool]:
    return lambda clock: clock.kind is Kind.RESOLUTION and clock.priority == priority


def _of(category: Category, kind: Kind) -> Callable[[Judged], bool]:
    return lambda clock: clock.kind is kind and clock.category == category


def _facts(clocks: list[Judged], groups: list[Group], bound: Bound) -> AttainmentFacts:
    """This month's clocks; last month's where none of the clause fell due in this one yet."""
    this = bound.local(bound.at).date().replace(day=1)
    for month in (this, previous_month(this)):
        attained = tuple(_attained(clocks, group, month) for group in groups)
        if any(each.due for each in attained):
            return AttainmentFacts(period=f"in {month:%B %Y}", groups=attained)
    return AttainmentFacts(
        period=f"in {previous_month(this):%B} or {this:%B %Y}",
        groups=tuple(_attained(clocks, group, this) for group in groups),
    )


def _attained(clocks: list[Judged], group: Group, month: date) -> Attained:
    """The clocks of `group` decided in `month`, with those that are running now."""
    mine = [clock for clock in clocks if group.holds(clock)]
    running = [clock for clock in mine if clock.outcome is Outcome.RUNNING]
    return Attained(
        group=group.name,
        target_percent=group.target_percent,
        met=sum(clock.outcome is Outcome.MET and clock.month == month for clock in mine),
        missed=sum(clock.outcome is Outcome.MISSED and clock.month == month for clock in mine),
        running=len(running),
        urgent_bp=max((clock.used_bp for clock in running if clock.priority == 1), default=0),
    )
