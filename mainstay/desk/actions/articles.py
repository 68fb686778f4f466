"""Writing, publishing and withdrawing articles; saying whether one helped."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.access.models import User
from mainstay.clients.facts import Audience
from mainstay.clients.models import Organisation
from mainstay.common import facts
from mainstay.desk.facts import Category
from mainstay.desk.models import Article, ArticleVersion, ArticleVote
from mainstay.desk.similar import words_of
from mainstay.desk.word_facts import ArticlePublished, ArticleWithdrawn, ArticleWritten


class NothingToPublish(ValueError):
    """The newest version is what clients read already."""


@transaction.atomic
def write_article(
    *,
    title: str,
    text: str,
    by: User,
    at: datetime,
    article: Article | None = None,
    client: Organisation | None = None,
    audience: Audience | str = "",
    category: Category | str = "",
    is_public: bool = False,
) -> Article:
    """Write a further version of `article`, or the first of a new one. What clients read stays until it is published.

    Whose it is, for whom and about what hold at once. The same words again make no version.
    """
    given: dict[str, Any] = {"client": client, "audience": audience, "category": category, "is_public": is_public}
    given |= {"title": title, "updated_at": at}
    if article is None:
        article = Article.objects.create(**given)
    article = Article.objects.select_for_update().get(pk=article.pk)
    for name, value in given.items():
        setattr(article, name, value)
    article.save()
    newest = article.versions.first()
    if newest is None or (newest.title, newest.text) != (title, text):
        number = newest.number + 1 if newest else 1
        ArticleVersion.objects.create(article=article, number=number, title=title, text=text, at=at, by=by)
        facts.record(ArticleWritten(article_id=article.pk, version=number), by=by, at=at, client=article.client)
    return article


@transaction.atomic
def publish_article(*, article: Article, by: User, at: datetime) -> Article:
    """Let clients read the newest version from now on.

    Raises:
        NothingToPublish: they do already.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    newest = article.versions.first()
    if newest is None or newest.pk == article.published_id:
        raise NothingToPublish("Clients read the newest version already.")
    article.published, article.updated_at = newest, at
    article.words = " ".join(words_of(f"{newest.title} {newest.text}"))
    article.save()
    facts.record(ArticlePublished(article_id=article.pk, version=newest.number), by=by, at=at, client=article.client)
    return article


@transaction.atomic
def withdraw_article(*, article: Article, by: User, at: datetime) -> Article:
    """Let clients read it no more; nothing of it is lost. Nothing happens when it is a draft."""
    article = Article.objects.select_for_update().get(pk=article.pk)
    if article.published_id is None:
        return article
    article.published, article.words, article.updated_at = None, "", at
    article.save()
    facts.record(ArticleWithdrawn(article_id=article.pk), by=by, at=at, client=article.client)
    return article


@transaction.atomic
def vote(*, article: Article, client: Organisation, helped: bool, by: User, at: datetime) -> ArticleVote:
    """Say whether an article helped; a second word of the same person stands for the first."""
    given = {"client": client, "helped": helped, "at": at}
    return ArticleVote.objects.update_or_create(article=article, user=by, defaults=given)[0]
