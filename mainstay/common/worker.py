"""The jobs of `common` itself: bringing facts to their handlers, sending mail and messages, clearing up."""

from datetime import datetime, timedelta

from mainstay.common import facts, files, mail, notify
from mainstay.common.jobs import clean, periodic

__all__ = ["clear_up", "facts", "mail", "notify", "sweep_files"]


@periodic(every=timedelta(minutes=10), queue="bulk")
def clear_up(at: datetime) -> None:
    """Delete the finished jobs and deliveries that nobody needs any more, a bounded number at a time."""
    clean.jobs(at)
    clean.deliveries(at)


@periodic(every=timedelta(days=1), queue="bulk")
def sweep_files(at: datetime) -> None:
    """Delete contents of files that no row names."""
    files.sweep(at)
