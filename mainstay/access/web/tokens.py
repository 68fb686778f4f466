"""Keys for programs, on one's own account."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access import actions, gates, queries
from mainstay.access.facts import Permission
from mainstay.access.web.forms import NewToken

SHOWN_MAX = 100


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """One's tokens: what they may do, until when, and when they were last used."""
    _require_right(request)
    now = timezone.now()
    tokens = [(token, token.works_at(now)) for token in request.user.api_tokens.all()[:SHOWN_MAX]]
    return kit.page(request, "access/tokens.html", tokens=tokens)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest) -> HttpResponse:
    """A new token; its secret is in the answer, this once."""
    _require_right(request)
    allowed, now = queries.scopes_allowed(request.user), timezone.now()
    form = NewToken(request.POST or None, allowed=allowed)
    if request.method == "POST" and form.is_valid():
        token, secret = actions.create_token(
            user=request.user,
            name=form.cleaned_data["name"],
            scopes=[Permission(scope) for scope in form.cleaned_data["scopes"]],
            allowed=allowed,
            expires_at=now + form.lifetime_chosen(),
            by=request.user,
            at=now,
        )
        return kit.page(request, "access/token_made.html", token=token, secret=secret)
    return kit.page(request, "access/token_new.html", form=form)


@require_POST
def revocation(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token at once."""
    token = gates.own_token_for(request.user, token_id)
    actions.revoke_token(token=token, by=request.user, at=timezone.now())
    return kit.done(
        request, reverse("account-tokens"), _("The token “%(name)s” no longer works.") % {"name": token.name}
    )


def _require_right(request: HttpRequest) -> None:
    if not queries.may_create_tokens(request.user):
        raise PermissionDenied
