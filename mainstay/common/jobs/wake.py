"""Waking the lanes of this process. Other processes notice by looking."""

import threading

from django.db import transaction

from mainstay.common.jobs.lanes import LANES

_events = {lane: threading.Event() for lane in LANES}


def wake(queue: str) -> None:
    """Let the lane `queue` of this process look for work once the running transaction is committed."""
    transaction.on_commit(_events[queue].set)


def event_of(queue: str) -> threading.Event:
    """The event that is set when the lane has something to look at."""
    return _events[queue]
