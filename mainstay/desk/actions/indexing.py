"""What was said becomes known to full-text search: soon after, in batches, and again when it changes."""

from collections.abc import Iterable

from django.db import transaction

from mainstay.common import search
from mainstay.desk.models import Message, MessageText
from mainstay.desk.queries.search import to_index

BATCH = 500


def index_some(*, limit: int = BATCH) -> int:
    """Index the newest messages that are not; returns how many. Finding none takes no write lock."""
    messages = to_index(limit)
    return index(messages=messages) if messages else 0


@transaction.atomic
def index(*, messages: Iterable[Message]) -> int:
    """Put these messages into full-text search in place of what stood there for them. Returns how many."""
    rows = [MessageText(message=each, words=_words(each)) for each in messages]
    ids = [row.message_id for row in rows]
    MessageText.objects.filter(pk__in=ids).delete()
    MessageText.objects.bulk_create(rows)
    Message.objects.filter(pk__in=ids).update(is_indexed=True)
    return len(rows)


def _words(message: Message) -> search.Words:
    ticket = message.ticket
    people = (ticket.asked_by, ticket.answer_address, message.author_name, message.author_address)
    files = [each.name for each in message.attachments.all()]
    marks = [f"c{message.client_id}", *(["public"] if message.is_public else [])]
    said = message.full_text or message.text
    return search.words_of(ticket.subject, ticket.reference, *people, *files, said, marks=marks)
