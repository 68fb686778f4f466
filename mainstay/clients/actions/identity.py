"""A client's own identity provider: how it is connected, and whom it signs in."""

from datetime import datetime
from typing import Any, TypeAlias

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_noop

from mainstay.access import actions as access
from mainstay.access.facts import Permission, Role
from mainstay.access.gates import may_at_agency
from mainstay.access.models import User
from mainstay.access.rules import in_one_line
from mainstay.clients import queries
from mainstay.clients.actions.asking import let_in, lets_in_by_domain
from mainstay.clients.actions.charge import require_still_in_charge
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.identity_facts import Claims, ProviderChanged, ProviderLinked
from mainstay.clients.models import Contact, Organisation, ProviderConnection, ProviderLink
from mainstay.clients.rules.identity import Known, Verdict, verdict
from mainstay.common import addresses, facts, sealed

By: TypeAlias = User | facts.Process
PROVIDER = facts.Process("own-provider")
FOR_AGENCY = ("is_private", "trusts_addresses")
IDENTITY = ("issuer", "application")


class ConnectionRefused(ValueError):
    """What was said of the provider cannot be used. `field` names the part; the text is for people."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class NotLetIn(Exception):
    """The provider's person gets in nowhere here. `verdict` says why."""

    def __init__(self, why: Verdict) -> None:
        super().__init__(why.value)
        self.verdict = why


@transaction.atomic
def connect_provider(
    *, client: Organisation, secret: str = "", by: User, at: datetime, **given: Any
) -> ProviderConnection:
    """Let the client's provider sign its people in, or change how. An empty `secret` keeps the one that there is.

    Another issuer, or another application there, is another provider: who was linked to the one before is no longer,
    and what the agency's administrators said of that one (`FOR_AGENCY`) is not said of this one.

    Raises:
        ConnectionRefused: the address cannot be used, or somebody says what only the agency's administrators may.
        NotInCharge: somebody of the client who is no administrator there any more.
    """
    take_turn(client)
    require_still_in_charge(client, by)
    known = ProviderConnection.objects.filter(client=client).first()
    connection = known or ProviderConnection(client=client, created_at=at)
    if known is not None and any(getattr(known, name) != given[name] for name in IDENTITY):
        _begin_anew(connection)
    for name in FOR_AGENCY:
        if given.get(name, False) and not getattr(connection, name) and not may_at_agency(by, Permission.USER_EDIT):
            raise ConnectionRefused(name, gettext_noop("Only an administrator of the agency can say so."))
    _check_issuer(given["issuer"], is_private=given.get("is_private", connection.is_private))
    for name, value in given.items():
        setattr(connection, name, value)
    if secret:
        connection.sealed_secret = sealed.seal(secret)
    connection.tried_at, connection.problem = None, ""
    connection.save()
    _recorded(connection, "changed" if known else "added", by, at)
    return connection


@transaction.atomic
def disconnect_provider(*, connection: ProviderConnection, by: User, at: datetime) -> None:
    """Let the provider sign nobody in any more. Who is in stays in, and can set a password by the recovery mail."""
    require_still_in_charge(connection.client, by)
    _recorded(connection, "removed", by, at)
    connection.delete()


@transaction.atomic
def note_provider_tried(*, connection: ProviderConnection, problem: str, at: datetime) -> None:
    """Keep what a test of the connection found."""
    connection.tried_at, connection.problem = at, problem[:300]
    connection.save(update_fields=["tried_at", "problem"])


@transaction.atomic
def sign_in_by_provider(*, connection: ProviderConnection, claims: Claims, at: datetime) -> User:
    """The account of whom the client's provider has sent, made or linked where it may be.

    Raises:
        NotLetIn: there is no account, or none that this provider may open.
    """
    client = connection.client
    take_turn(client)
    link = ProviderLink.objects.select_related("user").filter(connection=connection, subject=claims.subject).first()
    user = link.user if link else User.objects.filter(email=claims.email).first() if claims.email else None
    known = _known(user, client, at) if user else None
    contact = _contact(client, user, claims.email)
    found = verdict(
        claims,
        linked=known if link else None,
        by_address=None if link else known,
        domains=queries.verified_domains(client),
        makes_accounts=connection.makes_accounts and lets_in_by_domain(client, at) and _may_come_in(contact),
    )
    if found == Verdict.MAKE:
        user = _made(client, claims, at)
    if found in (Verdict.MAKE, Verdict.LET_IN) and user is not None:
        role = Role(contact.role if contact else connection.role)
        until = contact.access_until if contact else None
        let_in(client=client, user=user, role=role, until=until, by=PROVIDER, at=at)
    if found not in (Verdict.SIGN_IN, Verdict.LINK, Verdict.LET_IN, Verdict.MAKE) or user is None:
        raise NotLetIn(found)
    if link is None:
        _link(connection, user, claims.subject, is_new=found == Verdict.MAKE, at=at)
    else:
        link.last_at = at
        link.save(update_fields=["last_at"])
    return user


def _begin_anew(connection: ProviderConnection) -> None:
    """Forget what was known, kept and allowed of the provider before: a client may not lead it to a private network."""
    ProviderLink.objects.filter(connection=connection).delete()
    connection.sealed_secret = ""  # nosec B105 # nothing in its place
    for name in FOR_AGENCY:
        setattr(connection, name, False)


def _link(connection: ProviderConnection, user: User, subject: str, *, is_new: bool, at: datetime) -> None:
    """The provider gave the person another subject: the one before is nobody any more."""
    ProviderLink.objects.filter(connection=connection, user=user).delete()
    ProviderLink.objects.create(
        client=connection.client, connection=connection, user=user, subject=subject, linked_at=at, last_at=at
    )
    EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)
    fact = ProviderLinked(client_id=connection.client_id, user_id=user.pk, is_new=is_new)
    facts.record(fact, by=PROVIDER, at=at, client=connection.client)


def _known(user: User, client: Organisation, at: datetime) -> Known:
    has_access = queries.contact_of(user, client) is not None
    return Known(email=user.email, is_staff=user.is_staff_member, is_open=user.is_in_at(at), has_access=has_access)


def _contact(client: Organisation, user: User | None, email: str) -> Contact | None:
    """The person on the client's list, by account or else by address."""
    if user is not None:
        return queries.contact_known(user, client)
    found: Contact | None = client.contacts.filter(email=email, user__isnull=True).first()
    return found


def _may_come_in(contact: Contact | None) -> bool:
    """Whether a provider alone lets somebody in: not who left, and not to the highest right, which takes two people."""
    if contact is None:
        return True
    return contact.user_id is None and contact.is_active and contact.role != Role.CLIENT_ADMINISTRATOR


def _made(client: Organisation, claims: Claims, at: datetime) -> User:
    name = in_one_line(claims.name) or claims.email.partition("@")[0]
    return access.create_user(email=claims.email, name=name, time_zone=client.time_zone, by=PROVIDER, at=at)


def _check_issuer(issuer: str, *, is_private: bool) -> None:
    try:
        addresses.check_written(addresses.parse(issuer), allow_private=is_private)
    except addresses.AddressRefused as problem:
        raise ConnectionRefused("issuer", f"{problem.reason}.") from problem
    if not is_private and not issuer.startswith("https://"):
        raise ConnectionRefused("issuer", gettext_noop("The issuer begins with https://."))
    if "?" in issuer or "#" in issuer:
        raise ConnectionRefused("issuer", gettext_noop("The issuer holds no ? and no #."))


def _recorded(connection: ProviderConnection, step: str, by: By, at: datetime) -> None:
    fact = ProviderChanged(
        client_id=connection.client_id, step=step, makes_accounts=connection.makes_accounts,
        is_required=connection.is_required,
    )  # fmt: skip
    facts.record(fact, by=by, at=at, client=connection.client)
