"""Strangers who ask for access, and domains of clients, for tests."""

from datetime import UTC, datetime

from mainstay.access import actions as access
from mainstay.access.models import RoleGrant, User
from mainstay.clients import actions
from mainstay.clients.models import AccessRequest, AdministratorGrant, ClientDomain, Organisation
from mainstay.common.facts import Process

ASKED_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TESTS = Process("tests")


def stranger(email: str = "nora@elsewhere.example", name: str = "Nora New") -> User:
    """Somebody who registered, and belongs to no client."""
    known = User.objects.filter(email=email).first()
    password = "brisk otter lantern"
    return known or access.create_user(email=email, name=name, password=password, by=TESTS, at=ASKED_AT)


def access_request_of(client: Organisation | None, user: User | None = None) -> AccessRequest:
    """A request for access to `client`, or to nobody knows what, that waits for an answer."""
    wanted = client.name if client else "The old mill"
    request = actions.ask_for_access(user=user or stranger(), wanted=wanted, note="I write the news.", at=ASKED_AT)
    if client is None:
        return actions.sort_request(request=request, at=ASKED_AT)
    AccessRequest.objects.filter(pk=request.pk).update(client=client, sorted_at=ASKED_AT)
    request.refresh_from_db()
    return request


def domain_of(client: Organisation, name: str = "alder.example", *, is_verified: bool = False) -> ClientDomain:
    """A domain on the list of `client`; `is_verified`: its record was found."""
    domain = actions.add_domain(client=client, name=name, role="viewer", by=TESTS, at=ASKED_AT)
    if is_verified:
        actions.note_records(domain=domain, texts=[domain.record_text], by=TESTS, at=ASKED_AT)
    return domain


def departed(user: User, by: User) -> User:
    """A colleague who was shown out, and let in again since."""
    actions.offboard_colleague(user=user, by=by, at=ASKED_AT)
    return access.restore(user=user, by=by, at=ASKED_AT)


def role_grant_of(user: User) -> RoleGrant:
    """A second administrator wants `user` to be one too."""
    email = "alan.second@example.org"
    second = User.objects.filter(email=email).first()
    if second is None:
        second = access.create_user(email=email, name="Alan", agency_role="administrator", by=TESTS, at=ASKED_AT)
    access.change_role(user=user, role="administrator", by=second, at=ASKED_AT)
    return RoleGrant.objects.get(user=user, answered_at__isnull=True)


def administrator_grant_of(client: Organisation, by: User) -> AdministratorGrant:
    """`by` wants somebody new of `client` to be its administrator."""
    email = "greta@example.org"
    contact = client.contacts.filter(email=email).first()
    if contact is None:
        contact = actions.add_contact(client=client, name="Greta", email=email, by=TESTS, at=ASKED_AT)
    actions.change_contact(contact=contact, role="client_administrator", by=by, at=ASKED_AT)
    return AdministratorGrant.objects.get(contact=contact, answered_at__isnull=True)
