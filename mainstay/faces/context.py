"""What stands on every page of the portal: who to turn to, always in the same place (WCAG 3.2.6)."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients.web.cards import account_manager_card


def faces(request: HttpRequest) -> dict[str, Any]:
    """`person_card` of the client whose portal this is; nothing elsewhere."""
    match = request.resolver_match
    slug = match.kwargs.get("slug") if match and request.path.startswith("/portal/") else None
    if slug is None:
        return {}
    return {"person_card": SimpleLazyObject(lambda: _card(request, slug))}


def _card(request: HttpRequest, slug: str) -> dict[str, Any] | None:
    client = gates.clients_for(request.user, Permission.CLIENT_VIEW).filter(slug=slug).first()
    return account_manager_card(client, timezone.now()) if client else None
