"""In which language a page is shown: the person's own choice, else the browser's; the console is in English."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

IN_ENGLISH = ("/console/", "/api/")
"""Faces that are written in one language: the agency's own, and what programs read."""


class LanguageMiddleware:
    """Shows each page in its reader's language. Stands after the middleware that knows who reads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_for(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            answer = self.get_response(request)
        answer.headers.setdefault("Content-Language", language)
        if not request.path.startswith(IN_ENGLISH):
            patch_vary_headers(answer, ["Accept-Language"])
        return answer


def language_for(request: HttpRequest) -> str:
    """The code of the language, one of those in the settings."""
    if request.path.startswith(IN_ENGLISH):
        return settings.LANGUAGE_CODE
    chosen = getattr(request.user, "language", "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    return translation.get_language_from_request(request)
