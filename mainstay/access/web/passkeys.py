"""Passkeys, as far as the accounts library leaves them to us."""

from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from mainstay.access.web import rates


@require_safe
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """They stand on the page about two-step sign-in, beside the authenticator app."""
    return redirect("mfa_index")


def sign_in(request: HttpRequest) -> HttpResponse:
    """What a browser needs to sign in with a passkey, and the answer to it. Asking makes a session: it is limited."""
    if request.method == "GET" and not rates.allowed(request, "passkey_options"):
        return HttpResponse(status=429)
    return webauthn.login_webauthn(request)
