"""What can be done at the desk. All keyword-only, each in one transaction, with its fact."""

from mainstay.desk.actions.conversation import add_event, add_message, note, reply
from mainstay.desk.actions.ending import close, resolve
from mainstay.desk.actions.errors import AnswerNeeded, NotParked, ReasonNeeded, TicketIsOver, WrongClient
from mainstay.desk.actions.handling import assign, move, set_priority
from mainstay.desk.actions.intake import postpone, receive, take_in
from mainstay.desk.actions.opening import Origin, open_ticket
from mainstay.desk.actions.parked import dismiss, open_parked
from mainstay.desk.actions.waiting import reopen, resume, wait_for_client

__all__ = [
    "AnswerNeeded",
    "NotParked",
    "Origin",
    "ReasonNeeded",
    "TicketIsOver",
    "WrongClient",
    "add_event",
    "add_message",
    "assign",
    "close",
    "dismiss",
    "move",
    "note",
    "open_parked",
    "open_ticket",
    "postpone",
    "receive",
    "reopen",
    "reply",
    "resolve",
    "resume",
    "set_priority",
    "take_in",
    "wait_for_client",
]
