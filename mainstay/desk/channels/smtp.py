"""Mail in over SMTP or LMTP. A sender hears 250 only once the raw mail is committed to the database."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections, connections
from django.utils import timezone

from mainstay.desk import actions
from mainstay.desk.queries.addresses import is_listed, takes

RECIPIENTS_MAX = 100
SESSIONS_MAX = 100
IDLE_S = 60
NULL_SENDER = "<>"
"""What aiosmtpd calls the sender of reports and notices: something that is not nothing."""
LINE_MAX = 1024 * 1024
"""Bytes of one line: some programs write HTML without breaking it, and what they write must not be refused."""

log = structlog.get_logger()


class Desk:
    """What the listener does with what it hears."""

    def __init__(self, *, each_recipient: bool, writer: ThreadPoolExecutor) -> None:
        self.each_recipient, self.writer = each_recipient, writer

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str | None, options: list[str]
    ) -> str:
        envelope.mail_from = address or NULL_SENDER
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return "452 4.5.3 Too many recipients"
        try:
            if not is_listed(address) and not await self._is_kept(address):
                return "550 5.1.1 No such address here"
        except Exception:
            log.exception("address not looked up")
            return "451 4.3.0 The address could not be looked up; please try again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        try:
            source = "lmtp" if self.each_recipient else "smtp"
            await asyncio.get_running_loop().run_in_executor(self.writer, _store, envelope, source)
        except Exception:
            log.exception("mail not stored", size_bytes=len(envelope.original_content or b""))
            return self._answer(envelope, "451 4.3.0 The mail could not be stored; please try again")
        return self._answer(envelope, "250 2.0.0 Stored")

    async def _is_kept(self, address: str) -> bool:
        """Whether it is one of the addresses kept in the console."""
        return await asyncio.get_running_loop().run_in_executor(self.writer, _takes, _text(address))

    def _answer(self, envelope: Envelope, line: str) -> str:
        """One answer; over LMTP one for each recipient."""
        return "\r\n".join([line] * (len(envelope.rcpt_tos) if self.each_recipient else 1))


class _Bounded:
    """Longer lines than the standard allows, and no more sessions at once than memory bears.

    Whoever comes when all are taken gets the place of the session that has gone longest without handing a mail over,
    so that connections held open for nothing keep no mail out. Its sender hears 421 and tries again.
    """

    line_length_limit = LINE_MAX
    sessions: dict[Any, bool] = {}
    """The sessions, oldest first, each with whether it is handing a mail over."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self.sessions) >= SESSIONS_MAX:
            idle = next((each for each, is_busy in self.sessions.items() if not is_busy), None)
            _dismiss(idle.transport if idle else transport)
            if idle is None:
                return
            self.sessions.pop(idle)
        self.sessions[self] = False
        super().connection_made(transport)  # type: ignore[misc]

    def connection_lost(self, error: Exception | None) -> None:
        self.sessions.pop(self, None)
        super().connection_lost(error)  # type: ignore[misc]

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the name that aiosmtpd calls
        """Take the mail's content; afterwards the session counts as one that has just come."""
        self.sessions[self] = True
        try:
            await super().smtp_DATA(arg)  # type: ignore[misc]
        finally:
            if self.sessions.pop(self, False):
                self.sessions[self] = False


def _dismiss(transport: Any) -> None:
    """Say that there is no room, and hang up."""
    transport.write(b"421 4.3.2 Too many connections; please try again\r\n")
    transport.close()


class _Smtp(_Bounded, SMTP):
    pass


class _Lmtp(_Bounded, LMTP):
    pass


@asynccontextmanager
async def listening(address: str, *, protocol: str, size_limit: int) -> AsyncIterator[int]:
    """Listen at `address` ("127.0.0.1:2525") and give the port, until the block ends.

    One thread writes, over one connection to the database that is kept and closed with the listener.
    """
    host, _, port = address.rpartition(":")
    loop, kind = asyncio.get_running_loop(), _Lmtp if protocol == "lmtp" else _Smtp
    writer = ThreadPoolExecutor(1, thread_name_prefix="mail-writer")

    def session() -> SMTP:
        handler = Desk(each_recipient=protocol == "lmtp", writer=writer)
        return kind(
            handler, data_size_limit=size_limit, enable_SMTPUTF8=True, ident="Mainstay", hostname="mainstay",
            timeout=IDLE_S, loop=loop,
        )  # fmt: skip

    server = await loop.create_server(session, host.strip("[]"), int(port))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        await loop.run_in_executor(writer, connections.close_all)
        writer.shutdown()


def _takes(address: str) -> bool:
    close_old_connections()
    try:
        return takes(address)
    finally:
        close_old_connections()


def _store(envelope: Envelope, source: str) -> None:
    close_old_connections()
    try:
        actions.receive(
            raw=bytes(envelope.original_content or b""),
            mail_from=_text((envelope.mail_from or "").removeprefix(NULL_SENDER)),
            rcpt_to=[_text(each) for each in envelope.rcpt_tos],
            at=timezone.now(),
            source=source,
        )
    finally:
        close_old_connections()


def _text(address: str) -> str:
    """An address of the envelope as a database can hold it, whatever bytes it was made of."""
    return address.encode("utf-8", "replace").decode().replace("\x00", "")
