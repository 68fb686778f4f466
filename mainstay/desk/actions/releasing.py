"""What was held back from the client, because whoever wrote it was not on the ticket, is shown to the client."""

from datetime import datetime

from django.db import transaction

from mainstay.common import facts
from mainstay.desk.actions.authors import By, person
from mainstay.desk.actions.errors import NothingHeld
from mainstay.desk.facts import MessageKind, MessageReleased
from mainstay.desk.models import Message


@transaction.atomic
def release(*, message: Message, by: By, at: datetime) -> None:
    """Let the client read a message that came in from somebody who is not on the ticket.

    Raises:
        NothingHeld: the client reads it already, or it is nothing that came in.
    """
    held = Message.objects.filter(pk=message.pk, kind=MessageKind.INBOUND, is_public=False)
    if not held.update(is_public=True, is_indexed=False, released_at=at, released_by=person(by)):
        raise NothingHeld("The client can read this message already.")
    fact = MessageReleased(ticket_id=message.ticket_id, message_id=message.pk)
    facts.record(fact, by=by, at=at, client=message.client)
