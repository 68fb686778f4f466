"""Every address of the site: each area gives its console and portal pages."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.urls import include, path

from mainstay.config.api import api

AREAS = ("faces", "report", "promises", "watch", "desk", "upkeep", "clients", "idp", "access", "kit", "demo")


def _pages(part: str) -> list[Any]:
    """The addresses that the areas give as `part`: console_urls, portal_urls or root_urls."""
    found: list[Any] = []
    for area in AREAS:
        if find_spec(f"mainstay.{area}.web") and find_spec(f"mainstay.{area}.web.urls"):
            found += getattr(import_module(f"mainstay.{area}.web.urls"), part, [])
    return found


urlpatterns = [
    path("console/", include(_pages("console_urls"))),
    path("portal/<slug:slug>/", include(_pages("portal_urls"))),
    path("api/v1/", api.urls),
    *_pages("root_urls"),
]

handler400 = "mainstay.kit.web.errors.bad_request"
handler403 = "mainstay.kit.web.errors.forbidden"
handler404 = "mainstay.kit.web.errors.not_found"
handler500 = "mainstay.kit.web.errors.server_error"
