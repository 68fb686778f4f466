"""Keys for programs."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from mainstay.access import notices
from mainstay.access.facts import Permission, TokenCreated, TokenRevoked
from mainstay.access.keys import PREFIX_LENGTH, TOKEN_PREFIX, digest_of, new_key
from mainstay.access.models import ApiToken, User
from mainstay.common import facts

USE_NOTED_EVERY = timedelta(minutes=1)


class ScopeRefused(ValueError):
    """A token cannot be given a right that its owner does not hold, nor none at all."""


@transaction.atomic
def create_token(
    *, user: User, name: str, scopes: Iterable[Permission], expires_at: datetime, allowed: Iterable[Permission],
    by: User, at: datetime,
) -> tuple[ApiToken, str]:  # fmt: skip
    """Make a token with `scopes`, which must be among those `allowed` to `user`. Returns it, and its secret this once.

    Raises:
        ScopeRefused: no scope, or one that is not allowed.
    """
    wanted = frozenset(scopes)
    if not wanted or not wanted <= frozenset(allowed):
        raise ScopeRefused("Choose at least one right, of those you hold.")
    secret = new_key(TOKEN_PREFIX)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        digest=digest_of(secret),
        scopes=sorted(wanted),
        created_at=at,
        expires_at=expires_at,
    )
    facts.record(TokenCreated(user_id=user.pk, token_id=token.pk, scopes=tuple(sorted(wanted))), by=by, at=at)
    notices.post(user, "token_made", key=str(token.pk), at=at)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, at: datetime) -> ApiToken:
    """Make a token useless at once. Safe to repeat."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        facts.record(TokenRevoked(user_id=token.user_id, token_id=token.pk), by=by, at=at)
        notices.post(token.user, "token_revoked", key=str(token.pk), at=at)
        token.revoked_at = at
    return token


def note_token_use(*, token: ApiToken, at: datetime) -> None:
    """Remember when a token was last used, to the minute: a busy program does not write on each call."""
    if token.last_used_at is None or at - token.last_used_at >= USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
