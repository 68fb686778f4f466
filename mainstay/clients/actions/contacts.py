"""People of a client."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from mainstay.access import actions as access
from mainstay.access.facts import CLIENT_ROLES, Role
from mainstay.access.models import User
from mainstay.clients.actions.leaving import note_departure
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import Audience, ContactAdded, ContactChanged, ContactInvited
from mainstay.clients.models import Contact, Organisation
from mainstay.common import facts

EDITABLE = ("name", "phone", "audience", "role", "language", "access_until", "is_active")
ENDED_MAX = 200
RIGHTS = frozenset({"role", "access_until", "is_active"})


class AlreadyContact(ValueError):
    """The client has a contact with this address."""


class InvitationRefused(ValueError):
    """Somebody who left, or whose account is suspended, cannot be invited."""


class OwnAccess(ValueError):
    """Nobody changes what they may do themselves: a client would be left without an administrator by a slip."""


class NotInCharge(PermissionDenied):
    """Somebody of the client who was its administrator a moment ago."""


@transaction.atomic
def add_contact(
    *,
    client: Organisation,
    name: str,
    email: str,
    phone: str = "",
    audience: Audience | str = Audience.WEBSITE_USER,
    role: Role | str = Role.REQUESTER,
    language: str = "",
    access_until: datetime | None = None,
    user: User | None = None,
    invite: bool = False,
    by: User | facts.Process,
    at: datetime,
) -> Contact:
    """Make a person of the client known: the desk finds the client by the address.

    With `invite` the person is invited to the portal too.

    Raises:
        AlreadyContact: the client has a contact with this address.
        InvitationRefused: the address belongs to a suspended account.
    """
    take_turn(client)
    require_still_in_charge(client, by)
    address = email.strip().lower()
    if client.contacts.filter(email=address).exists():
        raise AlreadyContact(f"{client} has a contact with the address {address}.")
    contact = Contact.objects.create(
        client=client, user=user, name=name, email=address, phone=phone, audience=Audience(audience),
        role=_client_role(role), language=language, access_until=access_until, created_at=at,
    )  # fmt: skip
    fact = ContactAdded(client_id=client.pk, contact_id=contact.pk, role=contact.role, audience=contact.audience)
    facts.record(fact, by=by, at=at, client=client)
    return invite_contact(contact=contact, by=by, at=at) if invite else contact


@transaction.atomic
def invite_contact(*, contact: Contact, by: User | facts.Process, at: datetime) -> Contact:
    """Give a contact an account and mail a link to set its password. Somebody who has one is told of the new access.

    Raises:
        InvitationRefused: the person left, or is suspended.
    """
    take_turn(contact.client)
    user = contact.user or User.objects.filter(email=contact.email).first()
    if not contact.is_active or (user is not None and not user.is_active):
        raise InvitationRefused(f"{contact.name} cannot be invited: the access is suspended.")
    if user is None:
        user = access.create_user(
            email=contact.email,
            name=contact.name,
            phone=contact.phone,
            time_zone=contact.client.time_zone,
            by=by,
            at=at,
        )
    contact.user, contact.invited_at = user, at
    contact.save(update_fields=["user", "invited_at"])
    access.invite(user=user, to_what=contact.client.name, by=by, at=at)
    fact = ContactInvited(client_id=contact.client_id, contact_id=contact.pk, user_id=user.pk)
    facts.record(fact, by=by, at=at, client=contact.client)
    return contact


@transaction.atomic
def change_contact(*, contact: Contact, by: User | facts.Process, at: datetime, **changes: Any) -> Contact:
    """Change what is known of a contact. A new role, or the end of access, holds with the next request.

    Whoever leaves loses all at once: see `note_departure`.

    Raises:
        OwnAccess: somebody of the client would change what they may do themselves.
        NotInCharge: somebody of the client who is no administrator there any more.
    """
    take_turn(contact.client)
    require_still_in_charge(contact.client, by)
    changed = [name for name in EDITABLE if name in changes and changes[name] != getattr(contact, name)]
    if not changed:
        return contact
    if isinstance(by, User) and by.pk == contact.user_id and RIGHTS & set(changed):
        raise OwnAccess("What you may do yourself, another administrator or your account manager changes.")
    for name in changed:
        setattr(contact, name, changes[name])
    contact.role = _client_role(contact.role)
    contact.save(update_fields=changed)
    fact = ContactChanged(
        client_id=contact.client_id, contact_id=contact.pk, role=contact.role, is_active=contact.is_active
    )
    facts.record(fact, by=by, at=at, client=contact.client)
    if "is_active" in changed and not contact.is_active:
        note_departure(contact=contact, by=by, at=at)
    return contact


def _client_role(role: Role | str) -> Role:
    """`role`, when a client's person can hold it. Raises `ValueError` for an agency's role."""
    wanted = Role(role)
    if wanted not in CLIENT_ROLES:
        raise ValueError(f"{wanted} is not a role of a client's people")
    return wanted


@transaction.atomic
def end_what_is_over(*, by: facts.Process, at: datetime) -> int:
    """Note of everybody whose last day has passed that they left; their rights ended by themselves. How many."""
    over = Contact.objects.filter(is_active=True, access_until__lte=at).select_related("client")
    ended = list(over.order_by("client", "pk")[:ENDED_MAX])
    for contact in ended:
        change_contact(contact=contact, is_active=False, by=by, at=at)
    return len(ended)


def require_still_in_charge(client: Organisation, by: User | facts.Process) -> None:
    """Look once more, in the turn that the caller took, whether somebody of the client may manage its people.

    Two administrators who take the right from each other at once would both have passed the gate.

    Raises:
        NotInCharge: the right is gone.
    """
    if not isinstance(by, User) or by.is_staff_member:
        return
    if not client.contacts.with_access().filter(user=by, role=Role.CLIENT_ADMINISTRATOR).exists():
        raise NotInCharge
