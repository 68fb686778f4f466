"""Something was said on a ticket: those of the agency who watch it are told."""

from mainstay.common.facts import FactRecord
from mainstay.desk import actions as desk
from mainstay.desk.models import Message


def news_reaches_watchers(record: FactRecord) -> None:
    """Tell them once; a message that is gone is no news."""
    message = Message.objects.select_related("ticket__client").filter(pk=record.body["message_id"]).first()
    if message is not None:
        desk.tell_watchers(message=message, at=record.at)
