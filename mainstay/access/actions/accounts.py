"""People come, change and go."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from mainstay.access.actions.grants import ask_second
from mainstay.access.facts import (
    AGENCY_ROLES,
    AccessEndSet,
    Role,
    RoleChanged,
    UserCreated,
    UserRestored,
    UserSuspended,
)
from mainstay.access.models import User
from mainstay.common import facts

PROFILE = ("name", "phone", "time_zone", "language")


class UserExists(ValueError):
    """Somebody has an account with this address."""


class LastAdministrator(ValueError):
    """The agency would be left without anybody who can manage accounts."""


@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    agency_role: Role | str = "",
    phone: str = "",
    time_zone: str = "Europe/London",
    password: str | None = None,
    by: User | facts.Process,
    at: datetime,
) -> User:
    """Give a person an account. Without `password` it opens once an invitation is accepted.

    An administrator made by another one has no role before a second person confirms it.

    Raises:
        UserExists: the address has an account.
    """
    role, address = _agency_role(agency_role), email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise UserExists(f"There is an account for {address} already.")
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email=address, password=password, name=name, agency_role=role, phone=phone, time_zone=time_zone
            )
    except IntegrityError as problem:  # somebody else made it since
        raise UserExists(f"There is an account for {address} already.") from problem
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=password is not None)
    if role == Role.ADMINISTRATOR and isinstance(by, User) and ask_second(user=user, by=by, at=at) is not None:
        user.agency_role = ""
        user.save(update_fields=["agency_role"])
    facts.record(UserCreated(user_id=user.pk, role=user.agency_role), by=by, at=at)
    return user


@transaction.atomic
def change_profile(*, user: User, **changes: Any) -> User:
    """Change name, telephone, time zone or language."""
    changed = [name for name in PROFILE if name in changes and changes[name] != getattr(user, name)]
    for name in changed:
        setattr(user, name, changes[name])
    if changed:
        user.save(update_fields=changed)
    return user


@transaction.atomic
def change_role(*, user: User, role: Role | str, by: User | facts.Process, at: datetime) -> User:
    """Give a member of staff another role; it holds with the next request.

    The highest one, given by a person, waits until a second person confirms it, where there is one.

    Raises:
        LastAdministrator: nobody else could manage accounts.
    """
    wanted = _agency_role(role)
    if wanted == user.agency_role:
        return user
    is_highest = wanted == Role.ADMINISTRATOR
    if not is_highest:
        keep_an_administrator(user)
    if is_highest and isinstance(by, User) and ask_second(user=user, by=by, at=at) is not None:
        return user
    user.agency_role = wanted
    user.save(update_fields=["agency_role"])
    is_alone = is_highest and isinstance(by, User)
    facts.record(RoleChanged(user_id=user.pk, role=wanted, is_alone=is_alone), by=by, at=at)
    return user


@transaction.atomic
def set_access_end(*, user: User, until: datetime | None, by: User, at: datetime) -> User:
    """Let a member of staff's access end by itself at `until`, with the next request after it; None: no longer.

    Raises:
        LastAdministrator: nobody else could manage accounts after that.
    """
    if until == user.access_until:
        return user
    if until is not None:
        keep_an_administrator(user)
    user.access_until = until
    user.save(update_fields=["access_until"])
    facts.record(AccessEndSet(user_id=user.pk, until=until.isoformat() if until else ""), by=by, at=at)
    return user


@transaction.atomic
def suspend(*, user: User, by: User | facts.Process, at: datetime) -> User:
    """Shut a person out, with the next request and the next use of a token.

    Raises:
        LastAdministrator: nobody else could manage accounts.
    """
    keep_an_administrator(user)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        facts.record(UserSuspended(user_id=user.pk), by=by, at=at)
    user.is_active = False
    return user


@transaction.atomic
def restore(*, user: User, by: User | facts.Process, at: datetime) -> User:
    """Let somebody in again who was suspended, or whose account was closed."""
    if User.objects.filter(pk=user.pk, is_active=False).update(
        is_active=True, asleep_at=None, closed_at=None, restored_at=at
    ):
        facts.record(UserRestored(user_id=user.pk), by=by, at=at)
        user.asleep_at = user.closed_at = None
        user.restored_at = at
    user.is_active = True
    return user


def keep_an_administrator(leaving: User) -> None:
    """Lock the administrators while they are counted, so that two cannot shut each other out at once.

    Raises:
        LastAdministrator: nobody else could manage accounts.
    """
    administrators = User.objects.select_for_update().filter(agency_role=Role.ADMINISTRATOR, is_active=True)
    rows = list(administrators.values_list("pk", "access_until"))
    lasting = {pk for pk, until in rows if until is None}
    if leaving.pk in dict(rows) and not lasting - {leaving.pk}:
        raise LastAdministrator(f"{leaving} is the only administrator: name another one first.")


def _agency_role(role: Role | str) -> str:
    """`role` as it is stored; empty for a client's people. Raises `ValueError` for a role the agency does not have."""
    if role and Role(role) not in AGENCY_ROLES:
        raise ValueError(f"{role} is not a role at the agency")
    return str(role)
