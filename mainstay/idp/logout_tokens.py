"""Logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.4): they tell a relying party that somebody is out."""

import uuid
from datetime import datetime

import jwt
from allauth.core.internal import jwkkit

from mainstay.idp import queries
from mainstay.idp.models import Visit
from mainstay.idp.names import issuer, subject_of

EVENT = "http://schemas.openid.net/event/backchannel-logout"
VALID_S = 120


def logout_token(visit: Visit, at: datetime) -> str:
    """A token for the party of `visit`, signed with the key of today; without a nonce, which it must not have."""
    claims = {
        "iss": issuer(),
        "sub": subject_of(visit.user),
        "aud": visit.party.application_id,
        "iat": int(at.timestamp()),
        "exp": int(at.timestamp()) + VALID_S,
        "jti": uuid.uuid4().hex,
        "events": {EVENT: {}},
    }
    jwk, private = jwkkit.load_jwk_from_pem(queries.signing_key_at(at).pem)
    return jwt.encode(claims, private, algorithm="RS256", headers={"kid": jwk["kid"], "typ": "logout+jwt"})
