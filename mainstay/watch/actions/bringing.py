"""Monitors of a file brought in: first as a plan that saves nothing, then all of them in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.clients import actions as clients
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.models import Environment, Organisation
from mainstay.common.addresses import AddressRefused
from mainstay.watch.actions import kinds
from mainstay.watch.actions.monitors import MonitorRefused, add_monitor, pause
from mainstay.watch.exchange import Draft, LeftOut, Reading, ours, placing
from mainstay.watch.exchange.http_request import host_port
from mainstay.watch.models import Monitor
from mainstay.watch.probes import KINDS, SettingsWrong

NEEDS_PERMISSION = "it looks at private addresses: only an administrator may bring that in, where the setting lets them"
HOST_MAX = 120


class PlaceUnknown(ValueError):
    """A place to bring monitors to is none of the client's."""


@dataclass(frozen=True, slots=True)
class Row:
    """A draft with the place where it would go (see `placing`); `is_there`: such a monitor is there already."""

    draft: Draft
    place: str
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be added where, and what is left out."""

    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def fresh(self) -> int:
        """How many monitors would be new."""
        return sum(bool(row.place) and not row.is_there for row in self.rows)


@dataclass(frozen=True, slots=True)
class Brought:
    """What was added. `already` counts monitors that were there before."""

    monitors: tuple[Monitor, ...]
    websites: int
    already: int


def plan(*, client: Organisation, reading: Reading, usual: str = "", may_allow_private: bool = False) -> Plan:
    """Where the monitors of a file would go. What may not be looked at is left out, with the reason; saves nothing."""
    kept, left_out = [], list(reading.left_out)
    for draft in reading.drafts:
        try:
            kept.append(_checked(draft, may_allow_private))
        except (AddressRefused, SettingsWrong) as problem:
            left_out.append(LeftOut(draft.name or draft.url, draft.url[:120], str(problem).rstrip("."), is_whole=True))
    return Plan(_rows(client, kept, placing.places(kept, spots(client), usual)), tuple(left_out))


@transaction.atomic
def bring_in(
    *,
    client: Organisation,
    drafts: Sequence[Draft],
    places: Sequence[str],
    may_allow_private: bool = False,
    by: Any,
    at: datetime,
) -> Brought:
    """Add each draft at its place, all or none. An empty place leaves it out; one that is there is not added again.

    Raises:
        PlaceUnknown: a place is none of this client.
        MonitorRefused: a monitor cannot be as described.
    """
    take_turn(client)
    environments = {f"{placing.AT}{each.pk}": each for each in _environments(client)}
    before = client.websites.count()
    at_host = {placing.bare(spot.host): spot.key for spot in reversed(placing.ordered(spots(client)))}
    for key in dict.fromkeys(places):
        if key.startswith(placing.NEW) and key not in environments:
            environments[key] = _environment(
                client, key.removeprefix(placing.NEW), drafts, environments, at_host, by, at
            )
    if unknown := next((key for key in places if key and key not in environments), None):
        raise PlaceUnknown(f"There is no place {unknown!r} for this client.")
    there = _fingerprints(client)
    added, already = [], 0
    for draft, key in zip(drafts, places, strict=True):
        if not key:
            continue
        environment = environments[key]
        if _fingerprint(environment.pk, draft) in there:
            already += 1
            continue
        added.append(_add(_permitted(draft, may_allow_private), environment, by, at))
    return Brought(tuple(added), client.websites.count() - before, already)


def spots(client: Organisation) -> list[placing.Spot]:
    """The environments of a client's websites that are looked after."""
    return [
        placing.Spot(each.pk, each.website.slug, each.kind, placing.host_of(each.url)) for each in _environments(client)
    ]


def drafts_of(client: Organisation) -> list[Draft]:
    """The client's monitors as drafts, in the order of their websites, for a file of our own. Secrets stay sealed."""
    rows = Monitor.objects.filter(client=client, retired_at__isnull=True).select_related("environment__website")
    return as_drafts(rows.order_by("environment__website__slug", "environment__kind", "pk"))


def as_drafts(monitors: Iterable[Monitor]) -> list[Draft]:
    """Monitors, loaded with their websites, as drafts. Secrets stay sealed."""
    return [
        Draft(
            name=each.name,
            kind=each.kind,
            url=each.url,
            settings=each.settings,
            interval_seconds=each.interval_seconds,
            timeout_seconds=each.timeout_seconds,
            counts=each.counts,
            is_paused=not each.is_enabled,
            allow_private=each.allow_private,
            website=each.environment.website.slug,
            environment=each.environment.kind,
        )
        for each in monitors
    ]


def _environments(client: Organisation) -> Iterable[Environment]:
    found = Environment.objects.filter(client=client, website__is_active=True).select_related("website")
    return found.order_by("website__name", "kind", "pk")


def _checked(draft: Draft, may_allow_private: bool) -> Draft:
    """The draft with its address in its one form. Raises `AddressRefused` or `SettingsWrong`."""
    draft = _permitted(draft, may_allow_private)
    kind = KINDS[draft.kind]
    url = kinds.address_of(kind, draft.url, allow_private=draft.allow_private)
    kinds.settings_of(kind, draft.settings)
    return _with(draft, url=url)


def _permitted(draft: Draft, may_allow_private: bool) -> Draft:
    if draft.allow_private and not may_allow_private:
        raise AddressRefused(NEEDS_PERMISSION)
    return draft


def _with(draft: Draft, **changes: Any) -> Draft:
    return Draft(**{**{name: getattr(draft, name) for name in Draft.__slots__}, **changes})


def _rows(client: Organisation, drafts: Sequence[Draft], places: Sequence[str]) -> tuple[Row, ...]:
    there = _fingerprints(client)
    found = []
    for draft, place in zip(drafts, places, strict=True):
        at_id = int(place.removeprefix(placing.AT)) if place.startswith(placing.AT) else 0
        found.append(Row(draft, place, is_there=_fingerprint(at_id, draft) in there))
    return tuple(found)


def _environment(
    client: Organisation,
    name: str,
    drafts: Sequence[Draft],
    environments: dict[str, Environment],
    at_host: dict[str, str],
    by: Any,
    at: datetime,
) -> Environment:
    """The environment of a host: the one that is there by now, else that of a new website."""
    hosts = {placing.host(draft) for draft in drafts}
    if name not in hosts or not name:
        raise PlaceUnknown(f"The file has no host {name[:60]!r}.")
    if name in at_host:
        return environments[at_host[name]]
    url = _front_page(name, drafts)
    website = clients.create_website(client=client, name=name[:HOST_MAX], url=url, by=by, at=at)
    return website.environments.get(kind="live")


def _front_page(name: str, drafts: Sequence[Draft]) -> str:
    """The address of a new website, as its own monitors write it."""
    pages = [draft.url for draft in drafts if "://" in draft.url and placing.host(draft) == name]
    if not pages:
        return f"https://{host_port(name)}/"
    scheme, _, rest = min(pages, key=lambda url: (not url.startswith("https:"), len(url))).partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0]}/"


def _add(draft: Draft, environment: Environment, by: Any, at: datetime) -> Monitor:
    try:
        monitor = add_monitor(
            environment=environment,
            url=draft.url,
            kind=draft.kind,
            name=draft.name,
            interval_seconds=draft.interval_seconds,
            timeout_seconds=draft.timeout_seconds,
            allow_private=draft.allow_private,
            counts=draft.counts,
            settings=draft.settings,
            by=by,
            at=at,
        )
    except MonitorRefused as problem:
        raise MonitorRefused(problem.field, f"{draft.name or draft.url}: {problem}") from problem
    if draft.is_paused:
        pause(monitor=monitor, by=by, at=at)
    return monitor


def _fingerprints(client: Organisation) -> set[str]:
    """What tells monitors of a client apart: environment, kind, address, and settings without their secrets."""
    rows = Monitor.objects.filter(client=client, retired_at__isnull=True)
    return {_shown(each.environment_id, each.kind, each.url, each.settings) for each in rows}


def _fingerprint(environment_id: int, draft: Draft) -> str:
    return _shown(environment_id, draft.kind, draft.url, draft.settings)


def _shown(environment_id: int, kind: str, url: str, settings: dict[str, Any]) -> str:
    open_settings, _ = ours.without_secrets(kind, settings)
    try:
        read: Any = KINDS[kind].read(open_settings)
    except SettingsWrong:  # they only make sense with the secret
        read = sorted(open_settings.items())
    return repr((environment_id, kind, url, read))
