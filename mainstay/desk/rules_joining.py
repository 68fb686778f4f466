"""Whose mail may join whose ticket: one table, by the sign that leads there, who writes, and whether that is confirmed.

`docs/use/mail.md` tells the same table in words.
"""

from enum import StrEnum

from mainstay.desk.letters.authentication import Confirmation


class Sign(StrEnum):
    """What leads a mail to a ticket: a token of ours, a Message-ID that the desk knows, the number in the subject."""

    TOKEN = "token"  # nosec B105 # noqa: S105 - the word of a choice
    KNOWN_ID = "known_id"
    NUMBER = "number"


class Writer(StrEnum):
    """What whoever writes is to the ticket: staff; on it, as who asked or is its client's contact; another client's
    contact; or nobody who is known."""

    STAFF = "staff"
    ON_IT = "on_it"
    ELSEWHERE = "elsewhere"
    STRANGER = "stranger"


class Joining(StrEnum):
    """What becomes of a mail: a note for the team; part of the ticket, read by the client; part of it, held back until
    staff releases it; a ticket of its own that the team finds linked; a ticket of its own."""

    NOTE = "note"
    SHOWN = "shown"
    HELD = "held"
    APART = "apart"
    ALONE = "alone"

    @property
    def joins(self) -> bool:
        """Whether it becomes part of the ticket."""
        return self in (Joining.NOTE, Joining.SHOWN, Joining.HELD)


_CONFIRMED, _DOUBTED, _UNASKED = Confirmation.CONFIRMED, Confirmation.DOUBTED, Confirmation.UNASKED
_JOINING = {
    (Writer.STAFF, _CONFIRMED): (Joining.NOTE, Joining.NOTE, Joining.NOTE),
    (Writer.STAFF, _UNASKED): (Joining.NOTE, Joining.HELD, Joining.ALONE),
    (Writer.STAFF, _DOUBTED): (Joining.HELD, Joining.HELD, Joining.ALONE),
    (Writer.ON_IT, _CONFIRMED): (Joining.SHOWN, Joining.SHOWN, Joining.SHOWN),
    (Writer.ON_IT, _UNASKED): (Joining.SHOWN, Joining.SHOWN, Joining.SHOWN),
    (Writer.ON_IT, _DOUBTED): (Joining.SHOWN, Joining.HELD, Joining.ALONE),
    **{(Writer.ELSEWHERE, each): (Joining.APART, Joining.APART, Joining.ALONE) for each in Confirmation},
    **{(Writer.STRANGER, each): (Joining.HELD, Joining.HELD, Joining.ALONE) for each in Confirmation},
}
"""By a token, by a known Message-ID, by the number."""


def joining(sign: Sign, writer: Writer, confirmation: Confirmation) -> Joining:
    """What becomes of a mail that `sign` leads to a ticket."""
    by_token, by_id, by_number = _JOINING[writer, confirmation]
    return {Sign.TOKEN: by_token, Sign.KNOWN_ID: by_id, Sign.NUMBER: by_number}[sign]
