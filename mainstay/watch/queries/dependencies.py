"""What websites depend on: how it stands, who stands behind it, what it brought down, and who seems to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from mainstay.clients.facts import EnvironmentKind, OrganisationKind
from mainstay.clients.models import Environment
from mainstay.watch.codes import State
from mainstay.watch.models import Dependency, DependencyFailure, Outage, Reliance, Standing
from mainstay.watch.queries.outages import WITH_NAMES
from mainstay.watch.queries.standing import MonitorNow, as_seen
from mainstay.watch.rules.causes import CAUSE_WITHIN, Failed, cause_of, chain

SHARED_MIN = 2
SHARED_SHOWN = 10
WITH_MONITOR = ("monitor__standing", "monitor__environment", "behind")


@dataclass(frozen=True, slots=True)
class DependencyNow:
    """A dependency, how it stands, and how many websites stand behind it."""

    dependency: Dependency
    now: MonitorNow
    websites: int

    @property
    def state(self) -> State:
        return self.now.state


@dataclass(frozen=True, slots=True)
class SharedAddress:
    """An address at which several websites were seen, and which nothing is known to stand at."""

    address: str
    websites: int


def dependencies_now(at: datetime) -> list[DependencyNow]:
    """All dependencies, by name."""
    rows = Dependency.objects.select_related(*WITH_MONITOR).annotate(websites=Count("reliances"))
    return [DependencyNow(each, as_seen(each.monitor, at), each.websites) for each in rows]


def dependency_now(dependency: Dependency, at: datetime) -> DependencyNow:
    """One of them."""
    return DependencyNow(dependency, as_seen(dependency.monitor, at), dependency.reliances.count())


def websites_behind(dependency: Dependency, among: QuerySet[Environment]) -> QuerySet[Environment]:
    """Of `among` (scoped by a gate), the live environments that stand behind `dependency`."""
    return _named(among).filter(reliances__dependency=dependency)


def websites_elsewhere(dependency: Dependency, among: QuerySet[Environment], words: str = "") -> QuerySet[Environment]:
    """Of `among`, those that do not stand behind it; `words` are in the website's name or address, or the client's."""
    found = _named(among).exclude(reliances__dependency=dependency)
    if words:
        found = found.filter(
            Q(website__name__icontains=words) | Q(url__icontains=words) | Q(client__name__icontains=words)
        )
    return found


def suggested(dependency: Dependency, among: QuerySet[Environment]) -> QuerySet[Environment]:
    """Of `among`, those that were seen at the same address as `dependency`, and do not stand behind it yet."""
    address = Standing.objects.filter(monitor=dependency.monitor_id).values_list("address", flat=True).first()
    if not address:
        return among.none()
    return websites_elsewhere(dependency, among).filter(monitors__standing__address=address).distinct()


def shared_addresses() -> list[SharedAddress]:
    """Addresses that several websites share and no dependency stands at, the most shared first."""
    known = Standing.objects.filter(monitor__dependency__isnull=False).exclude(address="").values("address")
    rows = (
        Standing.objects.filter(monitor__retired_at__isnull=True, monitor__environment__kind=EnvironmentKind.LIVE)
        .exclude(address="")
        .exclude(address__in=known)
        .exclude(client__kind=OrganisationKind.AGENCY)
        .values("address")
        .annotate(websites=Count("monitor__environment__website", distinct=True))
        .filter(websites__gte=SHARED_MIN)
        .order_by("-websites", "address")[:SHARED_SHOWN]
    )
    return [SharedAddress(each["address"], each["websites"]) for each in rows]


def failures(dependency: Dependency) -> QuerySet[DependencyFailure]:
    """When it was down, the latest first, with how many outages that made."""
    made = Count("outages", filter=Q(outages__voided_at__isnull=True))
    return DependencyFailure.objects.filter(dependency=dependency).annotate(made=made)


def made_by(failure: DependencyFailure, among: QuerySet[Outage]) -> QuerySet[Outage]:
    """Of `among` (scoped by a gate), the outages that a failure made, the first begun first."""
    return among.filter(cause=failure).select_related(*WITH_NAMES).order_by("started_at", "pk")


def looked_behind(environment_ids: Iterable[int] | None = None) -> dict[int, tuple[int, ...]]:
    """The monitors of all that each environment depends on, by environment; of all environments without a choice."""
    monitors = dict(Dependency.objects.values_list("pk", "monitor"))
    if not monitors:
        return {}
    found: dict[int, set[int]] = defaultdict(set)
    for environment_id, dependency_ids in _relied_on(environment_ids).items():
        found[environment_id].update(monitors[each] for each in dependency_ids)
    return {pk: tuple(sorted(ids)) for pk, ids in found.items()}


def furthest_back() -> dict[int, int]:
    """For each monitor of a website that depends on something, and of that, the dependency furthest back."""
    links = behind()
    if not links:
        return {}
    rows = Reliance.objects.values_list("environment__monitors", "dependency")
    roots = {pk: list(chain(pk, links))[-1] for pk in links}
    found = {monitor_id: roots[dependency_id] for monitor_id, dependency_id in rows if monitor_id is not None}
    found.update((each.monitor_id, roots[each.pk]) for each in Dependency.objects.only("monitor_id"))
    return found


def cause_for(environment_id: int, started_at: datetime, confirmed_at: datetime) -> int | None:
    """The failure that made an outage of an environment; None when nothing that it depends on had failed."""
    relied_on = _relied_on([environment_id]).get(environment_id)
    if not relied_on:
        return None
    rows = DependencyFailure.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=started_at),
        dependency__in=relied_on,
        started_at__lte=confirmed_at + CAUSE_WITHIN,
    )
    failed = [Failed(each.pk, each.dependency_id, each.started_at, each.ended_at) for each in rows]
    return cause_of(started_at, confirmed_at, relied_on, failed, behind())


def relying_on_something(environment_ids: Iterable[int]) -> set[int]:
    """Those of the environments that are known to depend on anything."""
    found = Reliance.objects.filter(environment__in=list(environment_ids)).values_list("environment", flat=True)
    return set(found)


def behind() -> dict[int, int | None]:
    """What each dependency stands behind itself."""
    return dict(Dependency.objects.values_list("pk", "behind"))


def may_be_caused_by(failure: DependencyFailure) -> QuerySet[Outage]:
    """Outages that go on of whatever stands behind a dependency, and that it may have made."""
    links = behind()
    near = [pk for pk in links if failure.dependency_id in chain(pk, links)]
    latest = failure.started_at - CAUSE_WITHIN
    return (
        Outage.objects.valid()
        .filter(environment__reliances__dependency__in=near, ended_at__isnull=True, confirmed_at__gte=latest)
        .distinct()
    )


def _relied_on(environment_ids: Iterable[int] | None) -> dict[int, set[int]]:
    rows = Reliance.objects.all()
    if environment_ids is not None:
        rows = rows.filter(environment__in=list(environment_ids))
    links: dict[int, int | None] | None = None
    found: dict[int, set[int]] = defaultdict(set)
    for environment_id, dependency_id in rows.values_list("environment", "dependency"):
        links = behind() if links is None else links
        found[environment_id].update(chain(dependency_id, links))
    return found


def _named(among: QuerySet[Environment]) -> QuerySet[Environment]:
    live = among.filter(kind=EnvironmentKind.LIVE, website__is_active=True)
    return live.select_related("website", "client").order_by("client__name", "website__name")
