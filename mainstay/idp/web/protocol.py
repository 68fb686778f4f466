"""The ends of the protocol: allauth's, narrowed to those who may, to exact addresses, and to proof keys."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from allauth.idp.oidc import views as library
from allauth.idp.oidc.forms import AuthorizationForm
from allauth.idp.oidc.models import Token
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from mainstay import kit
from mainstay.access.facts import Role
from mainstay.access.web import second_factor
from mainstay.access.web.rates import allowed
from mainstay.common import tenancy
from mainstay.idp import actions, queries
from mainstay.idp.models import RelyingParty, Visit
from mainstay.idp.rules import challenge_problem, origin_of
from mainstay.idp.web.words import SAID, told_of

FORM_ACTION = "form-action"


class Consent(AuthorizationForm):
    """Nothing to choose: who goes on hands over what the page says, and whoever does not goes back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("email", None)
        self.told = [each for each, _ in self.fields["scopes"].choices]  # type: ignore[attr-defined]
        self.fields["scopes"] = forms.Field(required=False)

    def clean_scopes(self) -> list[str]:
        return self.told


@method_decorator(login_not_required, name="dispatch")  # the library sends strangers to the sign-in page itself
@method_decorator(never_cache, name="dispatch")
class Authorization(library.AuthorizationView):
    """Somebody comes from a relying party to be signed in there."""

    form_class = Consent
    http_method_names = ["get", "head", "post"]
    party: RelyingParty
    visit: Visit | None = None
    """The person's visit there, where they have seen before all that is told now."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = self._refused(request)
        if refusal is not None:
            return refusal
        response: HttpResponse = super().get(request, *args, **kwargs)
        if "none" in _prompts(request) and "code=" in response.get("Location", ""):
            self._note_visit(self.party, self._scopes)
        if response.status_code == 302 and _came_from_own_page(request) and "://" in response["Location"]:
            return _led_on(request, self.party, response["Location"])
        return response

    def form_valid(self, form: AuthorizationForm) -> HttpResponse:
        """Let the person in there, if they may at this very moment."""
        if second_factor.is_due(self.request, timezone.now()):
            return redirect("second-factor-needed")
        with transaction.atomic(), tenancy.everything():
            party = queries.party_of(self._request_info["client_id"])
            if party is None or not self._note_visit(party, form.cleaned_data["scopes"]):
                return _no_access(self.request, party)
            response: HttpResponse = super().form_valid(form)
        return response

    def _note_visit(self, party: RelyingParty, scopes: list[str]) -> bool:
        """Whether the person gets in; it is noted where so."""
        roles = queries.roles_at(self.request.user, party, timezone.now())
        if roles:
            actions.note_visit(party=party, user=self.request.user, scopes=scopes, roles=roles, at=timezone.now())
        return bool(roles)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        roles = queries.roles_at(self.request.user, self.party, timezone.now())
        told = [SAID[each] for each in told_of(self._scopes)]
        return {**context, "party": self.party, "told": told, "roles": [Role(each) for each in roles]}

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The page; its form may lead to the relying party, which no form of ours may otherwise.

        Who has seen it before is led on without it.
        """
        if self.visit is not None and self.request.method != "POST":
            return self._skip_consent()
        response: HttpResponse = super().render_to_response(context, **kwargs)
        response._csp_update = {FORM_ACTION: [origin_of(self._request_info["redirect_uri"])]}  # type: ignore[attr-defined]
        return response

    def _refused(self, request: HttpRequest) -> HttpResponse | None:
        """An answer where this must not go on: unknown, to another address than registered, without proof key."""
        given = request.GET
        with tenancy.everything():  # where somebody comes from is known before who it is
            party = queries.party_of(given.get("client_id", ""))
        redirects = given.getlist("redirect_uri")
        if party is None or len(redirects) != 1 or redirects[0] not in party.application.get_redirect_uris():
            return kit.page(request, "idp/oidc/error.html", status=400, party=party)
        self.party = party
        challenge, method = given.get("code_challenge", ""), given.get("code_challenge_method", "")
        if problem := challenge_problem(challenge, method, is_needed=party.needs_proof_key):
            return _back_with(request, "invalid_request", problem)
        return self._refused_person(request) if request.user.is_authenticated else None

    def _refused_person(self, request: HttpRequest) -> HttpResponse | None:
        """An answer where this person must not go on, or not without being asked."""
        prompts = _prompts(request)
        if not queries.roles_at(request.user, self.party, timezone.now()):
            if "none" in prompts:
                return _back_with(request, "access_denied", "This person has no access.")
            return _no_access(request, self.party)
        if second_factor.is_due(request, timezone.now()):
            if "none" in prompts:
                return _back_with(request, "interaction_required", "A second factor has to be set up first.")
            return redirect("second-factor-needed")
        visit = Visit.objects.filter(party=self.party, user=request.user).first()
        if visit and set(request.GET.get("scope", "").split()) <= set(visit.scopes) and "consent" not in prompts:
            self.visit = visit
        if self.visit is None and "none" in prompts:
            return _back_with(request, "consent_required", "Nobody has agreed to it yet.")
        return None

    def _skip_consent(self) -> HttpResponse:
        given = {**self.get_form_kwargs(), "data": {"scopes": self._scopes, "request": "seen before"}}
        form = self.form_class(**given)
        if not form.is_valid():
            raise PermissionDenied
        return self.form_valid(form)


def _prompts(request: HttpRequest) -> list[str]:
    return request.GET.get("prompt", "").split()


def _came_from_own_page(request: HttpRequest) -> bool:
    """Whether a form of ours led here, as after signing in: browsers let no such form lead on to another website."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or request.headers.get("Referer", "").startswith(
        f"{request.scheme}://{request.get_host()}/"
    )


def _led_on(request: HttpRequest, party: RelyingParty, to: str) -> HttpResponse:
    """A page that goes on by itself, and has a link for whoever it does not."""
    return kit.page(request, "idp/onwards.html", party=party, to=to)


def _no_access(request: HttpRequest, party: RelyingParty | None) -> HttpResponse:
    return kit.page(request, "idp/no_access.html", status=403, party=party)


def _back_with(request: HttpRequest, error: str, description: str) -> HttpResponse:
    """Send an error back to a redirect address that was found to be registered (RFC 6749, 4.1.2.1)."""
    redirect_uri, state = request.GET["redirect_uri"], request.GET.get("state", "")
    more = {"error": error, "error_description": description, **({"state": state} if state else {})}
    to = f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(more)}"
    return HttpResponse(status=302, headers={"Location": to})


authorization = Authorization.as_view()


@transaction.atomic
def _tokens(request: HttpRequest) -> HttpResponseBase:
    """A code, or a refresh token, for tokens. A person who gets in no more gives none; what there was is ended.

    Of two that come with the same code at the same moment, one gets tokens (RFC 6749, 4.1.2).
    """
    if not allowed(request, "idp_token"):
        return JsonResponse({"error": "temporarily_unavailable"}, status=429)
    if request.POST.get("grant_type") not in ("authorization_code", "refresh_token"):
        return JsonResponse({"error": "unsupported_grant_type"}, status=400)
    if request.POST.get("grant_type") == "refresh_token" and not _may_refresh(request):
        return JsonResponse({"error": "invalid_grant"}, status=400)
    answer = library.token(request)
    if answer.status_code == 200 and "code" in request.POST and not _is_first_use(request.POST["code"]):
        transaction.set_rollback(True)
        return JsonResponse({"error": "invalid_grant"}, status=400)
    return answer


def _is_first_use(code: str) -> bool:
    """Whether nobody got tokens for the code. The library looks and forgets it in two steps; adding is one."""
    name = sha256(code.encode(errors="replace")).hexdigest()
    return bool(cache.add(f"idp-code-used:{name}", 1, 2 * settings.IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN))


def _for_all_clients(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A relying party asks, and nobody is signed in: what it may see is decided by its token."""

    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponseBase:
        with tenancy.everything():
            return view(request)

    return asked


def _may_refresh(request: HttpRequest) -> bool:
    """Whether the person behind a refresh token still gets in; where not, they are put out.

    The token is held until the answer: of two that come with it at the same moment, the second finds it gone.
    """
    value = request.POST.get("refresh_token", "")
    tokens = Token.objects.select_for_update(of=("self",)).select_related("user", "client")
    found = tokens.lookup(Token.Type.REFRESH_TOKEN, value)
    if found is None or found.user is None or found.client is None:
        return False
    party, at = queries.party_of(found.client), timezone.now()
    if party is not None and queries.roles_at(found.user, party, at):
        return True
    actions.put_out_where_lost(user=found.user, by=found.user, at=at)
    Token.objects.filter(pk=found.pk).delete()
    return False


token = csrf_exempt(login_not_required(never_cache(require_POST(_for_all_clients(_tokens)))))
userinfo = csrf_exempt(
    login_not_required(never_cache(require_http_methods(["GET", "POST"])(_for_all_clients(library.user_info))))
)
revoke = csrf_exempt(login_not_required(require_POST(_for_all_clients(library.revoke))))
jwks = login_not_required(require_http_methods(["GET", "HEAD"])(library.jwks))


@method_decorator(never_cache, name="dispatch")
class Logout(library.LogoutView):
    """Somebody signs out at a relying party, and may sign out of Mainstay too (OpenID Connect RP-Initiated Logout)."""

    http_method_names = ["get", "head", "post"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        back = context["form"].cleaned_data.get("post_logout_redirect_uri") if context["form"].is_bound else None
        if back:
            response._csp_update = {FORM_ACTION: [origin_of(back)]}  # type: ignore[attr-defined]
        return response


logout = csrf_exempt(login_not_required(Logout.as_view()))
