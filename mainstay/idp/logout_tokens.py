"""Logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.4): they tell a relying party that somebody is out."""

import uuid
from datetime import datetime

import jwt
from allauth.core.internal import jwkkit

from mainstay.idp.adapter import Adapter, issuer
from mainstay.idp.models import Visit

EVENT = "http://schemas.openid.net/event/backchannel-logout"
VALID_S = 120


def logout_token(visit: Visit, at: datetime) -> str:
    """A token for the party of `visit`, signed with the key of today; without a nonce, which it must not have."""
    adapter = Adapter()
    application = visit.party.application
    claims = {
        "iss": issuer(),
        "sub": adapter.get_user_sub(application, visit.user),
        "aud": application.pk,
        "iat": int(at.timestamp()),
        "exp": int(at.timestamp()) + VALID_S,
        "jti": uuid.uuid4().hex,
        "events": {EVENT: {}},
    }
    jwk, private = jwkkit.load_jwk_from_pem(adapter.get_signing_key().pem)
    return jwt.encode(claims, private, algorithm="RS256", headers={"kid": jwk["kid"], "typ": "logout+jwt"})
