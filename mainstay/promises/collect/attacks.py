"""D5: the tickets about cyber-attacks of the contract year."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from mainstay.desk.facts import Category
from mainstay.desk.models import Ticket
from mainstay.policy.clocks import Kind
from mainstay.promises.collect.scope import Scope
from mainstay.promises.collect.timed import Timed, timed
from mainstay.promises.facts import AttackFacts, Attained
from mainstay.promises.rules.outcome import Outcome

SPAM = Q(close_code="spam")


def collect(scope: Scope) -> Iterator[tuple[int, str, AttackFacts]]:
    """A few queries for all clients."""
    tickets, clocks = _tickets(scope), _clocks(scope)
    for bound in scope:
        mine = tickets[bound.client.pk]
        rows = [clock for clock in clocks if clock.ticket_id in mine]
        limit = bound.terms.attack.client_told_within
        yield (
            bound.client.pk,
            "D5",
            AttackFacts(
                attacks=len(mine),
                open=sum(_is_open(clock) for clock in rows),
                told_late=sum(_told_at(clock, bound.at) - clock.times.started_at > limit for clock in _first(rows)),
                tell_within_s=int(limit.total_seconds()),
                clocks=_attained(rows),
            ),
        )


def _tickets(scope: Scope) -> dict[int, set[int]]:
    """The attacks of each client's contract year. What had been closed as spam was none."""
    found: dict[int, set[int]] = defaultdict(set)
    opened = Ticket.objects.filter(
        is_imported=False,
        client__in=scope.ids,
        category=Category.ATTACK,
        opened_at__gte=_earliest(scope),
        opened_at__lte=scope.at,
    ).exclude(SPAM & Q(closed_at__lte=scope.at))
    for pk, client_id, opened_at in opened.values_list("pk", "client", "opened_at"):
        if scope.bounds[client_id].year.holds(opened_at):
            found[client_id].add(pk)
    return found


def _clocks(scope: Scope) -> list[Timed]:
    return timed(scope.ids, _earliest(scope), scope.at, category=Category.ATTACK, measured=lambda clock: True)


def _earliest(scope: Scope) -> datetime:
    return min((bound.year.start for bound in scope), default=scope.at)


def _first(rows: list[Timed]) -> list[Timed]:
    return [clock for clock in rows if clock.kind is Kind.FIRST_RESPONSE]


def _is_open(clock: Timed) -> bool:
    """A ticket is open until its resolution clock has stopped."""
    return clock.kind is Kind.RESOLUTION and not clock.has_stopped


def _told_at(clock: Timed, at: datetime) -> datetime:
    """When the client was told; an attack not told of yet counts as long as it has lasted."""
    stopped_at = clock.times.stopped_at
    return stopped_at if clock.has_stopped and stopped_at is not None else at


def _attained(clocks: list[Timed]) -> Attained:
    found = [clock.outcome for clock in clocks]
    return Attained(
        group="attacks",
        target_percent=100,
        met=found.count(Outcome.MET),
        missed=found.count(Outcome.MISSED),
        running=found.count(Outcome.RUNNING),
        urgent_bp=max((clock.used_bp for clock in clocks), default=0),
    )
