"""Who calls: the address of a visitor."""

from django.conf import settings
from django.http import HttpRequest

NO_ADDRESS = "0.0.0.0"  # nosec B104 # noqa: S104 - says that none is known
"""Stands in where a request has no address, as over a local socket."""


def address_of(request: HttpRequest) -> str:
    """The visitor's address: past as many proxies as the settings trust, never what the visitor claims."""
    direct = request.META.get("REMOTE_ADDR") or NO_ADDRESS
    trusted = settings.MAINSTAY.trusted_proxies
    named = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return named[-trusted] if 0 < trusted <= len(named) else direct
