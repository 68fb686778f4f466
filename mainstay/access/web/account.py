"""One's own account."""

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access import actions, gates, portraits, queries
from mainstay.access.models import User
from mainstay.access.web import forms
from mainstay.common import files

A_YEAR = "private, max-age=31536000, immutable"


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, telephone, zone, picture, and the way to password, second factor and tokens."""
    user = request.user
    given = _given(user)
    form = forms.Profile(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(user=user, **form.cleaned_data)
        return kit.done(request, request.path, _("Your account was changed."))
    return _profile_page(request, form, forms.Portrait())


@require_POST
def portrait(request: HttpRequest) -> HttpResponse:
    """A new picture, or none when `remove` is sent."""
    if "remove" in request.POST:
        actions.remove_portrait(user=request.user)
        return kit.done(request, _account_url(), _("Your picture was removed."))
    form = forms.Portrait(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.set_portrait(user=request.user, upload=form.cleaned_data["picture"], at=timezone.now())
        except portraits.PortraitRefused as problem:
            form.add_error("picture", str(problem))
        else:
            return kit.done(request, _account_url(), _("Your picture was changed."))
    given = _given(request.user)
    return _profile_page(request, forms.Profile(initial=given), form)


@require_safe
def picture(request: HttpRequest, user_id: int, version: str) -> HttpResponse:
    """The picture of a person. `version` only lets browsers keep each picture for good."""
    stored = queries.portrait_of(gates.portrait_owner_for(request.user, user_id))
    answer = HttpResponse(files.read(stored), content_type=portraits.MEDIA_TYPE)
    answer["Cache-Control"] = A_YEAR
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _profile_page(request: HttpRequest, form: forms.Profile, picture_form: forms.Portrait) -> HttpResponse:
    return kit.page(
        request,
        "access/account.html",
        form=form,
        picture_form=picture_form,
        second_factor=is_mfa_enabled(request.user),
        may_create_tokens=queries.may_create_tokens(request.user),
    )


def _given(user: User) -> dict[str, str]:
    """What the form about oneself begins with."""
    return {name: getattr(user, name) for name in ("name", "phone", "time_zone", "language")}


def _account_url() -> str:
    return redirect("account").url
