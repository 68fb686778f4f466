"""Mail on the console, for development."""

import sys
from email.message import EmailMessage


class Console:
    """Writes letters to standard output."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, message: EmailMessage, *, mail_from: str, rcpt_to: str) -> None:
        body = message.get_body(("plain",))
        sys.stdout.write(
            f"--- mail to {rcpt_to}\nFrom: {message['From']}\nSubject: {message['Subject']}\n\n"
            f"{body.get_content() if body else ''}---\n"
        )
        sys.stdout.flush()

    def probe(self) -> str:
        return "mail is written to the console"
