"""SCIM 2.0 (RFC 7644): a client's directory manages the client's own people, by a key of the client's."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mainstay.access.web import rates
from mainstay.clients.actions import provisioning as actions
from mainstay.clients.models import Contact, ProvisioningToken
from mainstay.clients.queries import provisioning as queries
from mainstay.clients.rules import provisioning as rules
from mainstay.clients.web import scim_schemas
from mainstay.common import tenancy

MEDIA_TYPE = "application/scim+json"
BODY_MAX = 64 * 1024
Answer = tuple[int, Any]


class NotThere(Exception):
    """There is no such person of this client."""


def _end(*methods: str) -> Callable[..., Any]:
    """One of the protocol's ends: for whoever has a key, for that key's client alone; errors as the RFC has them."""

    def decorate(view: Callable[..., Answer]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def asked(request: HttpRequest, **found: Any) -> HttpResponse:
            if not rates.allowed(request, "scim"):
                return _error(429, "Too many requests.")
            at = timezone.now()
            scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
            with tenancy.everything():
                token = queries.provisioning_token_for(secret.strip(), at) if scheme.lower() == "bearer" else None
                if token is None:
                    return _error(401, "This key opens nothing.")
                actions.note_provisioning_use(token=token, at=at)
                return _answered(view, request, token, found)

        return csrf_exempt(login_not_required(never_cache(require_http_methods(list(methods))(asked))))  # type: ignore[no-any-return]

    return decorate


def _answered(
    view: Callable[..., Answer], request: HttpRequest, token: ProvisioningToken, found: dict[str, Any]
) -> HttpResponse:
    try:
        status, said = view(request, token, **found)
    except NotThere:
        return _error(404, "There is no such user.")
    except rules.Refused as problem:
        return _error(400, str(problem), problem.kind)
    except actions.PersonKnown as problem:
        return _error(409, str(problem), "uniqueness")
    if said is None:
        return HttpResponse(status=status)
    answer = JsonResponse(said, status=status, content_type=MEDIA_TYPE)
    if status == 201:
        answer["Location"] = said["meta"]["location"]
    return answer


@_end("GET", "POST")
def users(request: HttpRequest, token: ProvisioningToken) -> Answer:
    """The client's people, a page at a time; or a further one."""
    if request.method == "POST":
        contact = actions.provision(token=token, wanted=rules.of_resource(_body(request)), at=timezone.now())
        return 201, resource(contact)
    found = queries.provisioned(token.client)
    wanted = rules.filtered(request.GET.get("filter", ""))
    if wanted is not None:
        found = _only(found, *wanted)
    start, count = rules.page(request.GET.get("startIndex", ""), request.GET.get("count", ""))
    shown = [resource(each) for each in found[start - 1 : start - 1 + count]]
    return 200, scim_schemas.listed(shown, total=found.count(), start=start)


@_end("GET", "PUT", "PATCH", "DELETE")
def user(request: HttpRequest, token: ProvisioningToken, contact_id: int) -> Answer:
    """One of them: read, changed, or taken out."""
    contact = queries.provisioned(token.client).filter(pk=contact_id).first()
    if contact is None:
        raise NotThere
    if request.method == "GET":
        return 200, resource(contact)
    if request.method == "DELETE":
        wanted = rules.Wanted(is_active=False)
    else:
        wanted = (rules.of_patch if request.method == "PATCH" else rules.of_resource)(_body(request))
    contact = actions.change_provisioned(token=token, contact=contact, wanted=wanted, at=timezone.now())
    return (204, None) if request.method == "DELETE" else (200, resource(contact))


@_end("GET")
def service(_request: HttpRequest, _token: ProvisioningToken) -> Answer:
    """What of the protocol is spoken here (RFC 7643, 5)."""
    return 200, scim_schemas.SERVICE


@_end("GET")
def schemas(_request: HttpRequest, _token: ProvisioningToken) -> Answer:
    """What a user consists of (RFC 7643, 7)."""
    return 200, scim_schemas.listed([scim_schemas.USER_SCHEMA], total=1, start=1)


@_end("GET")
def resource_types(_request: HttpRequest, _token: ProvisioningToken) -> Answer:
    """That there are users, and nothing else (RFC 7643, 6)."""
    return 200, scim_schemas.listed([scim_schemas.USER_TYPE], total=1, start=1)


def resource(contact: Contact) -> dict[str, Any]:
    """A person as the directory sees them."""
    return {
        "schemas": [rules.USER],
        "id": str(contact.pk),
        "userName": contact.email,
        "displayName": contact.name,
        "name": {"formatted": contact.name},
        "emails": [{"value": contact.email, "primary": True, "type": "work"}],
        "active": contact.is_active and contact.user is not None and contact.user.is_active,
        "roles": [{"value": contact.role, "primary": True}],
        "meta": {
            "resourceType": "User",
            "created": contact.created_at.isoformat(),
            "location": f"{str(settings.MAINSTAY.url).rstrip('/')}{reverse('scim-user', args=[contact.pk])}",
        },
    }


def _only(found: Any, attribute: str, value: str) -> Any:
    if "\x00" in value or attribute == "externalid":
        return found.none()
    if attribute == "id":
        return found.filter(pk=int(value)) if value.isascii() and value.isdigit() and len(value) < 18 else found.none()
    return found.filter(email=value.lower())


def _body(request: HttpRequest) -> Any:
    if len(request.body) > BODY_MAX:
        raise rules.Refused("This is too long.", "tooMany")
    try:
        return json.loads(request.body)
    except ValueError:
        raise rules.Refused("This is no JSON.", "invalidSyntax") from None


def _error(status: int, detail: str, kind: str = "") -> HttpResponse:
    said = {"schemas": [rules.ERROR], "status": str(status), "detail": detail, **({"scimType": kind} if kind else {})}
    answer = JsonResponse(said, status=status, content_type=MEDIA_TYPE)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer
