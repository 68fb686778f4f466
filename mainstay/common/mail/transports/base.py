"""What a transport is, and how it fails."""

from email.message import EmailMessage
from typing import Protocol


class MailUrlWrong(ValueError):
    """`MAINSTAY_MAIL_URL` cannot be used; the message says what is expected, never a password."""


class TemporaryFailure(Exception):
    """The letter was not taken now; it may be later."""


class PermanentFailure(Exception):
    """The letter will never be taken."""


class Transport(Protocol):
    """A way out for mail."""

    def send(self, message: EmailMessage, *, mail_from: str, rcpt_to: str) -> None:
        """Hand the message on. Returns when the other side has taken responsibility.

        Raises:
            TemporaryFailure: try again later.
            PermanentFailure: do not.
        """

    def probe(self) -> str:
        """Look whether mail could go out now, without sending any; a sentence that says where it goes.

        Raises:
            TemporaryFailure: it could not.
        """
