"""The jobs of `common` itself: bringing facts to their handlers, sending mail and messages, clearing up."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings

from mainstay.common import facts, files, mail, notify
from mainstay.common.jobs import clean, periodic
from mainstay.common.seals import StampRefused, stamps

__all__ = ["clear_up", "facts", "mail", "notify", "stamp_head", "sweep_files"]

log = structlog.get_logger()


@periodic(every=timedelta(minutes=10), queue="bulk")
def clear_up(at: datetime) -> None:
    """Delete the finished jobs and deliveries that nobody needs any more, a bounded number at a time."""
    clean.jobs(at)
    clean.deliveries(at)


@periodic(every=timedelta(minutes=30), queue="notify", max_attempts=1)
def stamp_head(at: datetime) -> None:
    """Have the sealed log's head stamped, about once a day. What fails is logged, and tried at the next turn."""
    url, roots = settings.MAINSTAY.timestamp_url, settings.MAINSTAY.timestamp_roots
    found = stamps.unstamped(at) if url else None
    if found is None:
        return
    try:
        got = stamps.stamp(found, url=url, roots=roots)
    except StampRefused as problem:
        log.error("no time stamp", url=url, reason=str(problem))
    else:
        log.info("time stamp", size=found.size, at=got.at.isoformat(), authority=got.authority)


@periodic(every=timedelta(days=1), queue="bulk")
def sweep_files(at: datetime) -> None:
    """Delete contents of files that no row names."""
    files.sweep(at)
