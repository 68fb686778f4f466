"""M1: when the monitors that count last looked at each website."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Max, Q

from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Website
from mainstay.promises.collect.scope import Scope
from mainstay.promises.facts import WatchedWebsite, WatchFacts
from mainstay.watch.models import Monitor, Spell

Look = tuple[int, int | None]
"""A monitor's interval, and the seconds since it last looked; None when it never did."""


def collect(scope: Scope) -> Iterator[tuple[int, str, WatchFacts]]:
    """Three queries for all clients."""
    looks = _looks(scope)
    for bound in scope:
        websites = (_watched(each, looks[each.pk]) for each in scope.websites[bound.client.pk])
        yield bound.client.pk, "M1", WatchFacts(websites=tuple(websites))


def _looks(scope: Scope) -> dict[int, list[Look]]:
    """What each website's monitors did last, by website."""
    monitors = Monitor.objects.filter(
        Q(retired_at__isnull=True) | Q(retired_at__gt=scope.at),
        client__in=scope.ids,
        environment__kind=EnvironmentKind.LIVE,
        counts=True,
        watched_from__lte=scope.at,
    )
    rows = list(monitors.values_list("pk", "environment__website", "interval_seconds"))
    seen = _last_seen([pk for pk, _, _ in rows], scope.at)
    found: dict[int, list[Look]] = defaultdict(list)
    for pk, website_id, interval_s in rows:
        silent_s = int((scope.at - seen[pk]).total_seconds()) if pk in seen else None
        found[website_id].append((interval_s, silent_s))
    return found


def _last_seen(monitor_ids: list[int], at: datetime) -> dict[int, datetime]:
    rows = Spell.objects.filter(monitor__in=monitor_ids, from_at__lte=at).order_by()
    last = rows.values_list("monitor").annotate(last=Max("last_at"))
    return {monitor_id: min(seen_at, at) for monitor_id, seen_at in last}


def _watched(website: Website, looks: list[Look]) -> WatchedWebsite:
    """The monitor that is behind the most, counted in its own intervals, stands for the website."""
    if not looks:
        return WatchedWebsite(name=website.name, interval_s=None, silent_s=None)
    interval_s, silent_s = max(looks, key=_behind)
    return WatchedWebsite(name=website.name, interval_s=interval_s, silent_s=silent_s)


def _behind(look: Look) -> float:
    interval_s, silent_s = look
    return float("inf") if silent_s is None else silent_s / interval_s
