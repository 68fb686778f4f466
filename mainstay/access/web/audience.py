"""Doors before the gates: every page is for people who are signed in, and the console for staff, unless it says so."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from mainstay.access.web import second_factor, sign_ins, step_up
from mainstay.access.web.callers import address_of
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
        sign_ins.keep_device(request, answer)
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
        is_of_people = not request.path.startswith(OWN_DOORS) and getattr(view, "login_required", True)
        if not request.user.is_authenticated:
            to_sign_in = reverse("account_login")
            return redirect_to_login(request.get_full_path(), to_sign_in) if is_of_people else None
        request.session.note_seen(address_of(request), timezone.now())
        if is_of_people and request.path.startswith(CONSOLE) and not request.user.is_staff_member:
            raise PermissionDenied
        return _shown_first(request, is_of_people=is_of_people)


def _shown_first(request: HttpRequest, *, is_of_people: bool) -> HttpResponse | None:
    """What comes before the page that was asked for: setting up a second factor, or showing who is there."""
    if request.path.startswith(API):
        return None
    now, match = timezone.now(), request.resolver_match
    name = match.url_name if match else None
    if is_of_people and name not in second_factor.SEEN_WITHOUT and second_factor.is_due(request, now):
        return _sent_to(request, reverse("second-factor-needed"))
    first = step_up.answer_before(request, name, now)
    return _sent_to(request, first["Location"]) if first is not None else None


def _sent_to(request: HttpRequest, url: str) -> HttpResponse:
    """Lead to another page; a part of a page that keeps itself up to date takes the whole page there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def _nothing_there(request: HttpRequest) -> HttpResponse:
    """No name or number holds NUL, and PostgreSQL refuses to look for one."""
    if request.path.startswith(API):
        return problem(404)
    raise Http404
