"""A stored letter as a MIME message."""

from email.header import Header
from email.headerregistry import UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from mainstay.common import files
from mainstay.common.mail.letter import LetterRefused, address, one_line
from mainstay.common.models.outgoing_mail import OutgoingMail

NO_BYTES = {"message", "multipart"}
"""Kinds whose content a mail program would read as a part of the letter itself."""
LINE_MAX = 78
"""How long a line of a header should be (RFC 5322, section 2.1.1). A longer word stands on a line of its own."""


class _Plain(EmailPolicy):
    """Headers without a form of their own are folded between words, and never within one.

    The standard library writes a long word, such as a Message-ID of another system, as an encoded word: no mail program
    finds the conversation then. It loses spaces where encoded words and others meet.
    """

    def fold(self, name: str, value: Any) -> str:
        return _folded(name, value, self.linesep) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return _folded(name, value, self.linesep).encode("ascii") or super().fold_binary(name, value)


SEVEN_BIT = _Plain(linesep="\r\n", cte_type="7bit")
"""Every server on the way can carry it."""


def message_of(mail: OutgoingMail) -> EmailMessage:
    """The message, the same at each try: date and Message-ID are those of posting.

    Raises:
        LetterRefused: a stored header would begin a new one, or a file is not what it was.
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
    for each in mail.files:
        _enclose(message, each)
    return message


def _enclose(message: EmailMessage, given: dict[str, Any]) -> None:
    try:
        content = files.read(files.StoredFile.objects.get(pk=given["id"]))
    except (files.FileDamaged, files.StoredFile.DoesNotExist) as problem:
        raise LetterRefused(f"the file {given['name']} cannot be sent: {problem}") from problem
    main, _, sub = given["type"].partition("/")
    if main in NO_BYTES or not sub:
        main, sub = "application", "octet-stream"
    message.add_attachment(content, maintype=main, subtype=sub, filename=given["name"])


def _folded(name: str, value: Any, linesep: str) -> str:
    """The header with its name and line ends; empty for one that has a form of its own, as addresses have."""
    if not isinstance(value, UnstructuredHeader):
        return ""
    text = str(value)
    if not text.isascii() or "=?" in text:
        text = Header(text, "utf-8", LINE_MAX - 2, name).encode(linesep=linesep)
        return f"{name}: {text}{linesep}"
    lines = [f"{name}:"]
    for word in text.split(" "):
        if len(lines[-1]) + 1 + len(word) > LINE_MAX and lines[-1] not in ("", f"{name}:"):
            lines.append("")
        lines[-1] += f" {word}"
    return f"{linesep.join(lines)}{linesep}"


def _is_plain(text: str) -> bool:
    """Whether the text can travel as it is: ASCII in short lines."""
    return text.isascii() and all(len(line) <= 78 for line in text.splitlines())
