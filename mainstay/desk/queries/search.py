"""Full-text search: tickets by what was said on them, the latest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from mainstay.access.models import User
from mainstay.common import search
from mainstay.common.timelimit import TookTooLong, time_limit
from mainstay.desk.models import Message, MessageText, Ticket
from mainstay.desk.queries.lists import Wanted, narrowed, tickets_in_order

READ_MAX = 200
"""Messages looked at for one page of tickets; a page may be shorter when much was said on few tickets."""
SECONDS_MAX = 3.0
OF_TICKET = "message__ticket__"


@dataclass(frozen=True, kw_only=True)
class Found:
    """A ticket, with the latest place in it where the words stand; no pieces when only its subject or people match."""

    ticket: Ticket
    message: Message
    pieces: list[search.Piece]


@dataclass(frozen=True, kw_only=True)
class Results:
    """A page of what was found. `following` is the token of the next one; `is_too_much` when the time ran out."""

    found: list[Found] = field(default_factory=list)
    following: str = ""
    is_too_much: bool = False


def sought(wanted: Wanted, *, client_id: int | None = None, is_public: bool = False) -> search.Asked | None:
    """What the words of a list ask of full-text search, narrowed to a client and to what clients read."""
    marks = [*([f"c{client_id}"] if client_id else []), *(["public"] if is_public else [])]
    return search.asked(wanted.words, marks=marks)


def found(
    among: QuerySet[MessageText],
    asked: search.Asked | None,
    wanted: Wanted,
    token: str,
    size: int,
    *,
    user: User,
    zone: ZoneInfo,
    at: datetime,
) -> Results:
    """Tickets on which one message, with the ticket's subject and people, holds all that was asked; latest first."""
    if asked is None:
        return Results()
    condition = narrowed(wanted, user=user, zone=zone, at=at, of=OF_TICKET)
    texts = among.filter(words__matches=asked).filter(condition)
    before = int(token) if token.isdecimal() and len(token) < 19 else None
    try:
        with time_limit(SECONDS_MAX):
            newest, last = _newest_of_each(texts, before, size)
    except TookTooLong:
        return Results(is_too_much=True)
    messages = Message.objects.defer("full_text", "html_clean").in_bulk(newest.values())
    tickets = {ticket.pk: ticket for ticket in tickets_in_order(list(newest))}
    rows = [
        Found(ticket=tickets[pk], message=messages[each], pieces=search.excerpt(messages[each].text, asked))
        for pk, each in newest.items()
        if pk in tickets and each in messages
    ]
    return Results(found=rows, following=str(last) if last else "")


def to_index(limit: int) -> list[Message]:
    """Messages that full-text search does not know as they are now, the newest first."""
    rows = Message.objects.filter(is_indexed=False).select_related("ticket__requester").order_by("-id")
    return list(rows.prefetch_related("attachments")[:limit])


def _newest_of_each(texts: QuerySet[MessageText], before: int | None, size: int) -> tuple[dict[int, int], int | None]:
    """`({ticket id: message id}, the message to go on before)`, each ticket on the page of its latest message alone."""
    rows = texts.filter(message_id__lt=before) if before is not None else texts
    of_hit = ("message_id", "message__ticket_id", "message__ticket__merged_into_id")
    hits = list(search.newest_first(rows).values_list(*of_hit)[:READ_MAX])
    newest: dict[int, int] = {}
    last = None
    for message_id, ticket_id, target_id in hits:
        pk = target_id or ticket_id
        if len(newest) == size and pk not in newest:
            break
        newest.setdefault(pk, message_id)
        last = message_id
    else:
        last = last if len(hits) == READ_MAX else None
    for pk in _shown_before(texts, before, newest):
        newest.pop(pk, None)
    return newest, last


def _shown_before(texts: QuerySet[MessageText], before: int | None, ids: Iterable[int]) -> list[int]:
    """Which of the tickets stood on a page before this one."""
    if before is None:
        return []
    among = list(ids)
    of_them = Q(message__ticket__in=among) | Q(message__ticket__merged_into__in=among)
    later = texts.filter(of_them, message_id__gte=before).order_by()
    pairs = later.values_list("message__ticket_id", "message__ticket__merged_into_id").distinct()
    return [target or ticket for ticket, target in pairs]
