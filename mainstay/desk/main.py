"""`mainstay mail`: takes mail in until it is told to stop."""

import asyncio
import threading
from contextlib import AsyncExitStack

import structlog
from django.conf import settings

from mainstay.desk.channels import smtp
from mainstay.desk.channels.reading import Readers

TICK_S = 0.2
SETTLE_S = 3.0
log = structlog.get_logger()


def run(stop_event: threading.Event) -> None:
    """Listen for mail and read the mailboxes, as settings and console say, until `stop_event` is set."""
    asyncio.run(_run(stop_event))


async def _run(stop_event: threading.Event) -> None:
    options = settings.MAINSTAY
    async with AsyncExitStack() as stack:
        if options.mail_listen:
            port = await stack.enter_async_context(
                smtp.listening(options.mail_listen, protocol=options.mail_protocol, size_limit=options.mail_size_limit)
            )
            log.info("mail listener ready", protocol=options.mail_protocol, port=port)
        await asyncio.gather(_until(stop_event), _read_mailboxes(stop_event))


async def _until(stop_event: threading.Event) -> None:
    while not stop_event.is_set():
        await asyncio.sleep(TICK_S)


async def _read_mailboxes(stop_event: threading.Event) -> None:
    """Read every mailbox, and look every few seconds whether one was added, changed or paused."""
    readers = Readers()
    try:
        while not stop_event.is_set():
            await asyncio.to_thread(readers.settle)
            await _sleep(SETTLE_S, stop_event)
    finally:
        await asyncio.to_thread(readers.end)


async def _sleep(seconds: float, stop_event: threading.Event) -> None:
    waited = 0.0
    while waited < seconds and not stop_event.is_set():
        await asyncio.sleep(TICK_S)
        waited += TICK_S
