"""What a relying party reads before anything else (OpenID Connect Discovery 1.0)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from mainstay.idp.names import issuer
from mainstay.idp.rules import CHALLENGE_METHOD, SCOPES

CLAIMS = ["sub", "name", "preferred_username", "zoneinfo", "locale", "email", "email_verified", "roles"]
WAYS_TO_PROVE = ["client_secret_basic", "client_secret_post", "none"]


@login_not_required
@require_safe
def configuration(request: HttpRequest) -> JsonResponse:
    """Where everything is, and what is spoken; all of it at the configured address, whatever host was asked."""
    answer = JsonResponse(metadata())
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def metadata() -> dict[str, Any]:
    """The names are those of the specification, RFC 8414, and Back-Channel Logout 1.0."""
    return {
        "issuer": issuer(),
        "authorization_endpoint": address_of("authorization"),
        "token_endpoint": address_of("token"),
        "userinfo_endpoint": address_of("userinfo"),
        "revocation_endpoint": address_of("revoke"),
        "end_session_endpoint": address_of("logout"),
        "jwks_uri": address_of("jwks"),
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": WAYS_TO_PROVE,
        "code_challenge_methods_supported": [CHALLENGE_METHOD],
        "claims_supported": CLAIMS,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": False,
    }


def address_of(name: str) -> str:
    """The full address of one of the protocol's ends."""
    return f"{issuer()}{reverse(f'idp:oidc:{name}')}"
