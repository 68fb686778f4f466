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
        found.append({"label": entry.label, "url": url, "icon": entry.icon, "beginnings": (url, *entry.also)})
    current = _current(request.path, found)
    return [{**each, "is_current": each is current} for each in found]


def _current(path: str, found: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The entry that a page belongs to, by the longest beginning of its address; a first page is itself alone."""
    fits = [
        (len(beginning), index)
        for index, each in enumerate(found)
        for beginning in each["beginnings"]
        if path == beginning or (path.startswith(beginning) and not _is_first(beginning, found))
    ]
    return found[max(fits)[1]] if fits else None


def _is_first(beginning: str, found: list[dict[str, Any]]) -> bool:
    return all(each["url"].startswith(beginning) for each in found)
