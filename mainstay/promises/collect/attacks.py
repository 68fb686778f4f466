"""D5: the tickets about cyber-attacks of the contract year."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from mainstay.desk.facts import Category, TicketState
from mainstay.desk.models import Ticket
from mainstay.policy.clocks import Kind
from mainstay.promises.collect.clocks import clocks_of
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.facts import AttackFacts, Attained
from mainstay.promises.rules.outcome import ClockTimes, Outcome, outcome, used_bp

Told = tuple[datetime, datetime | None]
"""When an attack was logged, and when the client was first answered."""


def collect(scope: Scope) -> Iterator[tuple[int, str, AttackFacts]]:
    """Two queries for all clients."""
    tickets, clocks = _tickets(scope), _clocks(scope)
    for bound in scope:
        rows = clocks[bound.client.pk]
        limit = bound.terms.attack.client_told_within
        yield (
            bound.client.pk,
            "D5",
            AttackFacts(
                attacks=len(tickets[bound.client.pk]),
                open=sum(tickets[bound.client.pk]),
                told_late=sum(_told_at(each, bound.at) - each[0] > limit for each in _first_answers(rows)),
                tell_within_s=int(limit.total_seconds()),
                clocks=_attained([times for _, times in rows], bound),
            ),
        )


def _tickets(scope: Scope) -> dict[int, list[bool]]:
    """For each attack of a client's contract year, whether it is open."""
    found: dict[int, list[bool]] = defaultdict(list)
    opened = Ticket.objects.filter(
        client__in=scope.ids, category=Category.ATTACK, opened_at__gte=_earliest(scope), opened_at__lte=scope.at
    ).exclude(close_code="spam")
    for client_id, opened_at, state in opened.values_list("client", "opened_at", "state"):
        if scope.bounds[client_id].year.holds(opened_at):
            found[client_id].append(state in (TicketState.OPEN, TicketState.WAITING))
    return found


def _clocks(scope: Scope) -> dict[int, list[tuple[str, ClockTimes]]]:
    found: dict[int, list[tuple[str, ClockTimes]]] = defaultdict(list)
    rows = clocks_of(scope.ids, _earliest(scope), scope.at).filter(ticket__category=Category.ATTACK)
    for client_id, kind, started_at, due_at, stopped_at in rows.values_list(
        "client", "kind", "started_at", "due_at", "stopped_at"
    ):
        if scope.bounds[client_id].year.holds(started_at):
            times = ClockTimes(started_at=started_at, due_at=due_at, stopped_at=stopped_at)
            found[client_id].append((kind, times))
    return found


def _earliest(scope: Scope) -> datetime:
    return min((bound.year.start for bound in scope), default=scope.at)


def _first_answers(rows: list[tuple[str, ClockTimes]]) -> list[Told]:
    return [(times.started_at, times.stopped_at) for kind, times in rows if kind == Kind.FIRST_RESPONSE]


def _told_at(told: Told, at: datetime) -> datetime:
    """When the client was told; an attack not told of yet counts as long as it has lasted."""
    return at if told[1] is None or told[1] > at else told[1]


def _attained(clocks: list[ClockTimes], bound: Bound) -> Attained:
    found = [outcome(each, bound.at)[0] for each in clocks]
    used = (used_bp(each, bound.at) for each, result in zip(clocks, found, strict=True) if result is Outcome.RUNNING)
    return Attained(
        group="attacks",
        target_percent=100,
        met=found.count(Outcome.MET),
        missed=found.count(Outcome.MISSED),
        running=found.count(Outcome.RUNNING),
        urgent_bp=max(used, default=0),
    )
