"""What a kind of channel is, and how it fails."""

from dataclasses import dataclass
from typing import Protocol


class AddressWrong(ValueError):
    """The address of a channel cannot be used; the message is for the person who gave it, and holds no secret."""


class NotTaken(Exception):
    """The message was not taken now; it may be later. The text says why, without a secret."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is said on a channel: a title in one line, and a short plain text."""

    title: str
    text: str


class Kind(Protocol):
    """A kind of channel, stateless. One file, and one line in the registry."""

    key: str
    label: str
    help_text: str

    def check(self, address: str, *, allow_private: bool) -> None:
        """Look at an address before it is kept, without sending anything.

        Raises:
            AddressWrong: it is none of this kind, or leads where nothing is sent.
        """

    def send(self, address: str, message: Message, *, allow_private: bool) -> None:
        """Hand `message` over. Returns when the other side has taken it.

        Raises:
            AddressWrong: it can never be taken.
            NotTaken: try again later.
        """
