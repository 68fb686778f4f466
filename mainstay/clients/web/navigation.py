"""Where clients and people stand in the navigation."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.kit.navigation import CONSOLE, PORTAL, ask, register


def start() -> None:
    """Add the entries, and answer who may see which."""
    of_clients = ("/console/contacts/", "/console/notes/", "/console/reviews/")
    register(CONSOLE, "Clients", "console-clients", "building-2", 20, Permission.CLIENT_VIEW, of_clients)
    register(CONSOLE, "Roster", "console-roster", "calendar-days", 74, Permission.CONSOLE_USE)
    register(CONSOLE, "On call", "console-on-call", "phone-call", 75, Permission.CONSOLE_USE)
    register(CONSOLE, "People", "console-staff", "users", 80, Permission.CONSOLE_USE)
    register(CONSOLE, "Record", "console-record", "scroll-text", 85, Permission.AUDIT_VIEW)
    register(PORTAL, _("Agreement"), "portal-agreements", "file-check", 55, Permission.AGREEMENT_VIEW)
    register(PORTAL, _("People"), "portal-people", "users", 60, Permission.CLIENT_VIEW)
    ask(may_see)


def may_see(request: HttpRequest, permission: Permission) -> bool:
    """Whether the person has `permission` for the client of this page, or anywhere outside a client's pages."""
    match = request.resolver_match
    slug = match.kwargs.get("slug") if match and request.path.startswith("/portal/") else None
    if slug is None:
        return gates.may_anywhere(request.user, permission)
    return permission in _held(request, slug)


def _held(request: HttpRequest, slug: str) -> frozenset[Permission]:
    """The rights for the client of this page, looked up once a request."""
    cached = getattr(request, "_rights_here", None)
    if cached is None:
        cached = request._rights_here = gates.permissions_at(request.user, slug)  # type: ignore[attr-defined]
    return cached
