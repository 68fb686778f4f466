"""Ways in for people who are not signed in."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access import actions, queries
from mainstay.access.web.forms import FirstPassword


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody invited sets the first password. Looking changes nothing: link scanners may look."""
    now = timezone.now()
    found = queries.invitation_for_key(key, now)
    if found is None:
        return kit.page(request, "access/invitation_over.html", status=404)
    form = FirstPassword(request.POST or None, user=found.user)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.accept_invitation(invitation=found, password=form.cleaned_data["password1"], at=now)
        except actions.InvitationUsed as problem:
            form.add_error(None, str(problem))
        else:
            return perform_login(request, Login(user=user, email=user.email))
    return kit.page(request, "access/invitation.html", form=form, invited=found.user)


@login_not_required
@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Where password managers look for the page that changes a password."""
    return redirect("account_change_password")
