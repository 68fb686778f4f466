"""A ticket of another help desk before anything is saved, and what of it cannot be kept. Pure."""

from dataclasses import dataclass
from datetime import datetime

from mainstay.desk.facts import MessageKind, TicketState
from mainstay.desk.letters.parsed import Part


class FileRefused(ValueError):
    """The file is none that tickets can be read from; the text says why."""


class NotTaken(Exception):
    """A ticket or message cannot be kept; the text says why."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever asked or wrote; `is_staff` where the agency did."""

    name: str = ""
    address: str = ""
    is_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """One entry of a ticket. Whatever is a note is never public. `message_id` stands in angle brackets, or is empty."""

    kind: MessageKind
    at: datetime
    author: Person
    text: str
    html: str = ""
    message_id: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def is_public(self) -> bool:
        return self.kind is not MessageKind.NOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """A ticket as it would be kept: `foreign_id` is its key there, `number` what stood in the subject of its mails.

    `assignee` is whoever had it in hand, with a mail address; `tags` are as the desk writes them.
    """

    foreign_id: str
    number: str
    subject: str
    state: TicketState
    opened_at: datetime
    updated_at: datetime
    requester: Person
    priority: int = 3
    organisation: str = ""
    close_code: str = ""
    assignee: Person | None = None
    tags: tuple[str, ...] = ()
    messages: tuple[MessageDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not taken: of which ticket (empty: of the file), what, and why. `is_whole`: nothing of the ticket is."""

    ticket: str
    what: str
    why: str
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What the files hold."""

    product: str
    drafts: tuple[TicketDraft, ...]
    left_out: tuple[LeftOut, ...]
