"""Rows of the desk."""

from mainstay.desk.models.attachment import Attachment
from mainstay.desk.models.clock import ClockEvent, TicketClock
from mainstay.desk.models.keeping import Acknowledgement, MailboxCursor, ReferenceCounter
from mainstay.desk.models.message import Message
from mainstay.desk.models.raw import RawBody, RawMail
from mainstay.desk.models.ticket import Ticket

__all__ = [
    "Acknowledgement",
    "Attachment",
    "ClockEvent",
    "MailboxCursor",
    "Message",
    "RawBody",
    "RawMail",
    "ReferenceCounter",
    "Ticket",
    "TicketClock",
]
