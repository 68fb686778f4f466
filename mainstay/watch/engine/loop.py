"""The loop that everything of one prober runs in: sockets by epoll, timers by a heap."""

import heapq
import os
import select
from collections.abc import Callable
from itertools import count

from mainstay.watch.engine.clock import boot_s

READ = select.EPOLLIN
WRITE = select.EPOLLOUT
TROUBLE = select.EPOLLERR | select.EPOLLHUP
WAIT_S_MAX = 1.0

Ready = Callable[[int, int], None]


class Timer:
    """Something to be done at an instant of `boot_s`, unless it is cancelled before."""

    __slots__ = ("act", "at")

    def __init__(self, at: float, act: Callable[[], None]) -> None:
        self.at = at
        self.act: Callable[[], None] | None = act

    def cancel(self) -> None:
        self.act = None


class Loop:
    """Calls back when a socket is ready or a time has come. One thread only, except for `wake`."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._ready: dict[int, Ready] = {}
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = count()
        self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.watch(self._wake_fd, READ, self._woken)

    def watch(self, fd: int, events: int, ready: Ready) -> None:
        """Call `ready(fd, events)` when `fd` is; replaces what was asked for the same fd."""
        known = fd in self._ready
        self._ready[fd] = ready
        if known:
            self._poll.modify(fd, events)
        else:
            self._poll.register(fd, events)

    def unwatch(self, fd: int) -> None:
        """Forget `fd`. Must come before it is closed."""
        if self._ready.pop(fd, None) is None:
            return
        try:
            self._poll.unregister(fd)
        except OSError:  # it was closed under us: epoll has forgotten it already
            return

    def at(self, when: float, act: Callable[[], None]) -> Timer:
        """Call `act` when `boot_s` has reached `when`."""
        timer = Timer(when, act)
        heapq.heappush(self._timers, (when, next(self._order), timer))
        return timer

    def after(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Call `act` once `seconds` have passed."""
        return self.at(boot_s() + seconds, act)

    def run(self, until: Callable[[], bool]) -> None:
        """Turn until `until()` is true."""
        while not until():
            self.turn(WAIT_S_MAX)

    def turn(self, wait_s_max: float) -> None:
        """Wait for the next event, at most `wait_s_max`, and call back everything that is due."""
        for fd, events in self._poll.poll(self._wait_s(wait_s_max)):
            ready = self._ready.get(fd)
            if ready is not None:
                ready(fd, events)
        self._run_timers()

    def wake(self) -> None:
        """End the present wait. May be called from any thread and from a signal handler."""
        os.eventfd_write(self._wake_fd, 1)

    def close(self) -> None:
        """Give the loop's own descriptors back."""
        self._poll.close()
        os.close(self._wake_fd)

    def _wait_s(self, wait_s_max: float) -> float:
        if not self._timers:
            return wait_s_max
        return min(wait_s_max, max(0.0, self._timers[0][0] - boot_s()))

    def _run_timers(self) -> None:
        now = boot_s()
        while self._timers and self._timers[0][0] <= now:
            timer = heapq.heappop(self._timers)[2]
            if timer.act is not None:
                timer.act()

    def _woken(self, fd: int, _events: int) -> None:
        os.eventfd_read(fd)
