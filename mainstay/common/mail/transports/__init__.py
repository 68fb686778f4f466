"""The ways out for mail: one file each, and one line in the table. `MAINSTAY_MAIL_URL` chooses."""

from collections.abc import Callable

from mainstay.common.mail.transports.base import MailUrlWrong, PermanentFailure, TemporaryFailure, Transport
from mainstay.common.mail.transports.console import Console
from mainstay.common.mail.transports.folder import Folder
from mainstay.common.mail.transports.smtp import Smtp

__all__ = ["MailUrlWrong", "PermanentFailure", "TemporaryFailure", "Transport", "transport_for"]

TRANSPORTS: dict[str, Callable[[str], Transport]] = {
    "smtp": Smtp,
    "smtps": Smtp,
    "smtp+starttls": Smtp,
    "console": Console,
    "file": Folder,
}


def transport_for(url: str) -> Transport:
    """The transport that `url` names.

    Raises:
        MailUrlWrong: it names none, or is incomplete.
    """
    scheme, colon, _ = url.partition(":")
    if not colon or scheme not in TRANSPORTS:
        raise MailUrlWrong(f"MAINSTAY_MAIL_URL must begin with {', '.join(f'{each}:' for each in TRANSPORTS)}")
    return TRANSPORTS[scheme](url)
