"""Registration in three steps: the address, the mailed link, a name and a password."""

import uuid

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access import actions, queries, worker
from mainstay.access.web import rates
from mainstay.access.web.registering_forms import CONSENT, Finish, Register


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def beginning(request: HttpRequest) -> HttpResponse:
    """Take an address in. The answer, and the work until it is given, is one and the same for every address."""
    if not settings.MAINSTAY.registration:
        return kit.page(request, "account/signup_closed.html")
    form = Register(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if not _allowed(request, email):
            return kit.page(request, "429.html", status=429)
        worker.answer_registration.enqueue(email=email, key=uuid.uuid4().hex)
        return redirect("account_signup_sent")
    return kit.page(request, "access/register.html", form=form)


@login_not_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """A mail is on its way, whoever asked."""
    return kit.page(request, "access/register_sent.html")


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def finishing(request: HttpRequest, key: str) -> HttpResponse:
    """Give name and password, which makes the account. Looking changes nothing: link scanners may look."""
    now = timezone.now()
    found = queries.registration_for_key(key, now) if settings.MAINSTAY.registration else None
    if found is None:
        return kit.page(request, "access/registration_over.html", status=404)
    form = Finish(request.POST or None, email=found.email)
    if request.method == "POST" and not rates.allowed(request, "register_finish"):
        return kit.page(request, "429.html", status=429)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.register(
                registration=found,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password1"],
                language=translation.get_language() or "",
                agreed_to=str(CONSENT),
                at=now,
            )
        except actions.RegistrationOver:
            return kit.page(request, "access/registration_over.html", status=409)
        return perform_login(request, Login(user=user, email=user.email))
    return kit.page(request, "access/registration.html", form=form, email=found.email, consent=CONSENT)


def _allowed(request: HttpRequest, email: str) -> bool:
    each = rates.allowed(request, "register") and rates.allowed(request, "register_address", key=email)
    return each and rates.allowed_everywhere(request, "register")
