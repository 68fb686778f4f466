"""Choosing a theme, and the gallery of components."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.kit.context import THEME_COOKIE, THEMES
from mainstay.kit.web.samples import samples

YEAR_S = 365 * 24 * 3600


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme in a cookie and go back to where the person was."""
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    answer = redirect(back)
    wanted = request.POST.get("theme", "auto")
    answer.set_cookie(
        THEME_COOKIE,
        wanted if wanted in THEMES else "auto",
        max_age=YEAR_S,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return answer


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in each of its states."""
    return kit.page(request, "kit/gallery.html", **samples())
