"""Second factors come, go and are lost."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction

from mainstay.access import letters, notices, sessions
from mainstay.access.facts import (
    FactorAdded,
    FactorRemoved,
    FactorResetDone,
    FactorResetStarted,
    RecoveryCodeUsed,
)
from mainstay.access.keys import digest_of, new_key
from mainstay.access.models import FactorReset, User
from mainstay.access.notices import Seen
from mainstay.common import facts, mail

RESET_VALID = timedelta(hours=1)
CODES = Authenticator.Type.RECOVERY_CODES


class NoFactor(ValueError):
    """There is no second factor that could be lost."""


class ResetOver(ValueError):
    """The link was used, or has run out."""


@transaction.atomic
def note_factor(*, user: User, factor: str, is_added: bool, session: str | None, at: datetime) -> None:
    """Put on record that a second factor came or went. The person's other sessions than the one called `session` end.

    The recovery codes that come with a first factor, and go with the last, end none: the factor itself does.
    """
    fact = FactorAdded if is_added else FactorRemoved
    facts.record(fact(user_id=user.pk, factor=str(factor)), by=user, at=at)
    if factor != CODES:
        sessions.end_sessions_of(user.pk, at, but=session)


@transaction.atomic
def note_recovery_code(*, user: User, left: int, seen: Seen, at: datetime) -> None:
    """Put on record that a recovery code opened the account, and tell its owner."""
    facts.record(RecoveryCodeUsed(user_id=user.pk, left=left), by=user, at=at)
    notices.post(user, "code_used", seen=seen, at=at)


@transaction.atomic
def start_factor_reset(*, user: User, by: User | facts.Process, at: datetime) -> FactorReset:
    """Mail somebody who lost the second factor a link to be rid of it. Nothing is taken away before it is used.

    A link that was mailed before stops working. Whoever starts it is named in the mail, and sees nothing of it.

    Raises:
        NoFactor: the person has no second factor, or cannot sign in at all.
    """
    if not user.is_active or not Authenticator.objects.filter(user=user).exists():
        raise NoFactor(f"{user} has no second factor.")
    FactorReset.objects.filter(user=user, used_at__isnull=True, expires_at__gt=at).update(expires_at=at)
    secret, starter = new_key(), by if isinstance(by, User) else None
    reset = FactorReset.objects.create(
        user=user, started_by=starter, digest=digest_of(secret), created_at=at, expires_at=at + RESET_VALID
    )
    link = letters.address_of("factor-reset", secret)
    letter = notices.factor_reset(user, starter.name if starter else "Mainstay", link)
    mail.post(letter, to=user.email, key=f"factor-reset:{reset.pk}", at=at)
    facts.record(FactorResetStarted(user_id=user.pk, reset_id=reset.pk), by=by, at=at)
    return reset


@transaction.atomic
def finish_factor_reset(*, reset: FactorReset, seen: Seen, at: datetime) -> User:
    """Take passkeys, authenticator app and recovery codes away; all sessions end, and the owner is told.

    Raises:
        ResetOver: the link opens nothing any more.
    """
    unused = FactorReset.objects.filter(pk=reset.pk, used_at__isnull=True, expires_at__gt=at)
    if not unused.update(used_at=at):
        raise ResetOver("This link was used before, or has run out.")
    user = reset.user
    removed = Authenticator.objects.filter(user=user).exclude(type=CODES).count()
    Authenticator.objects.filter(user=user).delete()
    sessions.end_sessions_of(user.pk, at)
    facts.record(FactorResetDone(user_id=user.pk, reset_id=reset.pk, removed=removed), by=user, at=at)
    notices.post(user, "factors_reset", seen=seen, key=str(reset.pk), at=at)
    return user
