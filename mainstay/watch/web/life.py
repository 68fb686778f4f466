"""The address by which another Mainstay, or anything else, sees whether this one is well."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mainstay.common import tenancy
from mainstay.watch.queries.life import troubles

WELL = "well"
NOT_WELL = "not well"


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 and "well", or 503 and what is wrong in a word each; nothing else is told to strangers."""
    with tenancy.everything():
        wrong = troubles(timezone.now())
    if wrong:
        return HttpResponse(f"{NOT_WELL}: {', '.join(wrong)}\n", status=503, content_type="text/plain")
    return HttpResponse(f"{WELL}\n", content_type="text/plain")
