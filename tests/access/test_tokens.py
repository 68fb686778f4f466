"""Keys for programs."""

from datetime import timedelta

import pytest

from mainstay.access import actions
from mainstay.access.facts import Permission
from mainstay.access.keys import TOKEN_PREFIX
from mainstay.access.models import ApiToken
from mainstay.access.queries import scopes_allowed, token_for_secret


def _token(user, at, scopes=(Permission.CLIENT_VIEW,), **given):
    return actions.create_token(
        user=user, name="Screen", scopes=scopes, allowed=scopes_allowed(user), by=user, at=at,
        expires_at=at + timedelta(days=30), **given,
    )  # fmt: skip


def test_only_a_hash_is_kept(cast, now) -> None:
    token, secret = _token(cast.helper, now)
    assert secret.startswith(TOKEN_PREFIX)
    assert len(secret) > 40
    stored = {str(value) for value in ApiToken.objects.values().get(pk=token.pk).values()}
    assert not any(secret in value for value in stored)
    assert token.prefix == secret[:12]


def test_it_works_until_it_expires(cast, now) -> None:
    token, secret = _token(cast.helper, now)
    assert token_for_secret(secret, now) == token
    assert token_for_secret(secret, now + timedelta(days=30) - timedelta(seconds=1)) == token
    assert token_for_secret(secret, now + timedelta(days=30)) is None


@pytest.mark.parametrize("change", ["", " ", "\x00", "short", "upper", "suffix", "long"])
def test_nothing_but_the_secret_itself_matches(cast, now, change) -> None:
    _, secret = _token(cast.helper, now)
    given = {"short": secret[:-1], "upper": secret.upper(), "suffix": secret + "a", "long": secret * 50}
    assert token_for_secret(given.get(change, change), now) is None


def test_a_revoked_token_is_dead_at_once(cast, now) -> None:
    token, secret = _token(cast.helper, now)
    actions.revoke_token(token=token, by=cast.helper, at=now)
    actions.revoke_token(token=token, by=cast.helper, at=now)
    assert token_for_secret(secret, now) is None


def test_it_ends_with_its_owners_access(cast, now) -> None:
    _, secret = _token(cast.helper, now)
    actions.suspend(user=cast.helper, by=cast.administrator, at=now)
    assert token_for_secret(secret, now) is None


def test_nobody_gives_what_they_do_not_hold(cast, now) -> None:
    for scopes in ((), (Permission.REPORT_ISSUE,), (Permission.USER_EDIT,)):
        with pytest.raises(actions.ScopeRefused):
            _token(cast.helper, now, scopes=scopes)


def test_a_viewer_makes_no_tokens(cast) -> None:
    assert scopes_allowed(cast.a_viewer) == frozenset()
    assert Permission.TICKET_OPEN in scopes_allowed(cast.a_administrator)
    assert Permission.CLIENT_EDIT not in scopes_allowed(cast.a_administrator)


def test_use_is_noted_to_the_minute(cast, now) -> None:
    token, _ = _token(cast.helper, now)
    actions.note_token_use(token=token, at=now)
    token.refresh_from_db()
    actions.note_token_use(token=token, at=now + timedelta(seconds=59))
    assert ApiToken.objects.get(pk=token.pk).last_used_at == now
    actions.note_token_use(token=token, at=now + timedelta(seconds=60))
    assert ApiToken.objects.get(pk=token.pk).last_used_at == now + timedelta(seconds=60)
