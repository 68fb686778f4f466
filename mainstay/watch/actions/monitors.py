"""Monitors added, changed, paused, resumed and retired. A prober follows within seconds."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest

from mainstay.clients.facts import AvailabilityRule
from mainstay.clients.models import Environment, Website
from mainstay.common import facts
from mainstay.common.addresses import AddressRefused
from mainstay.watch.actions import beats, failing, kinds
from mainstay.watch.actions import memory as memories
from mainstay.watch.actions.other_rule import see_anew
from mainstay.watch.actions.settling import Settling
from mainstay.watch.codes import State
from mainstay.watch.facts import (
    MonitorAdded,
    MonitorChanged,
    MonitorLookedNow,
    MonitorPaused,
    MonitorRestored,
    MonitorResumed,
    MonitorRetired,
    Source,
)
from mainstay.watch.models import Dependency, Monitor, Spell, Standing
from mainstay.watch.probes import KINDS, Pointed, SettingsWrong
from mainstay.watch.probes.heartbeat import rhythm_of
from mainstay.watch.rules.judge import dismissed

EDITABLE = frozenset({"name", "url", "interval_seconds", "timeout_seconds", "allow_private", "counts", "settings"})
STARTS_ANEW = frozenset({"url", "counts"})


class MonitorRefused(ValueError):
    """The monitor cannot be as asked; the text says why, the field is in `field`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@transaction.atomic
def add_monitor(
    *,
    environment: Environment,
    url: str,
    kind: str = "http",
    name: str = "",
    interval_seconds: int = 60,
    timeout_seconds: int = 10,
    allow_private: bool = False,
    counts: bool = True,
    settings: dict[str, Any] | None = None,
    source: Source = Source.PROBER,
    by: Any,
    at: datetime,
) -> Monitor:
    """Check an environment in one more way from `at` on. Time before is not measured by it.

    Raises:
        MonitorRefused: the address may not be looked at, or a figure is out of range.
    """
    monitor = Monitor(
        client_id=environment.client_id,
        environment=environment,
        kind=kind,
        name=name,
        url=url,
        interval_seconds=interval_seconds,
        timeout_seconds=timeout_seconds,
        allow_private=allow_private,
        counts=counts,
        settings=settings or {},
        source=source.value,
        watched_from=at,
    )
    _check(monitor)
    monitor.save()
    if KINDS[kind].is_called:
        beats.begin_beat(monitor, at)
    _record(MonitorAdded(monitor.pk, environment.website_id, vouches_s=_vouches_s(monitor)), monitor, by, at)
    return monitor


@transaction.atomic
def change_monitor(*, monitor: Monitor, changes: dict[str, Any], by: Any, at: datetime) -> Monitor:
    """Check differently from now on. What it says about the past does not change: when its address or whether it
    counts is another, a new monitor takes its place and the old one is retired.

    Raises:
        MonitorRefused: as `add_monitor`; also when a field cannot be changed.
    """
    if unknown := set(changes) - EDITABLE:
        raise MonitorRefused(min(unknown), "This cannot be changed.")
    changes = _in_one_form(monitor, changes)
    changed = tuple(sorted(name for name, value in changes.items() if getattr(monitor, name) != value))
    if not changed:
        return monitor
    if _starts_anew(monitor, changed):
        return _replaced(monitor, changes, by, at)
    before = Monitor(interval_seconds=monitor.interval_seconds, settings=monitor.settings)
    for name in changed:
        setattr(monitor, name, changes[name])
    monitor.version += 1
    _check(monitor)
    monitor.save()
    if KINDS[monitor.kind].is_called:
        beats.adjust_beat(monitor, rhythm_of(before.interval_seconds, before.settings), at)
    _record(MonitorChanged(monitor.pk, changed, vouches_s=_vouches_s(monitor)), monitor, by, at)
    return monitor


@transaction.atomic
def pause(*, monitor: Monitor, by: Any, at: datetime) -> None:
    """Stop looking. The time until it goes on is unknown; an outage that it alone made ends where it was last seen."""
    if _switch(monitor, enabled=False):
        _record(MonitorPaused(monitor.pk), monitor, by, at)
        _let_go(monitor, by, at)
        _leave_to_others(monitor, by, at)


@transaction.atomic
def resume(*, monitor: Monitor, by: Any, at: datetime) -> None:
    """Look again."""
    if _switch(monitor, enabled=True):
        _record(MonitorResumed(monitor.pk), monitor, by, at)


@transaction.atomic
def retire(*, monitor: Monitor, by: Any, at: datetime) -> None:
    """End a monitor for good. What it saw stays."""
    ended = Monitor.objects.filter(pk=monitor.pk, retired_at__isnull=True).update(
        retired_at=at, version=monitor.version + 1
    )
    monitor.refresh_from_db()
    if ended:
        _record(MonitorRetired(monitor.pk), monitor, by, at)
        _let_go(monitor, by, at)
        _leave_to_others(monitor, by, at)


@transaction.atomic
def restore(*, monitor: Monitor, by: Any, at: datetime) -> None:
    """Let a monitor that was ended go on. Nobody looked in between: that time is unknown."""
    back = Monitor.objects.filter(pk=monitor.pk, retired_at__isnull=False).update(
        retired_at=None, version=monitor.version + 1
    )
    monitor.refresh_from_db()
    if back:
        _record(MonitorRestored(monitor.pk), monitor, by, at)


@transaction.atomic
def look_now(*, monitor: Monitor, by: Any, at: datetime) -> None:
    """Look within seconds, besides the usual turn: a prober looks soon at what has changed."""
    Monitor.objects.filter(pk=monitor.pk).update(version=F("version") + 1)
    monitor.refresh_from_db()
    _record(MonitorLookedNow(monitor.pk), monitor, by, at)


@transaction.atomic
def leave_alone(*, website: Website, by: Any, at: datetime) -> None:
    """Let go of all that was seen of a website that is no longer looked after; nothing where it is looked after.

    Its time is unknown from now on, and an outage that goes on ends where it was last seen.
    """
    if website.is_active:
        return
    for monitor in Monitor.objects.filter(environment__website=website, is_enabled=True, retired_at__isnull=True):
        _let_go(monitor, by, at)


def _in_one_form(monitor: Monitor, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes with address and settings as they are kept; a secret that is the same stays sealed as it was."""
    kind, found = KINDS[monitor.kind], dict(changes)
    try:
        if "url" in found:
            allowed = found.get("allow_private", monitor.allow_private)
            found["url"] = kinds.address_of(kind, found["url"], allow_private=allowed)
        if "settings" in found and kinds.opened(kind, found["settings"]) == kinds.opened(kind, monitor.settings):
            found["settings"] = monitor.settings
    except AddressRefused as problem:
        raise MonitorRefused("url", f"{problem}.") from problem
    except SettingsWrong as problem:
        raise MonitorRefused(f"settings.{problem.field}", str(problem)) from problem
    return found


def _starts_anew(monitor: Monitor, changed: tuple[str, ...]) -> bool:
    """Whether a new monitor has to take its place. A task with another name is the same task."""
    is_named = KINDS[monitor.kind].pointed is Pointed.NOTHING
    return bool(STARTS_ANEW.difference({"url"} if is_named else ()) & set(changed))


def _replaced(old: Monitor, changes: dict[str, Any], by: Any, at: datetime) -> Monitor:
    kept = {name: getattr(old, name) for name in EDITABLE}
    beat = beats.held(old) if KINDS[old.kind].is_called else None
    retire(monitor=old, by=by, at=at)
    new = add_monitor(environment=old.environment, kind=old.kind, **{**kept, **changes}, by=by, at=at)
    if beat is not None:
        beats.move_beat(beat, old, new, at)
    Dependency.objects.filter(monitor=old).update(monitor=new)
    return new


def _check(monitor: Monitor) -> None:
    """Bring address and settings into their one form, and refuse what cannot be."""
    kind = KINDS.get(monitor.kind)
    if kind is None:
        raise MonitorRefused("kind", f"There is no such kind of check; there are {', '.join(KINDS)}.")
    try:
        monitor.url = kinds.address_of(kind, monitor.url, allow_private=monitor.allow_private)
        monitor.settings = kinds.settings_of(kind, monitor.settings)
    except AddressRefused as problem:
        raise MonitorRefused("url", f"{problem}.") from problem
    except SettingsWrong as problem:
        raise MonitorRefused(f"settings.{problem.field}" if problem.field else "settings", str(problem)) from problem
    if not kind.interval_s_min <= monitor.interval_seconds <= kind.interval_s_max:
        reason = f"This must be from {kind.interval_s_min} to {kind.interval_s_max} seconds."
        raise MonitorRefused("interval_seconds", reason)
    try:
        monitor.full_clean(validate_unique=False)
    except ValidationError as problem:
        field, reasons = next(iter(problem.message_dict.items()))
        raise MonitorRefused(field, reasons[0]) from problem
    if monitor.timeout_seconds > monitor.interval_seconds * 2 and not kind.is_called:
        raise MonitorRefused("timeout_seconds", "The time limit must not be longer than two intervals.")


def _switch(monitor: Monitor, *, enabled: bool) -> bool:
    changed = Monitor.objects.filter(pk=monitor.pk, is_enabled=not enabled, retired_at__isnull=True).update(
        is_enabled=enabled, version=monitor.version + 1
    )
    monitor.refresh_from_db()
    return bool(changed)


def _let_go(monitor: Monitor, by: Any, at: datetime) -> None:
    """Make the judge forget how the monitor stood, and settle its environment without it.

    What it saw vouches for no time from now on; a failure not even until now, since nobody looks whether it goes on.
    """
    runs = Spell.objects.filter(monitor=monitor, to_at__gt=at)
    runs.filter(state=State.DOWN.value).update(to_at=F("last_at"))
    runs.update(to_at=Greatest(F("last_at"), Value(at, output_field=DateTimeField())))
    standing = Standing.objects.select_for_update().filter(monitor=monitor).first()
    if standing is None:
        return
    last = memories.remembered(standing)
    memories.put(dismissed(last), standing)
    memories.save([standing])
    if last.is_down and monitor.counts:
        Settling(by).settle(monitor.environment, {}, at, at, left=[dismissed(last)])
    elif last.is_down and (dependency := Dependency.objects.filter(monitor=monitor).first()) is not None:
        failing.turned(dependency, dismissed(last), at, at, by)


def _leave_to_others(monitor: Monitor, by: Any, at: datetime) -> None:
    """Those that are down may be enough without this one; where any of them was enough they are all along."""
    if monitor.counts and monitor.environment.availability_rule != AvailabilityRule.ANY:
        see_anew(monitor.environment, by, at)


def _vouches_s(monitor: Monitor) -> float:
    return kinds.vouches_for(monitor).total_seconds()


def _record(fact: facts.Fact, monitor: Monitor, by: Any, at: datetime) -> None:
    facts.record(fact, by=by, at=at, client=monitor.client)
