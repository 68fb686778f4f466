"""Short words for what the desk's tests do again and again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mainstay.common.models import OutgoingMail
from mainstay.desk import actions, queries
from mainstay.desk.models import RawMail, Ticket
from mainstay.desk.queries import ClockView
from tests.cast import Cast

DESK = "support@localhost"


@dataclass
class Stage:
    """The desk at an instant, which moves on by `later`."""

    cast: Cast
    now: datetime

    def later(self, **length: float) -> datetime:
        """Let time go by."""
        self.now += timedelta(**length)
        return self.now

    def ticket(self, **fields: Any) -> Ticket:
        """A ticket of client A, from its requester unless said otherwise."""
        client = fields.pop("client", self.cast.a)
        given = {
            "subject": "The logo is gone",
            "text": "Since this morning.",
            "channel": "portal",
            "audience": "website_user",
            "requester": client.contacts.filter(role="requester").first(),
            "by": self.cast.a_requester,
            "at": self.now,
        }
        return actions.open_ticket(client=client, **{**given, **fields})

    def reply(self, ticket: Ticket, text: str = "We are looking.", **fields: Any) -> Any:
        return actions.reply(ticket=ticket, text=text, **{"by": self.cast.helper, "at": self.now, **fields})

    def wrote(self, ticket: Ticket, text: str = "Any news?") -> Any:
        """The client writes on the ticket."""
        return actions.add_message(ticket=ticket, text=text, channel="portal", by=self.cast.a_requester, at=self.now)

    def clock(self, ticket: Ticket, kind: str, number: int = 1) -> ClockView:
        found = [each for each in queries.clocks(ticket, self.now) if (each.kind, each.number) == (kind, number)]
        assert found, f"no {kind} clock {number}"
        return found[0]

    def kinds(self, ticket: Ticket) -> list[str]:
        return [f"{each.kind} {each.number} {each.state}" for each in queries.clocks(ticket, self.now)]

    def mail(self, raw: bytes, *, mail_from: str = "", rcpt_to: str = DESK, source: str = "smtp") -> RawMail:
        """Take a mail in, as the listener and the worker do."""
        sender = mail_from or _sender(raw)
        stored = actions.receive(raw=raw, mail_from=sender, rcpt_to=[rcpt_to], at=self.now, source=source)
        return actions.take_in(raw=stored, at=self.now)


def letter(sender: str = "rita.alder@example.org", text: str = "It is broken.", **fields: str) -> bytes:
    """The bytes of a plain mail."""
    head = {"From": f"Somebody <{sender}>", "To": DESK, "Subject": "Broken", **fields}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in head.items() if value]
    return ("\r\n".join(lines) + "\r\n\r\n" + text + "\r\n").encode()


def sent_to(address: str) -> list[OutgoingMail]:
    """The letters to an address, oldest first."""
    return list(OutgoingMail.objects.filter(recipient__contains=address).order_by("id"))


def _sender(raw: bytes) -> str:
    line = next((each for each in raw.split(b"\r\n") if each.startswith(b"From:")), b"")
    return line.decode("utf-8", "replace").rpartition("<")[2].rstrip(">")
