"""Signing in to the API with a token: `Authorization: Bearer mst_…`."""

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from mainstay.access.actions import note_token_use
from mainstay.access.models import ApiToken
from mainstay.access.queries import token_for_secret
from mainstay.access.web.trail import token_used


class TokenAuth(HttpBearer):
    """The caller acts as the token's owner, within the token's scopes. A session cookie opens nothing here."""

    openapi_description = "A token that a person made on their account page."

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        now = timezone.now()
        found = token_for_secret(token, now)
        if found is None:
            return None
        note_token_use(token=found, at=now)
        token_used(found)
        found.user.scopes = found.permissions
        request.user = found.user
        return found


bearer = TokenAuth()
