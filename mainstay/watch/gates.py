"""Who gets which outage and monitor: another client's answers 404, a missing right 403."""

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404

from mainstay.access.facts import Permission, Role
from mainstay.clients import gates
from mainstay.clients.facts import OrganisationKind
from mainstay.clients.gates import Person
from mainstay.clients.models import Environment, Organisation, Website
from mainstay.common.notify import Channel
from mainstay.watch.models import AlertRule, Beat, BulkEdit, Dependency, DependencyFailure, Exclusion, Monitor, Outage
from mainstay.watch.models.beat import hashed
from mainstay.watch.queries.outages import WITH_NAMES


def require_console(user: Person) -> None:
    """Refuse people of clients. Raises `PermissionDenied`."""
    gates.require(user, Permission.CONSOLE_USE)


def require_right(user: Person, permission: Permission) -> None:
    """Refuse whoever is not of the agency, or lacks `permission`. Raises `PermissionDenied`."""
    require_console(user)
    gates.require(user, permission)


def alert_rule_for(user: Person, rule_id: int, permission: Permission) -> AlertRule:
    """The rule numbered `rule_id` that is in use. Raises `PermissionDenied`, or `Http404` when there is none."""
    found = AlertRule.objects.filter(retired_at__isnull=True).select_related("client", "website")
    return gates.of_agency(found, user, rule_id, permission)


def channel_for(user: Person, channel_id: int) -> Channel:
    """The channel numbered `channel_id`, for those who keep channels. Raises as `alert_rule_for`."""
    return gates.of_agency(Channel.objects.all(), user, channel_id, Permission.CHANNEL_EDIT)


def outage_for(user: Person, outage_id: int, permission: Permission) -> Outage:
    """The outage numbered `outage_id`, with its website. Raises `Http404` or `PermissionDenied`."""
    return gates.child_for(Outage.objects.select_related(*WITH_NAMES), user, outage_id, permission)


def monitor_for(user: Person, monitor_id: int, permission: Permission) -> Monitor:
    """The monitor numbered `monitor_id`, retired ones too, with its website. Raises as `outage_for`."""
    found = Monitor.objects.select_related("client", "environment__website")
    return gates.child_for(found, user, monitor_id, permission)


def beat_with(token: str) -> Beat:
    """The heartbeat that is called with `token`: having it is the right to say how the task stands, and no other.

    Raises:
        Http404: no heartbeat has that token.
    """
    beat = Beat.objects.filter(token_hash=hashed(token)).first()
    if beat is None:
        raise Http404
    return beat


def exclusion_of(client: Organisation, user: Person, exclusion_id: int, permission: Permission) -> Exclusion:
    """The exclusion numbered `exclusion_id` of `client`. Raises as `outage_for`."""
    found = Exclusion.objects.filter(client=client).select_related("client", "website", "outage", "asked_by")
    return gates.child_for(found, user, exclusion_id, permission)


def may_edit(user: Person, client: Organisation) -> bool:
    """Whether `user` may change the monitors of `client`, and see the addresses at which its tasks report."""
    return gates.may(user, Permission.MONITOR_EDIT, client)


def website_for(user: Person, website_id: int, permission: Permission) -> Website:
    """The website numbered `website_id`, with its client. Raises as `outage_for`."""
    return gates.website_for(user, website_id, permission)


def client_for(user: Person, slug: str, permission: Permission) -> Organisation:
    """The organisation called `slug`. Raises as `outage_for`."""
    return gates.client_for(user, slug, permission)


def may_add_websites(user: Person, client: Organisation) -> bool:
    """Whether `user` may look after one more website of `client`."""
    return gates.may(user, Permission.WEBSITE_EDIT, client)


def outages_of(user: Person, permission: Permission, *, voided: bool = False) -> QuerySet[Outage]:
    """The outages of all clients that `user` holds `permission` for; with `voided` those that were taken back."""
    return gates.scoped(Outage.objects.filter(voided_at__isnull=not voided), user, permission)


def dependency_for(user: Person, dependency_id: int, permission: Permission) -> Dependency:
    """The dependency numbered `dependency_id`: it is the agency's, so that its people alone may come by it.

    Raises:
        Http404: there is none.
        PermissionDenied: the right is missing.
    """
    require_staff(user, permission)
    found = Dependency.objects.select_related("monitor", "behind").filter(pk=dependency_id).first()
    if found is None:
        raise Http404
    return found


def failure_for(user: Person, failure_id: int, permission: Permission) -> DependencyFailure:
    """The failure of a dependency numbered `failure_id`. Raises as `dependency_for`."""
    require_staff(user, permission)
    found = DependencyFailure.objects.select_related("dependency").filter(pk=failure_id).first()
    if found is None:
        raise Http404
    return found


def require_staff(user: Person, permission: Permission) -> None:
    """Refuse people of clients, and staff without `permission`. Raises `PermissionDenied`."""
    require_console(user)
    gates.require(user, permission)


def may_edit_dependencies(user: Person) -> bool:
    """Whether `user` may change what websites depend on: staff who may edit monitors."""
    return gates.may_anywhere(user, Permission.MONITOR_EDIT) and bool(getattr(user, "agency_role", ""))


def environments_of(user: Person, permission: Permission) -> QuerySet[Environment]:
    """The environments of all clients that `user` holds `permission` for, the agency's own left out."""
    found = gates.scoped(Environment.objects.all(), user, permission)
    return found.exclude(client__kind=OrganisationKind.AGENCY)


def monitors_of(user: Person, permission: Permission) -> QuerySet[Monitor]:
    """The monitors of all clients that `user` holds `permission` for, retired ones too."""
    return gates.scoped(Monitor.objects.all(), user, permission)


def bulk_edit_for(user: Person, bulk_id: int) -> BulkEdit:
    """The bulk edit numbered `bulk_id`, for those who may change all of its monitors. Raises as `outage_for`."""
    gates.require(user, Permission.MONITOR_EDIT)
    found = BulkEdit.objects.select_related("made_by", "undoes").filter(pk=bulk_id).first()
    if found is None or gates.scoped(found.lines.all(), user, Permission.MONITOR_EDIT).count() < found.lines.count():
        raise Http404
    return found


def clients_of(user: Person, permission: Permission) -> QuerySet[Organisation]:
    """The organisations that `user` holds `permission` for."""
    return gates.clients_for(user, permission)


def may_allow_private(user: Person) -> bool:
    """Whether `user` may let a monitor look at private addresses: administrators alone, where the setting lets them."""
    return bool(settings.MAINSTAY.watch_allow_private) and getattr(user, "agency_role", "") == Role.ADMINISTRATOR
