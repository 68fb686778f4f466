"""Facts about mail that came in, and about letters that came back. Pure."""

from dataclasses import dataclass
from typing import ClassVar

from mainstay.desk.facts.ticket import TicketFact


@dataclass(frozen=True, kw_only=True)
class MailStored:
    """A mail was taken in: from here on it cannot be lost."""

    kind: ClassVar[str] = "desk.mail_stored"
    raw_id: int
    sha256: str
    size_bytes: int

    @property
    def subject(self) -> str:
        return f"mail:{self.raw_id}"


@dataclass(frozen=True, kw_only=True)
class MailParked:
    """A mail was set aside for a person to look at."""

    kind: ClassVar[str] = "desk.mail_parked"
    raw_id: int
    reason: str

    @property
    def subject(self) -> str:
        return f"mail:{self.raw_id}"


@dataclass(frozen=True, kw_only=True)
class ParkedMailReviewed:
    """A person has looked at a parked mail. `outcome`: dismissed or opened."""

    kind: ClassVar[str] = "desk.parked_mail_reviewed"
    raw_id: int
    outcome: str

    @property
    def subject(self) -> str:
        return f"mail:{self.raw_id}"


@dataclass(frozen=True, kw_only=True)
class LetterBounced(TicketFact):
    """A letter of the ticket came back, or is late (`is_hard` false). `message_id` is the message that it held."""

    kind: ClassVar[str] = "desk.letter_bounced"
    message_id: int | None
    raw_id: int
    is_hard: bool
