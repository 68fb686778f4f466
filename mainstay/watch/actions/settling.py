"""Outages of environments: opened and closed as their monitors turn."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from mainstay.clients.models import Environment
from mainstay.common import facts
from mainstay.watch.actions import alert_cases
from mainstay.watch.actions.memory import remembered
from mainstay.watch.facts import OutageClosed, OutageOpened, Source
from mainstay.watch.models import Monitor, Outage, Standing
from mainstay.watch.queries.dependencies import cause_for, relying_on_something
from mainstay.watch.rules.availability import Edge, Figures, begin, closing, end, needed, opening
from mainstay.watch.rules.judge import Memory

PROCESS = facts.Process("watch")
COUNTING = Q(counts=True, is_enabled=True, retired_at__isnull=True)
"""The monitors that the availability rule of their environment asks."""
FIGURES = tuple(each.name for each in fields(Figures))


@dataclass(slots=True)
class Settling:
    """What the outages of a transaction's environments need to know; each environment is read once."""

    by: object
    source: Source = Source.PROBER
    _peers: dict[int, dict[int, Memory]] = field(default_factory=dict)
    _open: dict[int, Outage | None] = field(default_factory=dict)
    _latest: dict[int, Outage | None] = field(default_factory=dict)
    _locked: set[int] = field(default_factory=set)
    _relying: dict[int, bool] = field(default_factory=dict)
    _has_foreseen: bool = False

    def foresee(self, may_turn: Callable[[], Collection[int]]) -> None:
        """Read at once what environments need that may turn, so that many at a time cost few queries. Once."""
        if self._has_foreseen:
            return
        self._has_foreseen, environment_ids = True, may_turn()
        self._lock(environment_ids)
        counting = Monitor.objects.filter(COUNTING, environment__in=environment_ids)
        standings = {each.pk: each for each in Standing.objects.filter(monitor__in=counting)}
        self._peers = {pk: {} for pk in environment_ids}
        for pk, environment_id in counting.values_list("pk", "environment"):
            self._peers[environment_id][pk] = remembered(standings.get(pk))
        valid = Outage.objects.valid().filter(environment__in=environment_ids)
        latest = Outage.objects.valid().filter(environment=OuterRef("pk")).order_by("-started_at").values("pk")[:1]
        ids = Environment.objects.filter(pk__in=environment_ids).values_list("pk", Subquery(latest))
        outages = Outage.objects.select_related("client").in_bulk([outage for _, outage in ids if outage])
        self._latest = {pk: outages.get(outage) for pk, outage in ids}
        self._open = dict.fromkeys(environment_ids)
        relying = relying_on_something(environment_ids)
        self._relying = {pk: pk in relying for pk in environment_ids}
        still = valid.filter(ended_at__isnull=True).select_related("client")
        self._open |= {each.environment_id: each for each in still}

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
        self._lock({environment.pk})
        peers = self._counting(environment, memories)
        enough = needed(environment.availability_rule, environment.quorum, len(peers))
        outage = self._open_outage(environment)
        if outage is None:
            edge = opening(peers, enough) if peers else None
            if edge is not None:
                self._open[environment.pk] = self._begin(environment, edge, at, sure_at)
        elif (edge := closing([*peers, *left], enough, outage.started_at)) is not None:
            self._end(outage, edge, at)
            self._open[environment.pk] = None

    def _lock(self, environment_ids: Collection[int]) -> None:
        """Of two judges the later sees what both found."""
        wanted = set(environment_ids) - self._locked
        if wanted:
            list(Environment.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
            self._locked |= wanted

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
            ongoing = Outage.objects.valid().filter(environment=environment, ended_at__isnull=True)
            self._open[environment.pk] = ongoing.first()
        return self._open[environment.pk]

    def _latest_outage(self, environment: Environment) -> Outage | None:
        if environment.pk not in self._latest:
            found = Outage.objects.valid().filter(environment=environment).order_by("-started_at")
            self._latest[environment.pk] = found.first()
        return self._latest[environment.pk]

    def _begin(self, environment: Environment, edge: Edge, at: datetime, sure_at: datetime) -> Outage | None:
        """Open an outage, unless one that began then is on record."""
        before = self._latest_outage(environment)
        figures = begin(edge, figures_of(before) if before is not None else None, sure_at)
        if figures is None:
            return None
        cause_id = cause_of_outage(figures, environment) if self._relying.get(environment.pk, True) else None
        outage = outage_with(figures, environment, cause_id=cause_id, source=self.source.value)
        outage.save(force_insert=True)
        self._latest[environment.pk] = outage
        alert_cases.outage_began(outage)
        fact = OutageOpened(outage.pk, outage.website_id, figures.started_at, figures.code, cause_id=outage.cause_id)
        facts.record(fact, by=self.by, at=at, client=environment.client)
        return outage

    def _end(self, outage: Outage, edge: Edge, at: datetime) -> None:
        ended = end(figures_of(outage), edge)
        assert ended.ended_at is not None  # noqa: S101 - it has just ended
        outage.ended_at, outage.ended_after = ended.ended_at, ended.ended_after
        outage.save(update_fields=["ended_at", "ended_after"])
        self._latest[outage.environment_id] = outage
        alert_cases.outage_ended(outage, at)
        fact = OutageClosed(outage.pk, outage.website_id, ended.ended_at)
        facts.record(fact, by=self.by, at=at, client=outage.client)


def figures_of(outage: Outage) -> Figures:
    """The figures of an outage that is on record."""
    return Figures(**{name: getattr(outage, name) for name in FIGURES})


def cause_of_outage(figures: Figures, environment: Environment) -> int | None:
    """The failure of a dependency that made an outage with these figures, as far as is known by now."""
    return cause_for(environment.pk, figures.started_at, figures.confirmed_at)


def outage_with(figures: Figures, environment: Environment, **more: Any) -> Outage:
    """An outage of `environment` with these figures that is not saved yet."""
    return Outage(
        client_id=environment.client_id,
        website_id=environment.website_id,
        environment=environment,
        **{name: getattr(figures, name) for name in FIGURES},
        **more,
    )
