"""Accounts are closed: of somebody who left, and of somebody who has not been there for long."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from mainstay.access import letters, queries, sessions
from mainstay.access.actions.accounts import LastAdministrator, keep_an_administrator, suspend
from mainstay.access.facts import AccountClosed, AccountSlept, Removed
from mainstay.access.models import ApiToken, Invitation, User
from mainstay.common import facts, mail

WARNED_BEFORE = timedelta(days=14)


@transaction.atomic
def close_account(*, user: User, by: User | facts.Process, at: datetime) -> list[Removed]:
    """Take from somebody who left all that opens anything; what there was of it.

    Sessions end, tokens are revoked, open invitations run out, password and second factors are gone. Letting the person
    in again gives none of it back.

    Raises:
        LastAdministrator: nobody else could manage accounts.
    """
    keep_an_administrator(user)
    removed = list(_taken_from(user, at))
    suspend(user=user, by=by, at=at)
    user.closed_at = at
    user.save(update_fields=["closed_at"])
    facts.record(AccountClosed(user_id=user.pk, removed={each.what: each.count for each in removed}), by=by, at=at)
    return removed


@transaction.atomic
def close_sleeping(*, after_days: int, by: facts.Process, at: datetime) -> list[User]:
    """Close the accounts that nobody has used for so many days, of those whose owners were warned a fortnight ago.

    The last administrator is left, however long away: nobody could let anybody in again.
    """
    closed = []
    for user in queries.sleeping(at - timedelta(days=after_days), at):
        if not _is_warned(user) or at - user.sleep_warned_at < WARNED_BEFORE:
            continue
        try:
            suspend(user=user, by=by, at=at)
        except LastAdministrator:
            continue
        user.asleep_at = at
        user.save(update_fields=["asleep_at"])
        facts.record(AccountSlept(user_id=user.pk, days=after_days), by=by, at=at)
        closed.append(user)
    return closed


@transaction.atomic
def warn_sleeping(*, after_days: int, at: datetime) -> int:
    """Tell those whose account is to be closed within a fortnight, once for each time they are away. How many."""
    found = queries.sleeping(at - timedelta(days=after_days) + WARNED_BEFORE, at)
    warned = [user for user in found if not _is_warned(user)]
    for user in warned:
        user.sleep_warned_at = at
        user.save(update_fields=["sleep_warned_at"])
        closes_at = max(user.there_at + timedelta(days=after_days), at + WARNED_BEFORE)
        letter = letters.falls_asleep(user, closes_at.astimezone(user.zone).date())
        mail.post(letter, to=user.email, key=f"sleeping:{user.pk}:{at.isoformat()}", at=at, automatic=True)
    return len(warned)


def _is_warned(user: Any) -> bool:
    """Whether the person was told since they were there last."""
    return user.sleep_warned_at is not None and user.sleep_warned_at >= user.there_at


def _taken_from(user: User, at: datetime) -> Iterable[Removed]:
    yield Removed("sessions", sessions.end_sessions_of(user.pk, at))
    yield Removed("tokens", ApiToken.objects.filter(user=user, revoked_at__isnull=True, expires_at__gt=at).update(
        revoked_at=at
    ))  # fmt: skip
    unused = Invitation.objects.filter(user=user, used_at__isnull=True, expires_at__gt=at, created_at__lte=at)
    yield Removed("invitations", unused.update(expires_at=at))
    yield Removed("second_factors", Authenticator.objects.filter(user=user).delete()[0])
    yield Removed("password", int(user.has_usable_password()))
    user.set_unusable_password()
    user.save(update_fields=["password"])
