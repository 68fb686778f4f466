"""The highest role at the agency takes two people: one who hands it out, and another one who confirms."""

from datetime import datetime

from django.db import transaction

from mainstay.access import letters, queries
from mainstay.access.facts import Role, RoleAsked, RoleChanged, RoleRefused
from mainstay.access.models import RoleGrant, User
from mainstay.common import facts, mail


class GrantOver(ValueError):
    """It was answered, lapsed after a week, or whoever asked has the right no more."""


class NotTheSecond(ValueError):
    """Whoever asked, or whom it is about, cannot confirm."""


def ask_second(*, user: User, by: User, at: datetime) -> RoleGrant | None:
    """Let a second administrator confirm that `user` is one too; None where there is nobody who could.

    Runs in the caller's transaction. An open request for the same person is replaced.
    """
    others = list(queries.administrators().exclude(pk__in=[user.pk, by.pk]))
    if not others:
        return None
    RoleGrant.objects.filter(user=user, answered_at__isnull=True).update(answered_at=at, answered_by=by)
    grant = RoleGrant.objects.create(user=user, asked_by=by, asked_at=at)
    facts.record(RoleAsked(user_id=user.pk, role=Role.ADMINISTRATOR, grant_id=grant.pk), by=by, at=at)
    for each in others:
        letter = letters.second_needed(grant, each.name)
        mail.post(letter, to=each.email, key=f"role-grant:{grant.pk}:{each.pk}", at=at, automatic=True)
    return grant


@transaction.atomic
def confirm_role(*, grant: RoleGrant, by: User, at: datetime) -> User:
    """Make the person an administrator: from the next request on.

    Raises:
        NotTheSecond: the same person asked, or it is about them.
        GrantOver: somebody was faster, a week has passed, or who asked is no administrator any more.
    """
    if by.pk in (grant.asked_by_id, grant.user_id):
        raise NotTheSecond("Somebody else has to confirm this.")
    administrators = queries.administrators().select_for_update().values_list("pk", flat=True)
    is_right = {by.pk, grant.asked_by_id} <= set(administrators) and grant.user.is_active
    if not is_right or not grant.waits_at(at):
        raise GrantOver("This was answered, has lapsed, or whoever asked is no administrator any more.")
    _answer(grant, by, at, is_confirmed=True)
    user = grant.user
    user.agency_role = Role.ADMINISTRATOR.value
    user.save(update_fields=["agency_role"])
    facts.record(RoleChanged(user_id=user.pk, role=user.agency_role, grant_id=grant.pk), by=by, at=at)
    return user


@transaction.atomic
def refuse_role(*, grant: RoleGrant, by: User, at: datetime) -> RoleGrant:
    """Say that the person is not to be one, or take back what one asked for.

    Raises:
        GrantOver: it was answered.
    """
    _answer(grant, by, at, is_confirmed=False)
    facts.record(RoleRefused(user_id=grant.user_id, grant_id=grant.pk), by=by, at=at)
    return grant


def _answer(grant: RoleGrant, by: User, at: datetime, *, is_confirmed: bool) -> None:
    open_one = RoleGrant.objects.filter(pk=grant.pk, answered_at__isnull=True)
    if not open_one.update(answered_at=at, answered_by=by, is_confirmed=is_confirmed):
        raise GrantOver("This was answered already.")
    grant.answered_at, grant.answered_by, grant.is_confirmed = at, by, is_confirmed
