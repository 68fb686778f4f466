"""What can be said about the ways of mail: mailboxes, addresses, and letters that did not arrive."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from mainstay.desk.facts import TicketFact


class Security(StrEnum):
    """How the connection to a mailbox is kept from others."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class SignIn(StrEnum):
    """How Mainstay shows a mailbox who it is."""

    PASSWORD = "password"  # nosec B105 # noqa: S105 - the word of a choice
    OAUTH2 = "oauth2"


class Stand(StrEnum):
    """Where a letter stands on its way to one recipient."""

    WAITING = "waiting"
    DEFERRED = "deferred"
    HANDED_OVER = "handed_over"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    FAILED = "failed"


def stand(*, state: str, attempts: int, is_bounced: bool, is_hard: bool) -> Stand:
    """Where a letter stands: `state` is that of the letter (queued, sent, failed), the rest what came back."""
    if is_bounced:
        return Stand.BOUNCED if is_hard else Stand.DELAYED
    if state == "sent":
        return Stand.HANDED_OVER
    if state == "failed":
        return Stand.FAILED
    return Stand.DEFERRED if attempts else Stand.WAITING


@dataclass(frozen=True, kw_only=True)
class MailboxKept:
    """A mailbox that the desk reads was added, changed, paused, resumed or removed: `step`."""

    kind: ClassVar[str] = "desk.mailbox_kept"
    mailbox_id: int
    step: str

    @property
    def subject(self) -> str:
        return f"mailbox:{self.mailbox_id}"


@dataclass(frozen=True, kw_only=True)
class AddressKept:
    """An address of the desk was added, changed or removed: `step`. `client_id` is whose mail comes to it."""

    kind: ClassVar[str] = "desk.address_kept"
    address_id: int
    step: str
    client_id: int | None = None

    @property
    def subject(self) -> str:
        return f"address:{self.address_id}"


@dataclass(frozen=True, kw_only=True)
class LetterNotDelivered(TicketFact):
    """A letter of the ticket could not be handed over for good. `message_id` is the message that it held."""

    kind: ClassVar[str] = "desk.letter_not_delivered"
    mail_id: int
    message_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class LetterSentAgain(TicketFact):
    """Somebody had a letter of the ticket sent again: as `mail_id`."""

    kind: ClassVar[str] = "desk.letter_sent_again"
    mail_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class LetterLeft(TicketFact):
    """Somebody has seen that a letter did not arrive, and left it so."""

    kind: ClassVar[str] = "desk.letter_left"
    mail_id: int
    message_id: int
