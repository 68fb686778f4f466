"""People of a client."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.access import actions as access
from mainstay.access.facts import CLIENT_ROLES, Role
from mainstay.access.models import User
from mainstay.clients.actions.charge import OwnAccess, require_still_in_charge
from mainstay.clients.actions.leaving import note_departure
from mainstay.clients.actions.rights import ask_second
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

    With `invite` the person is invited to the portal too. An administrator that a person adds may ask, before a second
    person confirms the rest.

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
    if _waits_for_second(contact, by, at):
        contact.role = Role.REQUESTER.value
        contact.save(update_fields=["role"])
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
    if contact.is_active and user is not None and user.closed_at is not None and not user.is_staff_member:
        access.restore(user=user, by=by, at=at)  # it was closed when its person left somebody else
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

    Whoever leaves loses all at once: see `note_departure`; whoever is back can sign in, and no more. An administrator,
    new or back, waits for a second person.

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
    before = contact.role
    for name in changed:
        setattr(contact, name, changes[name])
    contact.role = _client_role(contact.role)
    if {"role", "is_active"} & set(changed) and contact.is_active and _waits_for_second(contact, by, at):
        contact.role = Role.REQUESTER.value if before == Role.CLIENT_ADMINISTRATOR else before
        changed = [*changed, "role"]
    contact.save(update_fields=changed)
    fact = ContactChanged(
        client_id=contact.client_id, contact_id=contact.pk, role=contact.role, is_active=contact.is_active
    )
    facts.record(fact, by=by, at=at, client=contact.client)
    if "is_active" in changed and not contact.is_active:
        note_departure(contact=contact, by=by, at=at)
    elif "is_active" in changed:
        _open_again(contact, by, at)
    return contact


@transaction.atomic
def readmit(*, contact: Contact, by: User, at: datetime) -> Contact:
    """Let somebody back in who left, and mail an invitation. Raises as `change_contact` and `invite_contact`."""
    change_contact(contact=contact, is_active=True, access_until=None, by=by, at=at)
    return invite_contact(contact=contact, by=by, at=at)


def _waits_for_second(contact: Contact, by: User | facts.Process, at: datetime) -> bool:
    """Whether the role that `contact` is to have needs a second person, who is asked now."""
    if contact.role != Role.CLIENT_ADMINISTRATOR or not isinstance(by, User):
        return False
    return ask_second(contact=contact, by=by, at=at) is not None


def _open_again(contact: Contact, by: User | facts.Process, at: datetime) -> None:
    """Open the account again that was closed when its person left: the agency suspends its own people alone."""
    user = contact.user
    if user is not None and not user.is_active and not user.is_staff_member:
        access.restore(user=user, by=by, at=at)


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
