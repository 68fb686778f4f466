"""The probers in the console: who is there, what waits, and what was not taken in."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.watch import gates, queries

ASIDE_SHOWN_FOR = timedelta(days=30)
ASIDE_SHOWN_MAX = 20


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All probers by place."""
    gates.require_console(request.user)
    now = timezone.now()
    aside = queries.set_aside_since(now - ASIDE_SHOWN_FOR)
    return kit.page(
        request,
        "watch/console/probers.html",
        probers=queries.probers_now(now),
        doubts=queries.doubts_now(),
        underway=queries.underway(),
        aside=aside[:ASIDE_SHOWN_MAX],
        aside_count=aside.count(),
    )
