"""Doors before the gates: every page is for people who are signed in, and the console for staff, unless it says so."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from mainstay.access.web.problems import problem

CONSOLE = "/console/"
API = "/api/"
OWN_DOORS = ("/accounts/", API)
"""Sign-in itself, and the API, whose callers bring a token: both check for themselves."""


class AudienceMiddleware:
    """Sends strangers to the sign-in page and keeps clients out of the console, before a view runs.

    Somebody whose access has ended meanwhile is signed out. A page for everybody carries Django's
    `login_not_required`. Gates still decide about every object.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """What is answered to one person is kept by nobody, unless the view says otherwise."""
        answer = self.get_response(request)
        if "Cache-Control" not in answer and (request.user.is_authenticated or "Authorization" in request.headers):
            patch_cache_control(answer, private=True, no_store=True)
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if any("\x00" in str(each) for each in kwargs.values()):
            return _nothing_there(request)
        if request.user.is_authenticated and not request.user.is_in_at(timezone.now()):
            logout(request)
        if request.path.startswith(OWN_DOORS) or not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if request.path.startswith(CONSOLE) and not request.user.is_staff_member:
            raise PermissionDenied
        return None


def _nothing_there(request: HttpRequest) -> HttpResponse:
    """No name or number holds NUL, and PostgreSQL refuses to look for one."""
    if request.path.startswith(API):
        return problem(404)
    raise Http404
