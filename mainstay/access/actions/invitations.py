"""Inviting people, and letting them set their first password."""

from datetime import datetime, timedelta

from django.db import transaction

from mainstay.access import letters
from mainstay.access.actions.accounts import create_user
from mainstay.access.actions.passwords import set_password
from mainstay.access.facts import Role
from mainstay.access.keys import digest_of, new_key
from mainstay.access.models import Invitation, User
from mainstay.common import facts, mail

VALID = timedelta(days=7)
FIRST_VALID = timedelta(hours=1)


class InvitationUsed(ValueError):
    """The link was used, has run out, or belongs to somebody suspended."""


@transaction.atomic
def invite(*, user: User, to_what: str, by: User | facts.Process, at: datetime) -> Invitation | None:
    """Mail a link to set a password; earlier links stop working. Who has a password is only told of the new access."""
    if user.has_usable_password():
        letter = letters.access_given(user, to_what)
        mail.post(letter, to=user.email, key=f"access-given:{user.pk}:{at.isoformat()}", at=at)
        return None
    invitation, link = _renewed(user, VALID, at)
    mail.post(letters.invitation(user, to_what, link, VALID), to=user.email, key=f"invitation:{invitation.pk}", at=at)
    return invitation


@transaction.atomic
def first_invitation(*, user: User, at: datetime) -> str:
    """The link with which the first administrator sets a password, once, within the hour.

    It is shown to whoever sets the installation up: mail may not work yet, and nobody else could invite anybody.
    """
    return _renewed(user, FIRST_VALID, at)[1]


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str, at: datetime) -> User:
    """Set the first password. The address counts as verified: the link went there.

    Raises:
        InvitationUsed: the link opens nothing any more.
    """
    unused = Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True, expires_at__gt=at, user__is_active=True)
    if not unused.update(used_at=at):
        raise InvitationUsed("This link was used before or has run out. Ask for a new invitation.")
    user = invitation.user
    set_password(user=user, password=password, how="invited", at=at)
    return user


@transaction.atomic
def invite_staff(*, email: str, name: str, role: Role | str, by: User, at: datetime) -> User:
    """Give somebody an account at the agency and mail the invitation.

    Raises:
        UserExists: the address has an account.
    """
    user = create_user(email=email, name=name, agency_role=role, by=by, at=at)
    invite(user=user, to_what="the console", by=by, at=at)
    return user


def _renewed(user: User, valid: timedelta, at: datetime) -> tuple[Invitation, str]:
    """A new invitation and its link. Earlier ones stop working."""
    Invitation.objects.filter(user=user, used_at__isnull=True, expires_at__gt=at).update(expires_at=at)
    key = new_key()
    invitation = Invitation.objects.create(user=user, digest=digest_of(key), created_at=at, expires_at=at + valid)
    return invitation, letters.address_of("invitation", key)
