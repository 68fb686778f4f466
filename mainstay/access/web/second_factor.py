"""The second factor of those who must have one, and the way back in for those who lost it."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access import actions, gates, queries, second_factors
from mainstay.access.facts import Permission
from mainstay.access.web import rates
from mainstay.access.web.sign_ins import HAS_ONE, seen_from

SEEN_WITHOUT = frozenset({
    "account", "account-portrait", "account-sessions", "account-session-end", "account-sessions-end", "portrait",
    "second-factor-needed", "sign-in-again",
})  # fmt: skip
"""Pages of people that show nothing of a client, for somebody who has to set up a second factor first."""


class Confirmation(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput({"autocomplete": "current-password", "autofocus": "autofocus"}),
    )


def is_due(request: HttpRequest, at: datetime) -> bool:
    """Whether the person has to set up a second factor before anything of a client is shown."""
    if not settings.MAINSTAY.second_factor or request.session.get(HAS_ONE):
        return False
    if second_factors.has_one(request.user):
        request.session[HAS_ONE] = True
        return False
    return second_factors.must_have(request.user, at)


@require_safe
def needed(request: HttpRequest) -> HttpResponse:
    """Says why, and lets one choose: a passkey or an authenticator app. The first of three pages."""
    if not second_factors.is_missing(request.user, timezone.now()):
        return redirect("mfa_index")
    return kit.page(request, "access/second_factor_needed.html", is_forced=settings.MAINSTAY.second_factor)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, key: str) -> HttpResponse:
    """Be rid of a lost second factor, with the mailed link and the password. Looking changes nothing."""
    now = timezone.now()
    found = queries.factor_reset_for_key(key, now)
    if found is None:
        return kit.page(request, "access/factor_reset_over.html", status=404)
    if request.method == "POST" and not rates.allowed(request, "factor_reset"):
        return kit.page(request, "429.html", status=429)
    form = Confirmation(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_right(request, form, found.user.email):
        try:
            actions.finish_factor_reset(reset=found, seen=seen_from(request), at=now)
        except actions.ResetOver:
            return kit.page(request, "access/factor_reset_over.html", status=409)
        logout(request)
        return kit.page(request, "access/factor_reset_done.html")
    return kit.page(request, "access/factor_reset.html", form=form, email=found.user.email)


@require_POST
def start_reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """An administrator lets a colleague who lost the second factor have a link by mail."""
    colleague = gates.colleague_for(request.user, user_id, Permission.USER_EDIT)
    back = reverse("console-colleague", args=[colleague.pk])
    try:
        actions.start_factor_reset(user=colleague, by=request.user, at=timezone.now())
    except actions.NoFactor as problem:
        return kit.not_done(request, back, str(problem))
    return kit.done(request, back, f"{colleague.name} was mailed a link. It works for one hour, with the password.")


def _is_right(request: HttpRequest, form: Confirmation, email: str) -> bool:
    """Whether the password is the person's own; says so in the form when it is not."""
    try:
        found = get_adapter(request).authenticate(request, email=email, password=form.cleaned_data["password"])
    except ValidationError as problem:
        form.add_error("password", problem)
        return False
    if found is None or found.email != email:
        form.add_error("password", _("This is not your password. If you do not know it, recover it first."))
        return False
    return True
