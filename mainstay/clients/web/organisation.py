"""Signing in with one's organisation: there and back again."""

import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import structlog
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access.web import rates
from mainstay.clients import actions, providers
from mainstay.clients.models import ProviderConnection
from mainstay.clients.queries.identity import provider_for
from mainstay.clients.web.identity_forms import OrganisationAddress
from mainstay.common import tenancy

log = structlog.get_logger()

KEPT = "organisation_sign_in"
VALID_S = 10 * 60
"""How long somebody may take at their provider."""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def beginning(request: HttpRequest) -> HttpResponse:
    """Ask for the address, whose domain says which provider it is; whether there is an account changes nothing.

    The answer goes on by itself: browsers let no form of ours lead to another website.
    """
    form = OrganisationAddress(request.POST or None)
    to = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST" and form.is_valid():
        if not rates.allowed(request, "organisation"):
            return kit.page(request, "429.html", status=429)
        with tenancy.everything():
            connection = provider_for(form.cleaned_data["email"])
        if connection is None:
            return kit.page(request, "clients/organisation.html", form=form, is_unknown=True, next=to)
        try:
            way = _way(request, connection, form.cleaned_data["email"], to)
        except providers.ProviderProblem as problem:
            log.warning("a provider does not answer", connection=connection.pk, problem=str(problem))
            return kit.page(request, "clients/organisation_refused.html", status=502, why="provider")
        return kit.page(request, "clients/organisation_onwards.html", connection=connection, to=way)
    return kit.page(request, "clients/organisation.html", form=form, next=to)


@login_not_required
@never_cache
@require_safe
def returning(request: HttpRequest) -> HttpResponse:
    """Somebody comes back from their provider. The question that was kept for it is answered once."""
    kept = request.session.pop(KEPT, None)
    if not _is_answer(kept, request):
        return _refused(request, "question")
    if "code" not in request.GET:
        return _refused(request, "refused")
    with tenancy.everything():
        connection = ProviderConnection.objects.select_related("client").filter(pk=kept["connection"]).first()
        if connection is None or request.GET.get("iss", connection.issuer) != connection.issuer:
            return _refused(request, "question")
        try:
            claims = providers.claims_for(
                connection, code=request.GET["code"], verifier=kept["verifier"], nonce=kept["nonce"],
                redirect_uri=callback_address(),
            )  # fmt: skip
            user = actions.sign_in_by_provider(connection=connection, claims=claims, at=timezone.now())
        except providers.ProviderProblem as problem:
            log.warning("a provider's answer is not believed", connection=connection.pk, problem=str(problem))
            return _refused(request, "provider")
        except actions.NotLetIn as problem:
            log.info("a provider's person is not let in", connection=connection.pk, why=problem.verdict.value)
            return _refused(request, "person")
        request.by_provider = True  # type: ignore[attr-defined]
        record_authentication(request, user, method="socialaccount", provider=connection.issuer)
        answer: HttpResponse = perform_login(request, Login(user=user, email=user.email, redirect_url=kept["next"]))
    return answer


def callback_address() -> str:
    """Where every provider sends people back to."""
    return f"{str(settings.MAINSTAY.url).rstrip('/')}{reverse('organisation-return')}"


def _way(request: HttpRequest, connection: ProviderConnection, email: str, to: str) -> str:
    """The provider's page with our question, which is kept until the answer comes."""
    metadata = providers.metadata_of(connection)
    verifier = secrets.token_urlsafe(48)
    is_ours = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    kept: dict[str, Any] = {
        "connection": connection.pk,
        "state": secrets.token_urlsafe(24),
        "nonce": secrets.token_urlsafe(24),
        "verifier": verifier,
        "next": to if is_ours else None,
        "at": time.time(),
    }
    request.session[KEPT] = kept
    return providers.way_to(
        metadata,
        client_id=connection.application,
        redirect_uri=callback_address(),
        state=kept["state"],
        nonce=kept["nonce"],
        code_challenge=urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        code_challenge_method="S256",
        login_hint=email,
    )


def _is_answer(kept: dict[str, Any] | None, request: HttpRequest) -> bool:
    """Whether this is the answer to the question that this very browser asked, in time."""
    state = request.GET.get("state", "")
    if kept is None or not state.isascii():
        return False
    return hmac.compare_digest(kept["state"], state) and 0 <= time.time() - kept["at"] < VALID_S


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    return kit.page(request, "clients/organisation_refused.html", status=403, why=why)
