"""A client's directory manages the client's people: who comes there comes here, who goes there goes here."""

from datetime import datetime, timedelta

from django.db import transaction

from mainstay.access import actions as access
from mainstay.access.facts import Role
from mainstay.access.keys import PREFIX_LENGTH, digest_of, new_key
from mainstay.access.models import User
from mainstay.access.rules import in_one_line
from mainstay.clients import queries
from mainstay.clients.actions.asking import let_in
from mainstay.clients.actions.charge import require_still_in_charge
from mainstay.clients.actions.contacts import change_contact
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.identity_facts import PersonProvisioned, ProvisioningChanged
from mainstay.clients.models import Contact, Organisation, ProvisioningToken
from mainstay.clients.rules.asking import domain_of
from mainstay.clients.rules.provisioning import Refused, Wanted
from mainstay.common import facts
from mainstay.common.mail import is_address

KEY_PREFIX = "mss_"
VALID = timedelta(days=365)
TOKENS_MAX = 5
USE_NOTED_EVERY = timedelta(minutes=1)
DIRECTORY = facts.Process("directory")


class TooManyKeys(ValueError):
    """The client has as many keys that work as it may."""


class PersonKnown(ValueError):
    """The person is on the list already (RFC 7644, 3.3: uniqueness)."""


@transaction.atomic
def make_provisioning_token(*, client: Organisation, by: User, at: datetime) -> tuple[ProvisioningToken, str]:
    """A key for the client's directory, for a year, and its secret, which nobody can read again.

    Raises:
        TooManyKeys: five work already.
        NotInCharge: somebody of the client who is no administrator there any more.
    """
    take_turn(client)
    require_still_in_charge(client, by)
    if queries.provisioning_tokens(client, at).count() >= TOKENS_MAX:
        raise TooManyKeys("Five keys work already. End one first.")
    secret = new_key(KEY_PREFIX)
    token = ProvisioningToken.objects.create(
        client=client, prefix=secret[:PREFIX_LENGTH], digest=digest_of(secret), created_at=at, created_by=by,
        expires_at=at + VALID,
    )  # fmt: skip
    _key_recorded(token, "made", by, at)
    return token, secret


@transaction.atomic
def end_provisioning_token(*, token: ProvisioningToken, by: User, at: datetime) -> None:
    """Let the key open nothing any more. Who came by it stays."""
    require_still_in_charge(token.client, by)
    if ProvisioningToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        _key_recorded(token, "ended", by, at)


def note_provisioning_use(*, token: ProvisioningToken, at: datetime) -> None:
    """Keep when a key was last used, to the minute."""
    if token.last_used_at is None or at - token.last_used_at >= USE_NOTED_EVERY:
        ProvisioningToken.objects.filter(pk=token.pk).update(last_used_at=at)


@transaction.atomic
def provision(*, token: ProvisioningToken, wanted: Wanted, at: datetime) -> Contact:
    """Let somebody in whom the directory names, to read; what else they may do people decide. No mail is sent.

    Raises:
        Refused: the address is not at one of the client's verified domains, or belongs to the agency's people.
        PersonKnown: the person is on the list.
    """
    client, email = token.client, (wanted.email or "").lower()
    take_turn(client)
    if not is_address(email) or domain_of(email) not in queries.verified_domains(client):
        raise Refused("userName has to be an address at one of your verified domains.")
    known = client.contacts.filter(email=email).first()
    if known is not None and not _may_get_an_account(known):
        raise PersonKnown("This person is on the list already.")
    user = User.objects.filter(email=email).first()
    if user is not None and (user.is_staff_member or not user.is_active):
        raise Refused("This address cannot be let in. Speak to your account manager.")
    name = in_one_line(wanted.name or "")[:120] or email.partition("@")[0]
    if user is None:
        user = access.create_user(email=email, name=name, time_zone=client.time_zone, by=DIRECTORY, at=at)
    role, until = (Role(known.role), known.access_until) if known else (Role.VIEWER, None)
    contact = let_in(client=client, user=user, role=role, until=until, by=DIRECTORY, at=at)
    _recorded(contact, token, "added", at)
    if wanted.is_active is False:
        return _changed(contact, token, Wanted(is_active=False), at)
    return contact


@transaction.atomic
def change_provisioned(*, token: ProvisioningToken, contact: Contact, wanted: Wanted, at: datetime) -> Contact:
    """Take over what the directory says of somebody: the name, and whether they still have access.

    Who goes is taken out as by every other way. Who comes back gets in to read, with nothing else given back.

    Raises:
        Refused: the address would change: it is what people sign in with.
    """
    take_turn(token.client)
    contact.refresh_from_db()
    if wanted.email is not None and wanted.email.lower() != contact.email:
        raise Refused("An address cannot be changed here: add the person with the new one.", "mutability")
    return _changed(contact, token, wanted, at)


def _changed(contact: Contact, token: ProvisioningToken, wanted: Wanted, at: datetime) -> Contact:
    changes: dict[str, object] = {}
    if wanted.name and contact.user_id:
        changes["name"] = in_one_line(wanted.name)[:120]
    if wanted.is_active is False and contact.is_active:
        changes["is_active"] = False
    elif wanted.is_active and not contact.is_active:
        if contact.user is not None and (contact.user.is_staff_member or _is_suspended(contact.user)):
            raise Refused("This person cannot be let in again. Speak to your account manager.")
        changes |= {"is_active": True, "role": Role.VIEWER, "access_until": None}
    changed = {name: value for name, value in changes.items() if getattr(contact, name) != value}
    if changed:
        change_contact(contact=contact, by=DIRECTORY, at=at, **changed)
        step = {None: "changed", True: "returned", False: "removed"}[changed.get("is_active")]  # type: ignore[index]
        _recorded(contact, token, step, at)
    return contact


def _may_get_an_account(contact: Contact) -> bool:
    """Whether somebody on the list is only waiting for one: not who left, and not to the highest right."""
    return contact.user_id is None and contact.is_active and contact.role != Role.CLIENT_ADMINISTRATOR


def _is_suspended(user: User) -> bool:
    """Whether the agency shut the account, which a client's directory does not open."""
    return not user.is_active and user.closed_at is None and user.asleep_at is None


def _recorded(contact: Contact, token: ProvisioningToken, step: str, at: datetime) -> None:
    fact = PersonProvisioned(client_id=contact.client_id, contact_id=contact.pk, token_id=token.pk, step=step)
    facts.record(fact, by=DIRECTORY, at=at, client=contact.client)


def _key_recorded(token: ProvisioningToken, step: str, by: User, at: datetime) -> None:
    fact = ProvisioningChanged(client_id=token.client_id, token_id=token.pk, step=step)
    facts.record(fact, by=by, at=at, client=token.client)
