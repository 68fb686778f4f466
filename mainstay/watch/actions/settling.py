"""Outages of environments: opened and closed as their monitors turn."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from mainstay.clients.models import Environment
from mainstay.common import facts
from mainstay.watch.actions import alert_cases
from mainstay.watch.actions.memory import remembered
from mainstay.watch.facts import OutageClosed, OutageOpened, Source
from mainstay.watch.models import Monitor, Outage, Standing
from mainstay.watch.rules.availability import Edge, closing, needed, opening
from mainstay.watch.rules.judge import Memory

PROCESS = facts.Process("watch")
COUNTING = Q(counts=True, is_enabled=True, retired_at__isnull=True)
"""The monitors that the availability rule of their environment asks."""


@dataclass(slots=True)
class Settling:
    """What the outages of a transaction's environments need to know; each environment is read once."""

    by: object
    source: Source = Source.PROBER
    _peers: dict[int, dict[int, Memory]] = field(default_factory=dict)
    _open: dict[int, Outage | None] = field(default_factory=dict)
    _latest: dict[int, Outage | None] = field(default_factory=dict)
    _has_foreseen: bool = False

    def foresee(self, may_turn: Callable[[], Collection[int]]) -> None:
        """Read at once what environments need that may turn, so that many at a time cost few queries. Once."""
        if self._has_foreseen:
            return
        self._has_foreseen, environment_ids = True, may_turn()
        counting = Monitor.objects.filter(COUNTING, environment__in=environment_ids)
        standings = {each.pk: each for each in Standing.objects.filter(monitor__in=counting)}
        self._peers = {pk: {} for pk in environment_ids}
        for pk, environment_id in counting.values_list("pk", "environment"):
            self._peers[environment_id][pk] = remembered(standings.get(pk))
        latest = Outage.objects.filter(environment=OuterRef("pk")).order_by("-started_at").values("pk")[:1]
        ids = Environment.objects.filter(pk__in=environment_ids).values_list("pk", Subquery(latest))
        outages = Outage.objects.select_related("client").in_bulk([outage for _, outage in ids if outage])
        self._latest = {pk: outages.get(outage) for pk, outage in ids}
        self._open = dict.fromkeys(environment_ids)
        still = Outage.objects.filter(environment__in=environment_ids, ended_at__isnull=True)
        self._open |= {each.environment_id: each for each in still.select_related("client")}

    def settle(
        self,
        environment: Environment,
        memories: dict[int, Memory],
        at: datetime,
        sure_at: datetime,
        left: Collection[Memory] = (),
    ) -> None:
        """Open or close the outage of `environment`, now that one of its monitors has turned.

        `memories` are those that this transaction has changed, by monitor; the others are read. `sure_at` is when
        the judge became sure; `at` is the instant of the action. `left` are those of monitors that no longer count.
        """
        peers = self._counting(environment, memories)
        enough = needed(environment.availability_rule, environment.quorum, len(peers))
        outage = self._open_outage(environment)
        if outage is None:
            edge = opening(peers, enough) if peers else None
            if edge is not None:
                self._open[environment.pk] = self._begin(environment, edge, at, sure_at)
        elif (end := closing([*peers, *left], enough, outage.started_at)) is not None:
            self._end(outage, end, at)
            self._open[environment.pk] = None

    def _counting(self, environment: Environment, memories: dict[int, Memory]) -> Collection[Memory]:
        """The memories of the monitors that the availability rule asks, with what this transaction changed."""
        if environment.pk not in self._peers:
            monitors = Monitor.objects.filter(COUNTING, environment=environment)
            standings = {each.pk: each for each in Standing.objects.filter(monitor__in=monitors)}
            self._peers[environment.pk] = {
                pk: remembered(standings.get(pk)) for pk in monitors.values_list("pk", flat=True)
            }
        peers = self._peers[environment.pk]
        peers.update((pk, memories[pk]) for pk in peers.keys() & memories.keys())
        return peers.values()

    def _open_outage(self, environment: Environment) -> Outage | None:
        if environment.pk not in self._open:
            self._open[environment.pk] = Outage.objects.filter(environment=environment, ended_at__isnull=True).first()
        return self._open[environment.pk]

    def _latest_outage(self, environment: Environment) -> Outage | None:
        if environment.pk not in self._latest:
            found = Outage.objects.filter(environment=environment).order_by("-started_at")
            self._latest[environment.pk] = found.first()
        return self._latest[environment.pk]

    def _begin(self, environment: Environment, edge: Edge, at: datetime, sure_at: datetime) -> Outage | None:
        """Open an outage, unless one that began then is on record. It never reaches into the one before it."""
        before = self._latest_outage(environment)
        floor = before.ended_at if before is not None else None
        started_at = max(edge.at, floor) if floor is not None else edge.at
        after = max(edge.after, floor) if floor is not None and edge.after is not None else edge.after
        if before is not None and before.started_at >= started_at:
            return None
        outage = Outage.objects.create(
            client_id=environment.client_id,
            website_id=environment.website_id,
            environment=environment,
            started_at=started_at,
            started_after=after,
            confirmed_at=max(sure_at, started_at),
            code=edge.code,
            detail=edge.detail,
            source=self.source,
        )
        self._latest[environment.pk] = outage
        alert_cases.outage_began(outage)
        fact = OutageOpened(outage.pk, outage.website_id, started_at, edge.code)
        facts.record(fact, by=self.by, at=at, client=environment.client)
        return outage

    def _end(self, outage: Outage, edge: Edge, at: datetime) -> None:
        outage.ended_at = max(edge.at, outage.started_at)
        outage.ended_after = max(edge.after or outage.started_at, outage.started_at)
        outage.save(update_fields=["ended_at", "ended_after"])
        self._latest[outage.environment_id] = outage
        alert_cases.outage_ended(outage, at)
        fact = OutageClosed(outage.pk, outage.website_id, outage.ended_at)
        facts.record(fact, by=self.by, at=at, client=outage.client)
