"""For which clients a request works: what stands behind the gates on PostgreSQL."""

from django.http import HttpRequest
from django.utils import timezone

from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.access.queries import token_for_secret
from mainstay.clients.gates import clients_for
from mainstay.common.tenancy import ALL, Visible, register

BEARER = "Bearer "


def start() -> None:
    """Let each request work for the clients of its person."""
    register(clients_of)


def clients_of(request: HttpRequest) -> Visible:
    """All clients for staff, their own for a client's people, none for strangers."""
    user = _person(request)
    if user is None or not user.is_active:
        return ()
    if user.is_staff_member:
        return ALL
    return tuple(clients_for(user, Permission.CLIENT_VIEW).values_list("pk", flat=True))


def _person(request: HttpRequest) -> User | None:
    """Who is signed in, or whose token came with the request: the API looks at the token only later."""
    if request.user.is_authenticated:
        return request.user
    header = request.headers.get("Authorization", "")
    token = token_for_secret(header.removeprefix(BEARER), timezone.now()) if header.startswith(BEARER) else None
    return token.user if token else None
