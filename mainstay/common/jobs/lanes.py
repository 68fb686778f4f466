"""The lanes in which jobs run. A slow lane never delays another."""

LANES = ("facts", "timers", "mail", "notify", "bulk")


class NoSuchLane(ValueError):
    """A queue that no worker works on."""


def checked(queue: str) -> str:
    """`queue`, if it is a lane.

    Raises:
        NoSuchLane: it is none.
    """
    if queue not in LANES:
        raise NoSuchLane(f"no lane is called {queue!r}; there are {', '.join(LANES)}")
    return queue
