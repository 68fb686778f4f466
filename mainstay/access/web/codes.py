"""Signing in by a code that is mailed: asked for on one page, entered on the next, in the same browser."""

import secrets
from datetime import datetime

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mainstay import kit
from mainstay.access import actions, worker
from mainstay.access.actions.sign_ins import CODE_DIGITS, CODE_VALID
from mainstay.access.web import rates

ASKED = "sign_in_code"
"""Where a session keeps what was asked: `question`, a secret of this browser's, `email` as it was typed, and `at`."""


class AskCode(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username", "autofocus": "autofocus"}),
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class EnterCode(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("The eight digits of the mail. You can paste them."),
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": "autofocus"}),
    )
    remember = forms.BooleanField(label=_("Keep me signed in on this device"), required=False)

    def clean_code(self) -> str:
        code = "".join(self.cleaned_data["code"].split()).replace("-", "")
        if not code.isascii() or not code.isdigit() or len(code) != CODE_DIGITS:
            raise forms.ValidationError(_("Enter the eight digits of the mail."))
        return code


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asking(request: HttpRequest) -> HttpResponse:
    """Take an address in. The answer, and the work until it is given, is one and the same for every address."""
    if request.user.is_authenticated:
        return redirect("/")
    form = AskCode(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, question = form.cleaned_data["email"], secrets.token_urlsafe(32)
        if not _may_ask(request, email):
            return kit.page(request, "429.html", status=429)
        request.session[ASKED] = {"question": question, "email": email, "at": timezone.now().isoformat()}
        worker.mail_sign_in_code.enqueue(email=email, question=question)
        return redirect(f"{reverse('sign-in-code-entry')}{_onwards(request)}")
    return kit.page(request, "access/code_ask.html", form=form, wanted=_wanted(request))


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def entering(request: HttpRequest) -> HttpResponse:
    """Take the code in. What is asked for after it, as a second factor, is what a password would be followed by."""
    now = timezone.now()
    asked = _asked(request, now)
    if request.user.is_authenticated or asked is None:
        return redirect("/" if request.user.is_authenticated else "sign-in-code")
    form = EnterCode(request.POST or None)
    if request.method == "POST" and not rates.allowed(request, "code_answer"):
        return kit.page(request, "429.html", status=429)
    if request.method == "POST" and form.is_valid():
        user = actions.use_sign_in_code(question=asked["question"], code=form.cleaned_data["code"], at=now)
        if user is not None:
            del request.session[ASKED]
            record_authentication(request, user, method="code", email=user.email)
            request.session.set_expiry(settings.SESSION_COOKIE_AGE if form.cleaned_data["remember"] else 0)
            return perform_login(request, Login(user=user, email=user.email, redirect_url=_wanted(request) or None))
        form.add_error("code", _("This code is not right, or has run out. Look at the newest mail, or ask anew."))
    return kit.page(request, "access/code_entry.html", form=form, email=asked["email"], wanted=_wanted(request))


def _asked(request: HttpRequest, at: datetime) -> dict[str, str] | None:
    """What this browser asked, while a code can answer it."""
    found = request.session.get(ASKED)
    asked_at = parse_datetime(found["at"]) if found else None
    return found if asked_at is not None and at - asked_at < CODE_VALID else None


def _may_ask(request: HttpRequest, email: str) -> bool:
    each = rates.allowed(request, "code") and rates.allowed(request, "code_address", key=email)
    return each and rates.allowed_everywhere(request, "code")


def _wanted(request: HttpRequest) -> str:
    """The page of ours that the person wanted to see."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


def _onwards(request: HttpRequest) -> str:
    return f"?{urlencode({REDIRECT_FIELD_NAME: _wanted(request)})}" if _wanted(request) else ""
