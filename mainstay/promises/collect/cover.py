"""S1: in which office hours somebody was rostered at the desk, and in which of the coming ones nobody is.

What was rostered is the fact: an entry counts from the instant at which it was made, so that nothing that is planned,
called off or noted afterwards changes what is over.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mainstay.clients import queries as clients
from mainstay.clients.facts import Duty
from mainstay.clients.rules.roster import Span, gaps, without
from mainstay.promises.collect import clocks
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.facts import CoverFacts, NoFacts, Uncovered
from mainstay.promises.rules.schedule import previous_month

NO_ROSTER = NoFacts(missing="nobody was ever rostered at the desk.")
AHEAD = timedelta(days=7)
BACK = timedelta(days=63)
"""Two months: what is judged begins with this month, or with the last one."""


@dataclass(frozen=True)
class Kept:
    """When a desk was rostered: from `since` on, and who was there then does not matter."""

    since: datetime
    held: list[Span]


def collect(scope: Scope) -> Iterator[tuple[int, str, CoverFacts | NoFacts]]:
    """Eight queries for all clients, and the clocks that others have read already."""
    kept = _kept(scope.at)
    for bound in scope:
        yield bound.client.pk, "S1", NO_ROSTER if kept is None else _facts(kept, scope, bound)


def _kept(at: datetime) -> Kept | None:
    since = clients.desk_kept_since(at)
    if since is None:
        return None
    start, end = at - BACK, at + AHEAD
    plans = clients.duty_plans(clients.rosters(Duty.DESK), start, end, known_at=at)
    return Kept(since, without([(start, end)], gaps(plans.values(), start, end)))


def _facts(kept: Kept, scope: Scope, bound: Bound) -> CoverFacts:
    """This month's office hours up to now; last month's where none of this one is over yet."""
    this = bound.local(scope.at).date().replace(day=1)
    low = _begins(this, bound)
    month = this if bound.hours.open_between(min(low, scope.at), scope.at) else previous_month(this)
    low = min(_begins(month, bound), scope.at)
    judged_from = min(max(low, kept.since), scope.at)
    over = bound.hours.openings(judged_from, scope.at)
    coming = bound.hours.openings(scope.at, scope.at + AHEAD)
    return CoverFacts(
        period=f"in {month:%B %Y}",
        at=bound.local(scope.at),
        since=bound.local(judged_from) if bound.hours.open_between(low, judged_from) else None,
        office_s=_seconds(over),
        gaps=_uncovered(over, kept, bound),
        coming=_uncovered(coming, kept, bound),
        answers=clocks.first_answers(scope, bound, month),
    )


def _begins(month: date, bound: Bound) -> datetime:
    """The first instant of `month` that anything was promised for."""
    return datetime.combine(max(month, bound.began_on), time(), bound.zone)


def _uncovered(openings: list[Span], kept: Kept, bound: Bound) -> tuple[Uncovered, ...]:
    return tuple(Uncovered(start=bound.local(low), end=bound.local(high)) for low, high in without(openings, kept.held))


def _seconds(spans: Iterable[Span]) -> int:
    return int(sum((high - low for low, high in spans), timedelta()).total_seconds())
