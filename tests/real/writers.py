"""People who write to Mainstay without pause, and remember what was acknowledged."""

import smtplib
import threading
import urllib.error
from collections.abc import Callable
from email.message import EmailMessage
from itertools import count

from tests.real.installation import Installation
from tests.real.stage import DESK, signed_in
from tests.real.visitor import Visitor

PAUSE_S = 0.1
WRITTEN = """
from mainstay.desk.models import Message, RawMail, Ticket
answer = {
    "subjects": list(Ticket.objects.values_list("subject", flat=True)),
    "texts": list(Message.objects.values_list("text", flat=True)),
    "unread": RawMail.objects.filter(state="stored").count(),
}
"""


class Writer(threading.Thread):
    """Writes one thing after the other until it is told to stop. `acknowledged` holds the words of what was taken."""

    def __init__(self, write: Callable[[str], bool], word: str, start: int = 0, *, repeats: bool = False) -> None:
        super().__init__(daemon=True)
        self.acknowledged: list[str] = []
        self._write, self._word, self._start, self._repeats = write, word, start, repeats
        self._ended = threading.Event()

    def run(self) -> None:
        for number in count(self._start):
            while not self._ended.is_set():
                words = f"{self._word} {number:04}."
                if self._write(words):
                    self.acknowledged.append(words)
                    break
                self._ended.wait(PAUSE_S)
                if not self._repeats:
                    break
            if self._ended.wait(PAUSE_S):
                return

    def end(self) -> list[str]:
        """What was acknowledged in all."""
        self._ended.set()
        self.join(60)
        assert not self.is_alive(), f"the writer of {self._word!r} hangs"
        return self.acknowledged


def mail_writer(installation: Installation) -> Writer:
    """A mail server of many people: what was not acknowledged is sent again, as it was."""

    def write(words: str) -> bool:
        mail = EmailMessage()
        name = words.rstrip(".").replace(" ", ".").lower()
        mail["From"], mail["To"], mail["Subject"] = f"{name}@alder.example", DESK, words
        mail["Message-ID"] = f"<{name}@alder.example>"
        mail.set_content(f"About this: {words}")
        try:
            with smtplib.SMTP("127.0.0.1", installation.smtp_port, timeout=20) as client:
                client.send_message(mail)
        except (smtplib.SMTPException, OSError):
            return False
        return True

    return Writer(write, "Mailed", repeats=True)


def api_writer(installation: Installation) -> Writer:
    """A program of the agency that opens tickets."""

    def write(words: str) -> bool:
        try:
            installation.call("POST", "/clients/alder/tickets", {"subject": words, "text": "From a program."})
        except (OSError, urllib.error.HTTPError, ValueError):
            return False
        return True

    return Writer(write, "Called")


def form_writer(installation: Installation, reference: str) -> Writer:
    """Somebody in the console who writes notes on one ticket; signs in again when the site was away."""
    visitors: list[Visitor] = []
    page = f"/console/desk/{reference}/"

    def write(words: str) -> bool:
        try:
            if not visitors:
                visitors.append(signed_in(installation))
            return "Note kept." in visitors[0].send(f"{page}note/", seen_on=page, text=words)
        except (OSError, urllib.error.HTTPError, ValueError):
            return False

    return Writer(write, "Noted")


def all_mail_read(installation: Installation) -> dict[str, list[str]] | None:
    """Subjects and texts of all there is at the desk, once no mail waits to be read."""
    found = installation.ask(WRITTEN)
    return None if found["unread"] else found
