"""`mainstay mail`: takes mail in until it is told to stop."""

import asyncio
import threading
from contextlib import AsyncExitStack

import structlog
from django.conf import settings
from django.db import connections
from django.utils import timezone

from mainstay.desk.channels import imap, smtp

TICK_S = 0.2
log = structlog.get_logger()


def run(stop_event: threading.Event) -> None:
    """Listen for mail and read the mailbox, as the settings say, until `stop_event` is set."""
    asyncio.run(_run(stop_event))


async def _run(stop_event: threading.Event) -> None:
    options = settings.MAINSTAY
    async with AsyncExitStack() as stack:
        if options.mail_listen:
            port = await stack.enter_async_context(
                smtp.listening(options.mail_listen, protocol=options.mail_protocol, size_limit=options.mail_size_limit)
            )
            log.info("mail listener ready", protocol=options.mail_protocol, port=port)
        reading = [_read_mailbox(stop_event)] if options.imap_url else []
        await asyncio.gather(_until(stop_event), *reading)


async def _until(stop_event: threading.Event) -> None:
    while not stop_event.is_set():
        await asyncio.sleep(TICK_S)


async def _read_mailbox(stop_event: threading.Event) -> None:
    """Look into the mailbox at the interval set. What goes wrong is logged, and the next look comes all the same."""
    where = imap.mailbox(settings.MAINSTAY.imap_url)
    while not stop_event.is_set():
        await asyncio.to_thread(_look, where)
        await _sleep(settings.MAINSTAY.imap_interval, stop_event)


def _look(where: imap.Mailbox) -> None:
    try:
        taken = imap.poll(where, at=timezone.now(), size_limit=settings.MAINSTAY.mail_size_limit)
    except Exception:
        log.exception("mailbox not read", mailbox=where.name)
    else:
        log.debug("mailbox read", mailbox=where.name, taken=taken)
    finally:
        connections.close_all()


async def _sleep(seconds: float, stop_event: threading.Event) -> None:
    waited = 0.0
    while waited < seconds and not stop_event.is_set():
        await asyncio.sleep(TICK_S)
        waited += TICK_S
