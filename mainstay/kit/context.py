"""What every page needs: the theme, the person's zone, the navigation."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from mainstay.kit import navigation

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "theme"


def kit(request: HttpRequest) -> dict[str, Any]:
    """`theme`, `face` ("console", "portal" or ""), and `nav` with the entries of that face."""
    face = next((each for each in ("console", "portal") if request.path.startswith(f"/{each}/")), "")
    return {
        "theme": theme_of(request),
        "face": face,
        "nav": SimpleLazyObject(lambda: _nav(face, request)),
    }


def theme_of(request: HttpRequest) -> str:
    """The theme the visitor chose: light, dark, or auto as the system says."""
    wanted = request.COOKIES.get(THEME_COOKIE, "auto")
    return wanted if wanted in THEMES else "auto"


def _nav(face: str, request: HttpRequest) -> list[dict[str, Any]]:
    slug = request.resolver_match.kwargs.get("slug") if request.resolver_match and face == "portal" else None
    if face == "portal" and not slug:
        return []
    found = []
    for entry in navigation.entries(face, request):
        try:
            url = reverse(entry.url_name, args=[slug] if slug else [])
        except NoReverseMatch:
            continue
        found.append({"label": entry.label, "url": url, "icon": entry.icon, "is_current": request.path.startswith(url)})
    return _only_longest(found)


def _only_longest(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of entries whose addresses begin alike, only the most exact is the current one."""
    current = max((each for each in found if each["is_current"]), key=lambda each: len(each["url"]), default=None)
    return [{**each, "is_current": each is current} for each in found]
