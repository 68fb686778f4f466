"""Facts about a ticket from its opening to its end, and about what is said on it. Pure."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class TicketFact:
    """A fact about one ticket."""

    kind: ClassVar[str] = ""
    ticket_id: int

    @property
    def subject(self) -> str:
        return f"ticket:{self.ticket_id}"


@dataclass(frozen=True, kw_only=True)
class TicketOpened(TicketFact):
    """A call was logged. `opened_at` is an ISO instant, `previous_id` the closed ticket that it follows."""

    kind: ClassVar[str] = "desk.ticket_opened"
    reference: str
    channel: str
    audience: str
    category: str
    priority: int
    opened_at: str
    website_id: int | None = None
    outage_id: int | None = None
    previous_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class MessageReceived(TicketFact):
    """The client wrote, by whatever channel."""

    kind: ClassVar[str] = "desk.message_received"
    message_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class MessageReleased(TicketFact):
    """Staff let the client read what somebody wrote who was not on the ticket."""

    kind: ClassVar[str] = "desk.message_released"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class ReplySent(TicketFact):
    """An answer went to the client. `by_person` is false for an automatic one, which stops no clock."""

    kind: ClassVar[str] = "desk.reply_sent"
    message_id: int
    by_person: bool


@dataclass(frozen=True, kw_only=True)
class NoteWritten(TicketFact):
    """A note for the team was written."""

    kind: ClassVar[str] = "desk.note_written"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class EventAdded(TicketFact):
    """Something that happened elsewhere was told on the ticket."""

    kind: ClassVar[str] = "desk.event_added"
    message_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class WaitingBegan(TicketFact):
    """The client was asked something; the resolution clock stands."""

    kind: ClassVar[str] = "desk.waiting_began"


@dataclass(frozen=True, kw_only=True)
class WaitingEnded(TicketFact):
    """The client has answered, or staff took the ticket up again."""

    kind: ClassVar[str] = "desk.waiting_ended"


@dataclass(frozen=True, kw_only=True)
class TicketResolved(TicketFact):
    """The difficulty is put right, as far as the desk can see."""

    kind: ClassVar[str] = "desk.ticket_resolved"


@dataclass(frozen=True, kw_only=True)
class TicketClosed(TicketFact):
    """The ticket is over. `code` says why: lapsed, agreed, spam, duplicate, unresolved."""

    kind: ClassVar[str] = "desk.ticket_closed"
    code: str


@dataclass(frozen=True, kw_only=True)
class TicketReopened(TicketFact):
    """A resolved ticket goes on: the same resolution clock, a new next-response clock."""

    kind: ClassVar[str] = "desk.ticket_reopened"


@dataclass(frozen=True, kw_only=True)
class TicketAssigned(TicketFact):
    """Somebody took the ticket on, or gave it back (`assignee_id` None)."""

    kind: ClassVar[str] = "desk.ticket_assigned"
    assignee_id: int | None


@dataclass(frozen=True, kw_only=True)
class PriorityChanged(TicketFact):
    """Another priority holds. `is_override` when it is not the one that impact and urgency give."""

    kind: ClassVar[str] = "desk.priority_changed"
    before: int
    after: int
    is_override: bool


@dataclass(frozen=True, kw_only=True)
class TicketMoved(TicketFact):
    """A ticket of an unknown sender was given to the client it belongs to."""

    kind: ClassVar[str] = "desk.ticket_moved"
    from_client_id: int
    to_client_id: int


@dataclass(frozen=True, kw_only=True)
class TicketSorted(TicketFact):
    """The ticket is of another category than was thought."""

    kind: ClassVar[str] = "desk.ticket_sorted"
    before: str
    after: str
