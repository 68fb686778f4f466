"""Adding entries to a ticket's story."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from mainstay.desk.actions import files
from mainstay.desk.actions.authors import Author
from mainstay.desk.facts import Channel, MessageKind
from mainstay.desk.letters.headers import printable
from mainstay.desk.letters.parsed import Part
from mainstay.desk.models import Message, Ticket

NO_TEXT = "(no text)"


def write(
    ticket: Ticket,
    *,
    kind: MessageKind,
    channel: Channel,
    text: str,
    author: Author,
    at: datetime,
    is_public: bool,
    parts: Iterable[Part] = (),
    **fields: Any,
) -> Message:
    """Store an entry and its files, and mark the ticket as moved at `at`."""
    message = Message.objects.create(
        ticket=ticket,
        client=ticket.client,
        kind=kind,
        channel=channel,
        text=printable(text).strip() or NO_TEXT,
        at=at,
        is_public=is_public,
        **author.fields(),
        **fields,
    )
    files.attach(message, parts, at=at)
    ticket.updated_at = at
    ticket.save(update_fields=["updated_at"])
    return message
