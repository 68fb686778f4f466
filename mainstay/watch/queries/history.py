"""All that was seen of websites' live environments in a stretch of time, in five queries however many there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Min, Q, QuerySet

from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Environment, Website
from mainstay.watch.codes import State
from mainstay.watch.facts import Source
from mainstay.watch.models import Gap, Monitor, Outage, Spell
from mainstay.watch.rules.availability import needed
from mainstay.watch.rules.pace import LikeChecks, states_of
from mainstay.watch.rules.timeline import Span, Stretch, Watched, timeline, without

PACE_KNOWN_FROM = timedelta(days=1)
"""So much before a stretch of time is read to know whether a website was slow when it began."""

IMPORTED = Q(monitors__source=Source.IMPORT.value)


def past_from() -> Min:
    """Of environments: when the past begins that was brought in from another monitor, if any was."""
    return Min("monitors__watched_from", filter=IMPORTED)


@dataclass(slots=True)
class History:
    """What was seen of one website's live environment, up to the instant at which it was asked.

    `past_from` is when the past begins that was brought in from another monitor, if any was.
    """

    rule: str
    quorum: int | None
    at: datetime
    past_from: datetime | None = None
    watched: list[Watched] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)

    def stretches(self, start: datetime, end: datetime) -> list[Stretch]:
        """[start, end) in stretches of one state each. What is later than the instant of asking is left out."""
        spans = [Span(each.started_at, each.ended_at or self.at) for each in self.outages]
        return timeline(self.watched, spans, partial(needed, self.rule, self.quorum), start, min(end, self.at))


def histories(websites: Iterable[Website], start: datetime, end: datetime, at: datetime) -> dict[int, History]:
    """The histories of `websites` over [start, end), by their ids, as known at `at`. A retired website has one too."""
    ids = [website.pk for website in websites]
    environments = Environment.objects.filter(website__in=ids, kind=EnvironmentKind.LIVE)
    found = {
        env.website_id: History(env.availability_rule, env.quorum, at, env.past_from)
        for env in environments.annotate(past_from=past_from())
    }
    until = min(end, at)
    for website_id, watched in _watched(ids, start, until):
        found[website_id].watched.append(watched)
    for outage in _outages(ids, start, until):
        found[outage.website_id].outages.append(outage)
    return found


def seen_by(monitor: Monitor, start: datetime, end: datetime) -> list[Stretch]:
    """How one monitor saw things over [start, end), in stretches of one state each; the rest is unknown."""
    until = min(end, monitor.retired_at or end)
    spells = _spells([monitor.pk], start, until)[monitor.pk]
    down = [Span(each.start, each.end) for each in spells if each.state == State.DOWN]
    watched = Watched(max(start, monitor.watched_from), until, spells)
    return timeline([watched], down, lambda many: many, start, end)


def _watched(website_ids: list[int], start: datetime, until: datetime) -> Iterable[tuple[int, Watched]]:
    monitors = Monitor.objects.filter(
        Q(retired_at__isnull=True) | Q(retired_at__gt=start),
        environment__website__in=website_ids,
        environment__kind=EnvironmentKind.LIVE,
        counts=True,
        watched_from__lt=until,
    ).values_list("pk", "environment__website", "watched_from", "retired_at")
    rows = list(monitors)
    spells = _spells([row[0] for row in rows], start, until)
    for monitor_id, website_id, watched_from, retired_at in rows:
        yield website_id, Watched(watched_from, min(retired_at or until, until), spells[monitor_id])


def _spells(monitor_ids: list[int], start: datetime, until: datetime) -> dict[int, list[Stretch]]:
    """What was seen by each monitor, the gaps of its places taken out."""
    gaps = _gaps(monitor_ids, start, until)
    rows = Spell.objects.filter(monitor__in=monitor_ids, from_at__lt=until, to_at__gt=start - PACE_KNOWN_FROM)
    found: dict[int, list[Stretch]] = defaultdict(list)
    for (monitor_id, place), runs in runs_of(rows).items():
        stretches = [
            Stretch(run.start, min(run.end, until), state) for run, state in zip(runs, states_of(runs), strict=True)
        ]
        own = sorted(gaps[monitor_id, place] + gaps[None, place], key=lambda gap: gap.start)
        found[monitor_id] += without([each for each in stretches if each.end > start], own)
    return found


def runs_of(rows: QuerySet[Spell]) -> dict[tuple[int, str], list[LikeChecks]]:
    """`rows` by monitor and place, in their order."""
    found: dict[tuple[int, str], list[LikeChecks]] = defaultdict(list)
    wanted = ("monitor", "place", "from_at", "to_at", "code", "checks")
    for monitor_id, place, *run in rows.order_by("from_at").values_list(*wanted):
        found[monitor_id, place].append(LikeChecks(*run))
    return found


def _gaps(monitor_ids: list[int], start: datetime, until: datetime) -> dict[tuple[int | None, str], list[Span]]:
    found: dict[tuple[int | None, str], list[Span]] = defaultdict(list)
    rows = Gap.objects.filter(
        Q(monitor__isnull=True) | Q(monitor__in=monitor_ids), from_at__lt=until, to_at__gt=start
    ).order_by("from_at")
    for monitor_id, place, from_at, to_at in rows.values_list("monitor", "place", "from_at", "to_at"):
        found[monitor_id, place].append(Span(from_at, to_at))
    return found


def _outages(website_ids: list[int], start: datetime, until: datetime) -> Iterable[Outage]:
    return (
        Outage.objects.valid()
        .filter(
            Q(ended_at__isnull=True) | Q(ended_at__gt=start),
            website__in=website_ids,
            environment__kind=EnvironmentKind.LIVE,
            started_at__lt=until,
        )
        .order_by("started_at")
    )
