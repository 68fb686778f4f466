"""A worker as a process of its own, on the database of the test. Arguments: the lease in seconds."""

import signal
import sys
import threading
from datetime import timedelta

import django


def main(lease_s: float) -> None:
    django.setup()
    from mainstay.common.jobs import run_forever  # late: Django must be set up first
    from tests.common import chores  # noqa: F401 - its tasks must be known

    stop_event = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop_event.set())
    print("ready", flush=True)
    run_forever(("bulk",), stop_event, lease=timedelta(seconds=lease_s))


if __name__ == "__main__":
    main(float(sys.argv[1]))
