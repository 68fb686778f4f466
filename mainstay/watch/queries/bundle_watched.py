"""What a bundle says of a client's websites: what was looked at and how, and what no check in it can tell."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db.models import Q

from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Environment, Organisation, Website
from mainstay.common.facts import FactRecord
from mainstay.policy.durations import say
from mainstay.watch.facts import (
    MonitorAdded,
    MonitorChanged,
    MonitorPaused,
    MonitorRestored,
    MonitorResumed,
    MonitorRetired,
    Source,
)
from mainstay.watch.models import Gap, Monitor, Outage, Spell
from mainstay.watch.probes import KINDS
from mainstay.watch.probes.heartbeat import rhythm_of
from mainstay.watch.queries.history import PACE_KNOWN_FROM, past_from, runs_of
from mainstay.watch.rules.judge import vouch
from mainstay.watch.rules.pace import states_of

GIVEN = (Source.DEMO.value, Source.IMPORT.value)
"""What comes from these was never a check of ours: no day file holds it."""

NOT_CHECKED = (*GIVEN, Source.PERSON.value)

OF_RHYTHM = {"interval_seconds", "settings"}
"""What may change how long a check speaks for the time after it."""


def said_of_websites(client: Organisation, start: datetime, end: datetime) -> dict[str, Any]:
    """Websites, monitors and gaps as the manifest of a bundle holds them, whose checks are those of [start, end)."""
    environments = list(
        Environment.objects.filter(client=client, kind=EnvironmentKind.LIVE)
        .annotate(past_from=past_from())
        .select_related("website")
        .order_by("website")
    )
    rows = Monitor.objects.filter(environment__in=environments).select_related("environment")
    monitors = list(rows.order_by("pk"))
    changes = _changes(client, environments, monitors)
    outages = _outages(environments, start, end)
    spells = _spells(monitors, start, end)
    checked = [each for each in outages if each.source not in NOT_CHECKED]
    open_at_start = [_outage(each) for each in checked if each.started_at < start]
    told = _Told(outages, _taken_back(environments, start, end), open_at_start)
    return {
        "websites": [_website(each, monitors, changes, told) for each in environments],
        "monitors": [_monitor(each, changes, spells[each.pk]) for each in monitors],
        "gaps": [_gap(each) for each in _gaps(monitors, start, end)],
        "open_at_start": open_at_start,
    }


@dataclass(frozen=True, slots=True)
class _Told:
    """Outages that the checks of the bundle do not make, or that a person says there were not."""

    outages: list[Outage]
    taken_back: list[Outage]
    open_at_start: list[dict[str, Any]]

    def of(self, website_id: int) -> dict[str, Any]:
        """As the manifest holds those of one website."""
        own = [each for each in self.outages if each.website_id == website_id]
        return {
            "outages": [_outage(each) for each in own if each.source in GIVEN],
            "stated": [_outage(each) for each in own if each.is_stated],
            "taken_back": [_outage(each) for each in self.taken_back if each.website_id == website_id],
            "open_at_start": next((each for each in self.open_at_start if each["website_id"] == website_id), None),
        }


class _Changes:
    """When websites and monitors were changed, as the facts say."""

    def __init__(self) -> None:
        self.of_monitor: dict[int, list[FactRecord]] = defaultdict(list)
        self.rule: dict[int, datetime] = {}
        self.care: dict[int, list[datetime]] = defaultdict(list)


def _changes(client: Organisation, environments: list[Environment], monitors: list[Monitor]) -> _Changes:
    found = _Changes()
    subjects = [f"monitor:{each.pk}" for each in monitors]
    for fact in FactRecord.objects.filter(subject__in=subjects).order_by("pk"):
        found.of_monitor[int(fact.subject.partition(":")[2])].append(fact)
    rules = {f"environment:{each.pk}.availability_rule": each.website_id for each in environments}
    care = {f"website:{each.website_id}.is_active": each.website_id for each in environments}
    for fact in FactRecord.objects.filter(client=client, kind="clients.client_edited").order_by("pk"):
        for field in fact.body["fields"]:
            if field in rules:
                found.rule[rules[field]] = fact.at
            if field in care:
                found.care[care[field]].append(fact.at)
    return found


def _website(
    environment: Environment,
    monitors: list[Monitor],
    changes: _Changes,
    told: _Told,
) -> dict[str, Any]:
    website: Website = environment.website
    since = environment.past_from  # type: ignore[attr-defined]
    return {
        "id": website.pk,
        "name": website.name,
        "url": website.url,
        "rule": environment.availability_rule,
        "quorum": environment.quorum,
        "looked_after_from": _said(min(website.created_at, since or website.created_at)),
        "known_from": _said_or_none(_known_from(website.pk, environment, monitors, changes)),
        **told.of(website.pk),
    }


def _known_from(
    website_id: int, environment: Environment, monitors: list[Monitor], changes: _Changes
) -> datetime | None:
    """From when on the rules are known by which the website was judged; None: all along.

    An availability rule is not kept once it is another, nor was how long a check speaks in older facts.
    """
    found = [changes.rule[website_id]] if website_id in changes.rule else []
    for monitor in monitors:
        if monitor.environment_id == environment.pk and monitor.counts:
            found += [each.at for each in changes.of_monitor[monitor.pk] if _is_untold(each)]
    return max(found, default=None)


def _is_untold(fact: FactRecord) -> bool:
    changed = OF_RHYTHM & set(fact.body.get("fields", ()))
    return fact.kind == MonitorChanged.kind and bool(changed) and fact.body.get("vouches_s") is None


def _spells(monitors: list[Monitor], start: datetime, end: datetime) -> dict[int, list[dict[str, Any]]]:
    """What was seen of each monitor and was no check of ours."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Spell.objects.filter(
        monitor__in=monitors, source__in=GIVEN, to_at__gt=start - PACE_KNOWN_FROM, from_at__lt=end
    )
    for (monitor_id, place), runs in runs_of(rows).items():
        where = quote(place, safe="")
        found[monitor_id] += (
            {"place": where, "from": _said(run.start), "to": _said(run.end), "state": state.value}
            for run, state in zip(runs, states_of(runs), strict=True)
            if run.end > start
        )
    return found


def _monitor(monitor: Monitor, changes: _Changes, spells: list[dict[str, Any]]) -> dict[str, Any]:
    kind, told = KINDS[monitor.kind], changes.of_monitor[monitor.pk]
    website_id = monitor.environment.website_id
    return {
        "id": monitor.pk,
        "website": website_id,
        "kind": monitor.kind,
        "url": monitor.url,
        "source": monitor.source,
        "counts": monitor.counts,
        "every": say(monitor.interval_seconds),
        "vouches_s": _vouches(monitor, told),
        "bad_needed": kind.bad_needed,
        "good_needed": kind.good_needed,
        "watched_from": _said(monitor.watched_from),
        "retired_at": _said_or_none(monitor.retired_at),
        "active": [[_said(since), _said_or_none(until)] for since, until in _active(monitor, told)],
        "let_go": [_said(each) for each in changes.care[website_id]],
        "spells": spells,
    }


def _vouches(monitor: Monitor, told: Iterable[FactRecord]) -> list[tuple[str | None, float]]:
    """From when on (None: all along, as far as facts tell) a check speaks for how many seconds after it."""
    known = [each for each in told if each.body.get("vouches_s") is not None]
    found: list[tuple[str | None, float]] = [(_said(each.at), each.body["vouches_s"]) for each in known]
    return found or [(None, _vouches_s(monitor))]


def _vouches_s(monitor: Monitor) -> float:
    if KINDS[monitor.kind].is_called:
        return rhythm_of(monitor.interval_seconds, monitor.settings).allowance.total_seconds()
    return vouch(monitor.interval_seconds).total_seconds()


def _active(monitor: Monitor, told: Iterable[FactRecord]) -> list[tuple[datetime, datetime | None]]:
    """When it was looked at: neither paused nor ended."""
    found: list[tuple[datetime, datetime | None]] = []
    is_enabled, is_there, since = True, True, monitor.watched_from
    for fact in told:
        was_active = is_enabled and is_there
        if fact.kind in (MonitorPaused.kind, MonitorResumed.kind):
            is_enabled = fact.kind == MonitorResumed.kind
        elif fact.kind in (MonitorAdded.kind, MonitorRetired.kind, MonitorRestored.kind):
            is_there = fact.kind != MonitorRetired.kind
        if was_active and not (is_enabled and is_there):
            found.append((since, fact.at))
        elif not was_active and is_enabled and is_there:
            since = fact.at
    return [*found, (since, None)] if is_enabled and is_there else found


def _outages(environments: list[Environment], start: datetime, end: datetime) -> list[Outage]:
    """Those that reach into the time before the checks, and those that no check made."""
    goes_on = Q(ended_at__isnull=True) | Q(ended_at__gt=start)
    rows = Outage.objects.valid().filter(goes_on, environment__in=environments, started_at__lt=end)
    return list(rows.filter(Q(source__in=NOT_CHECKED) | Q(started_at__lt=start)).order_by("started_at"))


def _taken_back(environments: list[Environment], start: datetime, end: datetime) -> list[Outage]:
    """What persons took back, or gave other times."""
    rows = Outage.objects.filter(environment__in=environments, replaced_by__made_by__isnull=False)
    return list(rows.filter(started_at__lt=end, ended_at__gt=start).order_by("started_at"))


def _outage(outage: Outage) -> dict[str, Any]:
    return {
        "id": outage.pk,
        "website_id": outage.website_id,
        "started_at": _said(outage.started_at),
        "started_after": _said_or_none(outage.started_after),
        "ended_at": _said_or_none(outage.ended_at),
        "ended_after": _said_or_none(outage.ended_after),
    }


def _gaps(monitors: list[Monitor], start: datetime, end: datetime) -> Iterable[Gap]:
    rows = Gap.objects.filter(Q(monitor__isnull=True) | Q(monitor__in=monitors), from_at__lt=end, to_at__gt=start)
    return rows.order_by("from_at", "pk")


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "monitor": gap.monitor_id,
        "place": quote(gap.place, safe=""),
        "from": _said(gap.from_at),
        "to": _said(gap.to_at),
        "reason": gap.reason,
    }


def _said(at: datetime) -> str:
    return at.isoformat()


def _said_or_none(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
