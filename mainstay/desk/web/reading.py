"""The knowledge base in a portal: search, read, say whether it helped; and what is suggested while one types."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.facts import Audience
from mainstay.clients.gates import client_for, may
from mainstay.clients.models import Organisation
from mainstay.desk import gates
from mainstay.desk.actions import articles as actions
from mainstay.desk.markdown import html_of
from mainstay.desk.models import ArticleVote
from mainstay.desk.queries import articles as queries

PAGE = 30
TYPED_MAX = 600


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Every article that the reader may read, or those that speak of the words asked for."""
    client = client_for(request.user, slug, Permission.TICKET_VIEW)
    among, words = queries.readable(client, audience_of(request, client)), _typed(request, "words")
    found: Any = queries.matching(among, words) if words else among.order_by("published__title", "pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    may_open = may(request.user, Permission.TICKET_OPEN, client)
    return kit.page(request, "desk/portal/articles.html", client=client, page=page, words=words, may_open=may_open)


@require_safe
def article(request: HttpRequest, slug: str, article_id: int) -> HttpResponse:
    """One article, and whether it helped."""
    client = client_for(request.user, slug, Permission.TICKET_VIEW)
    found = gates.portal_article_for(client, audience_of(request, client), article_id)
    return kit.page(
        request,
        "desk/portal/article.html",
        client=client,
        article=found,
        html=html_of(found.published.text),  # type: ignore[union-attr]
        vote=ArticleVote.objects.filter(article=found, user=request.user).first(),
        may_open=may(request.user, Permission.TICKET_OPEN, client),
    )


@require_POST
def vote(request: HttpRequest, slug: str, article_id: int) -> HttpResponse:
    """Did this help? The last word of a person counts."""
    client = client_for(request.user, slug, Permission.TICKET_VIEW)
    found = gates.portal_article_for(client, audience_of(request, client), article_id)
    helped = request.POST.get("helped") == "yes"
    actions.vote(article=found, client=client, helped=helped, by=request.user, at=timezone.now())
    said = (
        _("Thank you. Good to know that it helped.") if helped else _("Thank you. We will make it better; or ask us.")
    )
    return kit.done(request, reverse("portal-article", args=[slug, found.pk]), said)


@require_safe
def suggestions(request: HttpRequest, slug: str) -> HttpResponse:
    """A part of a page: the few articles that could help somebody who types this."""
    client = client_for(request.user, slug, Permission.TICKET_VIEW)
    found = queries.suggested(queries.readable(client, audience_of(request, client)), _typed(request, "typed"))
    return kit.part(request, "desk/parts/_suggestions.html", client=client, suggestions=found)


def audience_of(request: HttpRequest, client: Organisation) -> Audience | None:
    """What kind of reader this is at `client`; None for staff who look at the portal."""
    contact = client.contacts.with_access().filter(user=request.user).first()
    return Audience(contact.audience) if contact else None


def _typed(request: HttpRequest, name: str) -> str:
    return " ".join(request.GET.get(name, "").replace("\x00", "")[:TYPED_MAX].split())
