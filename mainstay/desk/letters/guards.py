"""Recognising mail that no person wrote, so that two machines never talk to each other."""

from collections.abc import Callable

from mainstay.desk.facts import ParkReason
from mainstay.desk.letters.parsed import Parsed


def park_reason(
    mail: Parsed, mail_from: str, *, is_own: Callable[[str], bool], recent: int, limit: int
) -> ParkReason | None:
    """Why this mail is to be set aside, or None when it is a person's.

    Args:
        mail_from: sender of the envelope, empty for the null sender that reports and notices have.
        is_own: whether a message id is one that this installation gave out.
        recent: mails taken in from the same address in the last hour; more than `limit` is a flood.
    """
    if is_own(mail.message_id):
        return ParkReason.OWN
    if mail.bounce is not None or mail_from == "" or mail.sender.startswith("mailer-daemon@"):
        return ParkReason.BOUNCE
    if mail.is_automatic:
        return ParkReason.AUTO_REPLY
    if mail.is_list:
        return ParkReason.LIST
    return ParkReason.FLOOD if recent > limit else None
