"""Articles and saved replies for tests."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from mainstay.access.models import User
from mainstay.clients.models import Organisation, Website
from mainstay.desk import actions
from mainstay.desk.actions import articles, help_pages, saved, surveys
from mainstay.desk.letters.parsed import Part
from mainstay.desk.models import Article, HelpPage, Import, SavedReply, SavedView, Ticket, TicketBulk

WRITTEN_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def article_of(client: Organisation | None, by: User, *, published: bool = True, **fields: Any) -> Article:
    """An article for `client` (None: for every client), published unless said otherwise."""
    given = {"title": "Why is my picture refused?", "text": "Pictures may have **8 MB** at most.", **fields}
    article = articles.write_article(client=client, **given, by=by, at=WRITTEN_AT)
    return articles.publish_article(article=article, by=by, at=WRITTEN_AT) if published else article


def help_page_of(client: Organisation, by: User, website: Website | None = None) -> HelpPage:
    """The open help page of `client`, or of one of its websites."""
    return help_pages.open_help_page(client=client, website=website, by=by, at=WRITTEN_AT)


def saved_of(by: User, **fields: Any) -> SavedReply:
    """A saved answer that everybody may use, unless said otherwise."""
    given = {"title": "We look", "text": "Dear {requester.first_name}, we look.", "is_shared": True, **fields}
    return saved.save_reply(**given, by=by, at=WRITTEN_AT)


def import_of(client: Organisation, by: User) -> Import:
    """An export of Zammad for `client` that was looked through: one ticket can be taken, one cannot."""
    held = {"id": 7, "number": "70", "title": "Old", "created_at": "2023-05-01T10:00:00Z", "state": "closed"}
    raw = json.dumps([{**held, "articles": []}, {**held, "id": 8, "number": "80", "created_at": "never"}]).encode()
    asked = actions.ask_import(
        source="zammad", parts=[Part(name="export.json", content_type="", content=raw)], client=client, by=by,
        at=WRITTEN_AT,
    )  # fmt: skip
    actions.look_into(moving=asked, at=WRITTEN_AT)
    asked.refresh_from_db()
    return asked


def survey_token(ticket: Ticket) -> str:
    """The link's token of a survey that was sent about `ticket` a minute ago."""
    surveys.ask_satisfaction(ticket=ticket, at=timezone.now() - timedelta(minutes=1))
    return surveys.token_of(ticket)


def view_of(by: User, **fields: Any) -> SavedView:
    """A view that everybody sees, unless said otherwise."""
    return actions.save_view(**{"name": "Attacks", "query": "category=attack", "is_shared": True, **fields}, by=by)


def changed_together(ticket: Ticket, by: User, *, change: str = "tag", value: Any = "seo") -> TicketBulk:
    """A bulk change of one ticket, made a minute ago."""
    at = timezone.now() - timedelta(minutes=1)
    among = Ticket.objects.filter(pk=ticket.pk)
    return actions.change_many(among=among, change=change, value=value, by=by, at=at)
