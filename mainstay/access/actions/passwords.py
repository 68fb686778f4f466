"""Recovery, and setting passwords."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction

from mainstay.access import letters, sessions
from mainstay.access.facts import PasswordChanged
from mainstay.access.models import Invitation, User
from mainstay.common import facts, mail

BY_MAILED_LINK = frozenset({"invited", "recovered"})


@transaction.atomic
def recover_password(*, email: str, key: str, at: datetime) -> bool:
    """Mail a link with which the owner of `email` sets a new password; nothing when nobody may sign in with it.

    Runs as a job, so that asking takes as long for an unknown address as for a known one. `key` names the request:
    the same request posts one mail.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return False
    token = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    letter = letters.recovery(user, letters.recovery_link(token))
    mail.post(letter, to=user.email, key=f"recovery:{key}", at=at)
    return True


@transaction.atomic
def set_password(*, user: User, password: str, how: str, session: str | None = None, at: datetime) -> None:
    """Set a password: `how` is invited, recovered or changed. Sessions end, but for the one called `session`.

    Only the password is written, so that nothing else that changed meanwhile is put back. Whoever came by a mailed
    link has shown that the address is theirs. An invitation that is still open ends: it was for the first password.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_sessions_of(user.pk, at, but=session)
    open_ones = Invitation.objects.filter(user=user, used_at__isnull=True, created_at__lte=at, expires_at__gt=at)
    open_ones.update(expires_at=at)
    if how in BY_MAILED_LINK:
        EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)
    facts.record(PasswordChanged(user_id=user.pk, how=how), by=user, at=at)
