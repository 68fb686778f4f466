"""How Mainstay uses django-allauth's identity provider: whom it lets in, what is told of them, which keys sign."""

from collections.abc import Iterable
from typing import Any, Literal

from allauth.account.models import EmailAddress
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.internal.private_keys import filter_keys
from allauth.idp.oidc.models import Client, PrivateKey
from django.utils import timezone
from oauthlib.openid.connect.core.exceptions import InvalidTokenError

from mainstay.access.models import User
from mainstay.idp import queries
from mainstay.idp.names import issuer, subject_of

ROLE_SCOPES = frozenset({"profile", "roles"})


class Adapter(DefaultOIDCAdapter):
    """Overrides what allauth leaves to the project. Rights are looked up anew at each token and each question."""

    def get_issuer(self) -> str:
        """The configured address, whatever host a request names."""
        return issuer()

    def get_user_sub(self, client: Client, user: Any) -> str:
        return subject_of(user)

    def get_user_by_sub(self, client: Client, sub: str) -> User | None:
        """Nobody for somebody who gets in no more: their codes give no tokens."""
        user = super().get_user_by_sub(client, sub)
        party = queries.party_of(client)
        if not isinstance(user, User) or party is None:
            return None
        return user if queries.roles_at(user, party, timezone.now()) else None

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: Any,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """What a relying party is told.

        Raises:
            InvalidTokenError: the person gets in there no more.
        """
        party = queries.party_of(client)
        roles = queries.roles_at(user, party, timezone.now()) if party else []
        if party is None or not roles:
            raise InvalidTokenError(description="This person has no access any more.")
        wanted = set(scopes)
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        if "profile" in wanted:
            claims |= {"name": user.name, "preferred_username": user.email, "zoneinfo": user.time_zone}
            claims |= {"locale": user.language} if user.language else {}
        if "email" in wanted:
            claims |= {"email": user.email, "email_verified": _is_verified(user)}
        if wanted & ROLE_SCOPES:
            claims["roles"] = roles
        return claims

    def list_private_keys(
        self, *, did_activate: Literal[True] | None = None, is_active: Literal[True] | None = None
    ) -> list[PrivateKey]:
        """The keys of the database, opened."""
        keys = [
            PrivateKey(pem=each.pem, not_before=each.signs_from, expires_at=each.ends_at, issued_at=each.signs_from)
            for each in queries.signing_keys()
        ]
        return filter_keys(keys, did_activate=did_activate, is_active=is_active)


def _is_verified(user: User) -> bool:
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
