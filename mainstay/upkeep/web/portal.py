"""What a client's website is made of, in the portal."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import client_for
from mainstay.upkeep import gates, queries
from mainstay.upkeep.web.shown import rows


@require_safe
def components(request: HttpRequest, slug: str, website_id: int) -> HttpResponse:
    """The components of a website, as its sources said last."""
    client = client_for(request.user, slug, Permission.COMPONENT_VIEW)
    website = gates.website_of(client, request.user, website_id, Permission.COMPONENT_VIEW)
    views = queries.sources(website, timezone.now())
    words = request.GET.get("words", "")[:100]
    shown, count = rows(views, words)
    given = {"client": client, "website": website, "sources": views, "rows": shown, "count": count, "words": words}
    return kit.page(request, "upkeep/portal/components.html", **given)
