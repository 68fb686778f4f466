"""For which clients a request works: what stands behind the gates on PostgreSQL."""

from django.http import HttpRequest
from django.utils import timezone

from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.access.queries import token_for_secret
from mainstay.clients.gates import clients_for
from mainstay.common.tenancy import ALL, Visible, register

API = "/api/"


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
    """Who is signed in; in the API, which looks at the token only later, whose token came with the request."""
    if not request.path.startswith(API):
        return request.user if request.user.is_authenticated else None
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = token_for_secret(secret.strip(), timezone.now()) if scheme.lower() == "bearer" else None
    return token.user if token else None
