"""A mail server on loopback that keeps what it is given."""

import socket
import time
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any, cast

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Arrival:
    """One message as it came over SMTP: its envelope and its content."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return cast(EmailMessage, message_from_bytes(self.raw, policy=default))

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text of the message."""
        body = self.message.get_body(("plain",))
        return body.get_content() if body else ""


class Mailbox:
    """Listens while the `with` block runs. `url` is its address as MAINSTAY_MAIL_URL takes it."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.refuse_with = ""
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def wait_for(self, count: int, timeout_s: float = 20) -> list[Arrival]:
        """The arrivals, as soon as there are `count` of them."""
        deadline = time.monotonic() + timeout_s
        while len(self.arrivals) < count:
            assert time.monotonic() < deadline, f"{len(self.arrivals)} of {count} messages in {timeout_s} s"
            time.sleep(0.02)
        return list(self.arrivals)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuse_with:
            return self.refuse_with
        self.arrivals.append(Arrival(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content))
        return "250 kept"

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._controller.stop()


def free_port() -> int:
    """A TCP port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
