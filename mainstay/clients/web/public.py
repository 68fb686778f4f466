"""The agency's policy, for everybody."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.clients import queries
from mainstay.policy.document import lines


@login_not_required
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The policy with the terms that hold where nothing else is agreed. Not found where a setting switches it off."""
    if not settings.MAINSTAY.public_policy:
        raise Http404
    text = queries.public_policy()
    if text is None:
        raise Http404
    return kit.page(request, "clients/policy.html", lines=lines(text))
