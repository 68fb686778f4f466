"""Failures of what websites depend on: begun and ended as its monitor turns, and named as the cause of outages."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from mainstay.common import facts
from mainstay.watch.actions import alert_cases
from mainstay.watch.facts import DependencyFailed, DependencyRecovered
from mainstay.watch.models import Dependency, DependencyFailure
from mainstay.watch.queries.dependencies import cause_for, may_be_caused_by
from mainstay.watch.rules.availability import Figures, begin, closing, end, opening
from mainstay.watch.rules.memory import Memory

FIGURES = tuple(each.name for each in fields(Figures))


def turned(dependency: Dependency, memory: Memory, at: datetime, sure_at: datetime, by: Any) -> None:
    """Begin or end the failure of a dependency, now that its monitor has turned."""
    last = DependencyFailure.objects.filter(dependency=dependency).first()
    known = Figures(**{name: getattr(last, name) for name in FIGURES}) if last is not None else None
    if last is None or known is None or not last.goes_on:
        begun = begin(opening([memory], 1), known, sure_at)
        if begun is not None:
            _begin(dependency, begun, at, by)
    elif (edge := closing([memory], 1, last.started_at)) is not None:
        _end(last, end(known, edge), at, by)


def _begin(dependency: Dependency, figures: Figures, at: datetime, by: Any) -> None:
    failure = DependencyFailure.objects.create(
        dependency=dependency, **{name: getattr(figures, name) for name in FIGURES}
    )
    made = []
    for outage in may_be_caused_by(failure):
        outage.cause_id = cause_for(outage.environment_id, outage.started_at, outage.confirmed_at)
        outage.save(update_fields=["cause"])
        alert_cases.outage_put_down(outage)
        made += [outage.pk] if outage.cause_id == failure.pk else []
    facts.record(DependencyFailed(dependency.pk, failure.pk, failure.started_at, tuple(made)), by=by, at=at)


def _end(failure: DependencyFailure, figures: Figures, at: datetime, by: Any) -> None:
    assert figures.ended_at is not None  # noqa: S101 - it has just ended
    failure.ended_at, failure.ended_after = figures.ended_at, figures.ended_after
    failure.save(update_fields=["ended_at", "ended_after"])
    facts.record(DependencyRecovered(failure.dependency_id, failure.pk, figures.ended_at), by=by, at=at)
