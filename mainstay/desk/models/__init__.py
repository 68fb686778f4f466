"""Rows of the desk."""

from mainstay.desk.models.agreed import TicketFollowUp, TicketHold
from mainstay.desk.models.article import Article, ArticleVersion, ArticleVote
from mainstay.desk.models.attachment import Attachment
from mainstay.desk.models.clock import ClockEvent, TicketClock
from mainstay.desk.models.delivery import Delivery
from mainstay.desk.models.escalation import EscalationProcedure, EscalationStep, EscalationTold
from mainstay.desk.models.help_page import HelpPage
from mainstay.desk.models.imported import ForeignTicket
from mainstay.desk.models.keeping import Acknowledgement, ReferenceCounter
from mainstay.desk.models.life import (
    Draft,
    Presence,
    TicketLink,
    TicketMerge,
    TicketTag,
    TicketWatch,
    TimeEntry,
)
from mainstay.desk.models.lists import MessageText, SavedView, TicketBulk, TicketBulkLine
from mainstay.desk.models.mailbox import DeskAddress, Mailbox, MailboxCursor
from mainstay.desk.models.message import Message
from mainstay.desk.models.moving import Import, ImportedContact
from mainstay.desk.models.raw import RawBody, RawMail
from mainstay.desk.models.result import ClockRecount, ClockResult, Recomputation
from mainstay.desk.models.saved import SavedReply
from mainstay.desk.models.survey import Survey
from mainstay.desk.models.ticket import Ticket
from mainstay.desk.models.wording import LetterWording

__all__ = [
    "Acknowledgement",
    "Article",
    "ArticleVersion",
    "ArticleVote",
    "Attachment",
    "ClockEvent",
    "ClockRecount",
    "ClockResult",
    "Delivery",
    "DeskAddress",
    "Draft",
    "EscalationProcedure",
    "EscalationStep",
    "EscalationTold",
    "ForeignTicket",
    "HelpPage",
    "Import",
    "ImportedContact",
    "LetterWording",
    "Mailbox",
    "MailboxCursor",
    "Message",
    "MessageText",
    "Presence",
    "RawBody",
    "RawMail",
    "Recomputation",
    "ReferenceCounter",
    "SavedReply",
    "SavedView",
    "Survey",
    "Ticket",
    "TicketBulk",
    "TicketBulkLine",
    "TicketClock",
    "TicketFollowUp",
    "TicketHold",
    "TicketLink",
    "TicketMerge",
    "TicketTag",
    "TicketWatch",
    "TimeEntry",
]
