"""What websites depend on: added, changed, and who stands behind it. It belongs to the agency."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from mainstay.clients import actions as clients
from mainstay.clients import queries as clients_known
from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Environment
from mainstay.common import facts
from mainstay.watch.actions.monitors import MonitorRefused, add_monitor, change_monitor
from mainstay.watch.facts import DependencyAdded, DependencyChanged, DependencyKind, WebsitesPlaced
from mainstay.watch.models import Dependency, Monitor, Reliance
from mainstay.watch.queries.dependencies import behind as links_now
from mainstay.watch.rules.causes import makes_circle

HOME = "infrastructure"
PLACED_MAX = 500
FIELDS_OF_SETTINGS = {"url": "address", "settings.server": "address"}


class DependencyRefused(ValueError):
    """The dependency cannot be as asked; the text says why, the field is in `field`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@transaction.atomic
def add_dependency(
    *,
    name: str,
    kind: DependencyKind,
    address: str,
    asks_for: str = "",
    behind: Dependency | None = None,
    allow_private: bool = False,
    by: Any,
    at: datetime,
) -> Dependency:
    """Watch something that websites depend on, by a monitor of its own that charges nobody.

    A host or a gateway is asked for an echo, or with a port in its `address` for a connection; a name server for
    the name `asks_for`.

    Raises:
        DependencyRefused: the name is taken, or the address cannot be looked at.
    """
    _check_name(name, None)
    watched = _watched(kind, address, asks_for)
    try:
        monitor = add_monitor(
            environment=_home(by, at), name=name, allow_private=allow_private, counts=False, by=by, at=at, **watched
        )
    except MonitorRefused as problem:
        raise _refused(problem, kind) from problem
    dependency = Dependency.objects.create(name=name, kind=kind.value, monitor=monitor, behind=behind)
    facts.record(DependencyAdded(dependency.pk, monitor.pk), by=by, at=at)
    return dependency


@transaction.atomic
def change_dependency(
    *,
    dependency: Dependency,
    name: str,
    address: str,
    asks_for: str = "",
    behind: Dependency | None,
    by: Any,
    at: datetime,
) -> Dependency:
    """Call it otherwise, look at it elsewhere, or have it stand behind something.

    Raises:
        DependencyRefused: as `add_dependency`; or it would stand behind itself.
    """
    locked = Dependency.objects.select_for_update(of=("self",)).select_related("monitor").order_by("pk")
    dependency = {each.pk: each for each in locked}[dependency.pk]  # all of them: two changes at once make no circle
    _check_name(name, dependency)
    if makes_circle(dependency.pk, behind.pk if behind is not None else None, links_now()):
        raise DependencyRefused("behind", "It would stand behind itself.")
    wanted = {"name": name, "behind_id": behind.pk if behind is not None else None}
    changed = [field for field, value in wanted.items() if getattr(dependency, field) != value]
    monitor = _looking_elsewhere(dependency, name, address, asks_for, by, at)
    changed += ["monitor"] if monitor.pk != dependency.monitor_id else []
    if changed:
        dependency.monitor, dependency.name, dependency.behind = monitor, name, behind
        dependency.save(update_fields=["monitor", "name", "behind"])
        facts.record(DependencyChanged(dependency.pk, tuple(changed)), by=by, at=at)
    return dependency


@transaction.atomic
def place_behind(*, dependency: Dependency, environments: Sequence[Environment], by: Any, at: datetime) -> int:
    """Have environments of websites stand behind a dependency from now on. Returns how many did not before."""
    known = set(dependency.reliances.values_list("environment", flat=True))
    fresh = [each for each in environments[:PLACED_MAX] if each.pk not in known]
    Reliance.objects.bulk_create(
        [Reliance(client_id=each.client_id, environment=each, dependency=dependency) for each in fresh],
        ignore_conflicts=True,
    )
    _record_placed(dependency, fresh, by, at, is_behind=True)
    return len(fresh)


@transaction.atomic
def take_away(*, dependency: Dependency, environments: Sequence[Environment], by: Any, at: datetime) -> int:
    """Have environments depend on it no longer; the outages that it made stay its own. Returns how many did."""
    known = set(dependency.reliances.values_list("environment", flat=True))
    gone = [each for each in environments[:PLACED_MAX] if each.pk in known]
    Reliance.objects.filter(dependency=dependency, environment__in=gone).delete()
    _record_placed(dependency, gone, by, at, is_behind=False)
    return len(gone)


def _home(by: Any, at: datetime) -> Environment:
    """Where the monitors of dependencies stand: a website of the agency's own that nothing is promised for."""
    agency = clients_known.agency()
    found = Environment.objects.filter(website__client=agency, website__slug=HOME, kind=EnvironmentKind.LIVE).first()
    if found is not None:
        return found
    website = clients.create_website(
        client=agency, name="Infrastructure", slug=HOME, url=settings.MAINSTAY.url, by=by, at=at
    )
    return clients_known.live_environment(website)


def _watched(kind: DependencyKind, address: str, asks_for: str) -> dict[str, Any]:
    """How its monitor looks: the kind of check, and what that needs."""
    address = address.strip()
    if kind is DependencyKind.NAME_SERVER:
        if not asks_for.strip():
            raise DependencyRefused("asks_for", "Say which name it must answer for.")
        return {"kind": "dns", "url": asks_for.strip(), "settings": {"server": address}}
    if address.count(":") > 1 and not address.startswith("["):  # an IPv6 address, as people write it
        address = f"[{address}]"
    has_port = address.rpartition(":")[2].isdigit()
    return {"kind": "tcp" if has_port else "icmp", "url": address, "settings": {}}


def _looking_elsewhere(
    dependency: Dependency, name: str, address: str, asks_for: str, by: Any, at: datetime
) -> Monitor:
    """Its monitor, changed to look there; another one where it cannot be the same."""
    kind = DependencyKind(dependency.kind)
    watched = _watched(kind, address, asks_for)
    if watched["kind"] != dependency.monitor.kind:
        raise DependencyRefused("address", "Whether a port belongs to it cannot be changed: add another instead.")
    changes = {"name": name, "url": watched["url"], "settings": watched["settings"]}
    try:
        return change_monitor(monitor=dependency.monitor, changes=changes, by=by, at=at)
    except MonitorRefused as problem:
        raise _refused(problem, kind) from problem


def _refused(problem: MonitorRefused, kind: DependencyKind) -> DependencyRefused:
    is_name = kind is DependencyKind.NAME_SERVER and problem.field == "url"
    return DependencyRefused("asks_for" if is_name else FIELDS_OF_SETTINGS.get(problem.field, ""), str(problem))


def _check_name(name: str, but: Dependency | None) -> None:
    taken = Dependency.objects.filter(name=name)
    if (taken.exclude(pk=but.pk) if but is not None else taken).exists():
        raise DependencyRefused("name", "There is one of this name.")


def _record_placed(
    dependency: Dependency, environments: Sequence[Environment], by: Any, at: datetime, *, is_behind: bool
) -> None:
    """One fact a client, so that each client's record is whole."""
    of_client: dict[int, list[Environment]] = {}
    for each in environments:
        of_client.setdefault(each.client_id, []).append(each)
    for placed in of_client.values():
        ids = tuple(sorted(each.website_id for each in placed))
        fact = WebsitesPlaced(dependency.pk, ids, is_behind)
        facts.record(fact, by=by, at=at, client=placed[0].client)
