"""A stored letter as a MIME message."""

from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from mainstay.common.mail.letter import address, one_line
from mainstay.common.models.outgoing_mail import OutgoingMail

SEVEN_BIT = policy.SMTP.clone(cte_type="7bit")
"""Every server on the way can carry it."""


def message_of(mail: OutgoingMail) -> EmailMessage:
    """The message, the same at each try: date and Message-ID are those of posting.

    Raises:
        LetterRefused: a stored header would begin a new one.
    """
    message = EmailMessage(policy=SEVEN_BIT)
    message["From"] = address("From", mail.sender)
    message["To"] = address("To", mail.recipient)
    message["Subject"] = one_line("Subject", mail.subject)
    message["Date"] = format_datetime(mail.posted_at)
    message["Message-ID"] = mail.message_id
    for header, value in mail.headers.items():
        message[header] = one_line(header, value)
    message.set_content(mail.text, cte=None if _is_plain(mail.text) else "quoted-printable")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def _is_plain(text: str) -> bool:
    """Whether the text can travel as it is: ASCII in short lines."""
    return text.isascii() and all(len(line) <= 78 for line in text.splitlines())
