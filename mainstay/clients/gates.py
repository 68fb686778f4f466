"""Who gets which object: another client's answers 404, a missing right 403. Views get objects in no other way."""

from typing import Any, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from mainstay.access.facts import CLIENT_ROLES, Permission
from mainstay.access.models import User
from mainstay.access.rules import permissions_of, roles_with
from mainstay.clients.models import (
    Absence,
    AccessRequest,
    AdministratorGrant,
    Agreement,
    AgreementOffer,
    ClientDomain,
    ClientNote,
    Contact,
    MaintenanceWindow,
    Organisation,
    ProviderConnection,
    ProvisioningToken,
    Roster,
    ServiceReview,
    Shift,
    Website,
    WebsiteRole,
    WindowSeries,
)
from mainstay.common import trail

Person: TypeAlias = User | AnonymousUser


def may(user: Person, permission: Permission, client: Organisation, website_id: int | None = None) -> bool:
    """Whether `user` holds `permission` now: for `client`, or for that website of it.

    A token's scopes narrow what its owner may.
    """
    return permission in permissions_for(user, client, website_id)


def permissions_for(user: Person, client: Organisation, website_id: int | None = None) -> frozenset[Permission]:
    """All rights of `user` for `client`, with those for one website of it where that is named.

    None for somebody suspended, and none for another client's people.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    held = permissions_of(user.agency_role) if user.is_staff_member else _of_contact(user, client, website_id)
    return held if user.scopes is None else held & user.scopes


def permissions_at(user: Person, slug: str) -> frozenset[Permission]:
    """All rights of `user` for the organisation called `slug`; none when there is no such organisation."""
    client = Organisation.objects.filter(slug=slug).first()
    return permissions_for(user, client) if client else frozenset()


def permissions_named(user: Person, client: Organisation) -> dict[str, bool]:
    """The rights of `user` for `client` by their names in lower case, for templates: `{% if may.website_edit %}`."""
    return {permission.name.lower(): True for permission in permissions_for(user, client)}


def may_anywhere(user: Person, permission: Permission) -> bool:
    """Whether `user` holds `permission` for at least one organisation."""
    if not user.is_authenticated or not user.is_active or not _in_scope(user, permission):
        return False
    if user.is_staff_member:
        return permission in permissions_of(user.agency_role)
    return clients_for(user, permission).exists()


def require(user: Person, permission: Permission) -> None:
    """Refuse somebody who holds `permission` nowhere.

    Raises:
        PermissionDenied: the right is missing.
    """
    if not may_anywhere(user, permission):
        raise PermissionDenied


def clients_for(user: Person, permission: Permission) -> QuerySet[Organisation]:
    """The organisations for which `user` holds `permission`: all of them, the agency too, for staff with that right."""
    if not user.is_authenticated or not user.is_active or not _in_scope(user, permission):
        return Organisation.objects.none()
    if user.is_staff_member:
        allowed = permission in permissions_of(user.agency_role)
        return Organisation.objects.all() if allowed else Organisation.objects.none()
    mine = Contact.objects.with_access().filter(user=user, role__in=roles_with(permission, CLIENT_ROLES))
    return Organisation.objects.filter(is_active=True, pk__in=mine.values("client"))


def scoped(queryset: QuerySet[Any], user: Person, permission: Permission) -> QuerySet[Any]:
    """Of rows that carry a `client`, those that `user` holds `permission` for."""
    if user.is_authenticated and user.is_staff_member:
        return queryset if may_anywhere(user, permission) else queryset.none()
    return queryset.filter(client__in=clients_for(user, permission).values("pk"))


def client_for(user: Person, slug: str, permission: Permission) -> Organisation:
    """The organisation called `slug`.

    Raises:
        Http404: there is none, or it is another client's.
        PermissionDenied: `user` belongs there, without the right.
    """
    return _allowed(user, Organisation.objects.filter(slug=slug).first(), permission)


def website_for(user: Person, website_id: int, permission: Permission) -> Website:
    """The website numbered `website_id`, with its client. Raises as `client_for` does."""
    return child_for(Website.objects.select_related("client"), user, website_id, permission)


def contact_for(user: Person, contact_id: int, permission: Permission) -> Contact:
    """The contact numbered `contact_id`, with its client. Raises as `client_for` does."""
    return child_for(Contact.objects.select_related("client", "user"), user, contact_id, permission)


def window_for(user: Person, window_id: int, permission: Permission) -> MaintenanceWindow:
    """The maintenance window numbered `window_id`, with its client. Raises as `client_for` does."""
    return child_for(MaintenanceWindow.objects.select_related("client", "website"), user, window_id, permission)


def series_for(user: Person, series_id: int, permission: Permission) -> WindowSeries:
    """The version of a series of windows numbered `series_id`, with its client. Raises as `client_for` does."""
    return child_for(WindowSeries.objects.select_related("client", "website"), user, series_id, permission)


def review_for(user: Person, review_id: int, permission: Permission) -> ServiceReview:
    """The service review numbered `review_id`, with its client. Raises as `client_for` does."""
    return child_for(ServiceReview.objects.select_related("client"), user, review_id, permission)


def note_for(user: Person, note_id: int, permission: Permission) -> ClientNote:
    """The note numbered `note_id`, unless it was taken away; with its client. Raises as `client_for` does."""
    rows = ClientNote.objects.filter(removed_at__isnull=True).select_related("client", "written_by")
    return child_for(rows, user, note_id, permission)


def agreement_of(client: Organisation, user: Person, version: int, permission: Permission) -> Agreement:
    """The version numbered `version` of a client's agreement. Raises as `client_for` does."""
    rows = Agreement.objects.filter(client=client, version=version).select_related("client", "signed_by")
    return child_for(rows, user, rows.values_list("pk", flat=True).first() or 0, permission)


def offer_of(client: Organisation, user: Person, offer_id: int, permission: Permission) -> AgreementOffer:
    """What was sent to `client` to be signed: another client's is not found. Raises as `client_for` does."""
    rows = AgreementOffer.objects.filter(client=client).select_related("client", "draft", "follows", "sent_by")
    return child_for(rows, user, offer_id, permission)


def access_request_of(client: Organisation, user: Person, request_id: int, permission: Permission) -> AccessRequest:
    """Somebody's request for access to `client`: another client's is not found. Raises as `client_for` does."""
    rows = AccessRequest.objects.filter(client=client).select_related("client", "user", "answered_by")
    return child_for(rows, user, request_id, permission)


def own_access_request(user: User, request_id: int) -> AccessRequest:
    """One of the requests that `user` made. Raises `Http404` for somebody else's, whoever asks."""
    found = AccessRequest.objects.filter(user=user, pk=request_id).first()
    if found is None:
        raise Http404
    return found


def access_request_of_nobody(user: Person, request_id: int) -> AccessRequest:
    """A request of which it is not known whose it is. Raises as `roster_for`."""
    rows = AccessRequest.objects.filter(client__isnull=True).select_related("user")
    return of_agency(rows, user, request_id, Permission.PEOPLE_EDIT)


def domain_of(client: Organisation, user: Person, domain_id: int, permission: Permission) -> ClientDomain:
    """A domain of `client`: another client's is not found. Raises as `client_for` does."""
    return child_for(ClientDomain.objects.filter(client=client).select_related("client"), user, domain_id, permission)


def provider_of(client: Organisation, user: Person, permission: Permission) -> ProviderConnection:
    """The identity provider of `client`. Raises as `client_for` does."""
    rows = ProviderConnection.objects.filter(client=client).select_related("client")
    found: ProviderConnection = child_for(rows, user, rows.values_list("pk", flat=True).first() or 0, permission)
    return found


def provisioning_key_of(client: Organisation, user: Person, key_id: int, permission: Permission) -> ProvisioningToken:
    """A key of the directory of `client`: another client's is not found. Raises as `client_for` does."""
    rows = ProvisioningToken.objects.filter(client=client).select_related("client")
    return child_for(rows, user, key_id, permission)  # type: ignore[no-any-return]


def contact_of(client: Organisation, user: Person, contact_id: int, permission: Permission) -> Contact:
    """A person of `client`: another client's is not found. Raises as `client_for` does."""
    rows = Contact.objects.filter(client=client).select_related("client", "user")
    return child_for(rows, user, contact_id, permission)


def grant_of(client: Organisation, user: Person, grant_id: int, permission: Permission) -> AdministratorGrant:
    """Somebody who is to be the administrator of `client`, whose grant it is. Raises as `client_for` does."""
    rows = AdministratorGrant.objects.filter(client=client).select_related("client", "contact__client", "asked_by")
    return child_for(rows, user, grant_id, permission)


def roster_for(user: Person, roster_id: int, permission: Permission) -> Roster:
    """The agency's roster numbered `roster_id`. Raises `PermissionDenied`, or `Http404` when there is none."""
    return of_agency(Roster.objects.all(), user, roster_id, permission)


def shift_for(user: Person, shift_id: int, permission: Permission) -> Shift:
    """The shift numbered `shift_id`. Raises as `roster_for`."""
    return of_agency(Shift.objects.select_related("roster", "user"), user, shift_id, permission)


def absence_for(user: Person, absence_id: int) -> Absence:
    """The absence numbered `absence_id`, for the person who is away and for those who keep the rosters.

    Raises as `roster_for`.
    """
    absence: Absence = of_agency(Absence.objects.all(), user, absence_id, Permission.DUTY_TAKE)
    if absence.user_id != user.pk:
        require(user, Permission.ROSTER_EDIT)
    return absence


def of_agency(queryset: QuerySet[Any], user: Person, pk: int, permission: Permission) -> Any:
    """The row `pk` of `queryset`, whose rows are the agency's own.

    Raises:
        PermissionDenied: `user` does not work for the agency, or lacks the right.
        Http404: there is none.
    """
    require(user, Permission.CONSOLE_USE)
    require(user, permission)
    row = queryset.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def child_for(queryset: QuerySet[Any], user: Person, pk: int, permission: Permission) -> Any:
    """The row `pk` of `queryset`, whose rows carry a `client`: what every area's gates can be built on.

    Raises:
        Http404: there is none, or it is another client's.
        PermissionDenied: `user` belongs to that client, without the right.
    """
    row = queryset.filter(pk=pk).first()
    if row is None:
        raise Http404
    website_id = row.pk if isinstance(row, Website) else getattr(row, "website_id", None)
    _allowed(user, row.client, permission, website_id)
    return row


def _allowed(
    user: Person, client: Organisation | None, permission: Permission, website_id: int | None = None
) -> Organisation:
    held = permissions_for(user, client, website_id) if client is not None else frozenset()
    if client is None or not _belongs(user, client, held):
        raise Http404
    if permission not in held:
        raise PermissionDenied
    trail.concerns(client.pk)
    return client


def _belongs(user: Person, client: Organisation, held: frozenset[Permission]) -> bool:
    """Whether `user` may know that `client` exists: somebody whose token is too narrow still may."""
    if held or not user.is_authenticated or not user.is_active:
        return bool(held)
    return bool(permissions_of(user.agency_role) if user.is_staff_member else _of_contact(user, client, None))


def _of_contact(user: User, client: Organisation, website_id: int | None) -> frozenset[Permission]:
    """What a person's roles allow: the one for the client, and the one for the website. Without the first, neither."""
    if not client.is_active:
        return frozenset()
    found = Contact.objects.with_access().filter(user=user, client=client)
    roles = list(found.values_list("role", flat=True))
    if roles and website_id is not None:
        at_website = WebsiteRole.objects.filter(contact__in=found, client=client, website=website_id)
        roles += at_website.values_list("role", flat=True)
    return frozenset().union(*(permissions_of(role) for role in roles))


def _in_scope(user: User, permission: Permission) -> bool:
    return user.scopes is None or permission in user.scopes
