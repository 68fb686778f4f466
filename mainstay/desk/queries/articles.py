"""Articles: which of them somebody may read, and which speak of what is typed."""

from django.db.models import Count, Q, QuerySet

from mainstay.clients.facts import Audience
from mainstay.clients.models import Organisation
from mainstay.desk.models import Article
from mainstay.desk.similar import ranked

SEARCHED_MAX = 500
"""How many articles one search looks at, the newest first."""
SUGGESTED_MAX = 3


def articles() -> QuerySet[Article]:
    """Articles with what lists of them show: whose they are, what is published, and whom they helped."""
    helped = Count("votes", filter=Q(votes__helped=True))
    return Article.objects.select_related("client", "published").annotate(
        helped=helped, not_helped=Count("votes", filter=Q(votes__helped=False))
    )


def readable(client: Organisation, audience: Audience | None) -> QuerySet[Article]:
    """The published articles that somebody of `client` may read: shared ones and the client's own.

    Args:
        audience: whose words; None for staff, who read those for either.
    """
    among = Article.objects.select_related("published").filter(published__isnull=False)
    found = among.filter(Q(client__isnull=True) | Q(client=client))
    if audience is Audience.WEBSITE_USER:
        return found.filter(audience__in=["", Audience.WEBSITE_USER])
    return found


def public(client: Organisation) -> QuerySet[Article]:
    """The published articles that a help page of `client` offers to whoever stands before it."""
    return readable(client, Audience.WEBSITE_USER).filter(is_public=True)


def matching(among: QuerySet[Article], typed: str) -> list[Article]:
    """Those of `among` that speak of what was typed, best first; two queries' worth of rows at most, ranked here."""
    newest = among.order_by("-updated_at").values_list("pk", "published__title", "words")[:SEARCHED_MAX]
    keys = ranked(typed, {pk: (title or "", words) for pk, title, words in newest})
    return in_order(among, keys)


def suggested(among: QuerySet[Article], typed: str) -> list[Article]:
    """The few that could help somebody who types this."""
    newest = among.order_by("-updated_at").values_list("pk", "published__title", "words")[:SEARCHED_MAX]
    keys = ranked(typed, {pk: (title or "", words) for pk, title, words in newest}, least=2.5)
    return in_order(among, keys[:SUGGESTED_MAX])


def in_order(among: QuerySet[Article], keys: list[int]) -> list[Article]:
    """The articles with these keys, in their order."""
    found = {each.pk: each for each in among.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]
