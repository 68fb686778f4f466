"""Tickets as rows of a list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mainstay.desk import queries
from mainstay.desk.models import Ticket
from mainstay.desk.queries.mail import tickets_not_reached
from mainstay.desk.queries.search import Found
from mainstay.desk.queries.updates import updates_due


def rows(tickets: Sequence[Ticket], at: datetime) -> list[dict[str, Any]]:
    """Tickets for a list, each with the clock to look at first and when the client is next owed news."""
    clocks, lost = queries.clocks_of(tickets, at), tickets_not_reached([each.pk for each in tickets])
    news = updates_due(tickets, clocks)
    return [
        {
            "ticket": each,
            "clock": queries.foremost(clocks[each.pk]),
            "update_at": news.get(each.pk),
            "update_is_late": each.pk in news and news[each.pk] < at,
            "not_arrived": each.pk in lost,
        }
        for each in tickets
    ]


def rows_found(found: Sequence[Found], at: datetime) -> list[dict[str, Any]]:
    """The same for what full-text search found, each with the place in it."""
    plain = rows([each.ticket for each in found], at)
    return [{**row, "pieces": each.pieces, "said": each.message} for row, each in zip(plain, found, strict=True)]
