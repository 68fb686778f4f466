"""HTTP requests on libcurl's multi interface, driven by the loop.

Handles are used again, connections and TLS sessions never are. Names do not reach libcurl: each request goes to the
one address that it was given, and the socket is opened only when libcurl really wants that address and it is still
one that may be looked at.
"""

from collections import deque
from dataclasses import replace
from typing import Any

import pycurl
import structlog

from mainstay.watch.codes import Code
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.engine.handle import Done, Handle
from mainstay.watch.engine.loop import READ, TROUBLE, WRITE, Loop, Timer
from mainstay.watch.engine.steps import Fetch, Fetched

log = structlog.get_logger()

TRANSFERS_MAX = 1000
CERTIFICATE_EVERY_S = 600.0
CERTIFICATES_MAX = 50_000

_EVENTS = {pycurl.POLL_IN: READ, pycurl.POLL_OUT: WRITE, pycurl.POLL_INOUT: READ | WRITE}


class Transfers:
    """All requests in flight of one prober."""

    def __init__(self, loop: Loop, ca_file: str, *, transfers_max: int = TRANSFERS_MAX) -> None:
        self._loop = loop
        self._ca_file = ca_file
        self._room = transfers_max
        self._idle: list[Handle] = []
        self._waiting: deque[tuple[Fetch, float, Done]] = deque()
        self._running: dict[pycurl.Curl, Handle] = {}
        self._certificates: dict[tuple[str, int], float] = {}
        self._timer: Timer | None = None
        self._wanted_at = float("inf")
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._socket_wanted)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._timer_wanted)

    def fetch(self, wanted: Fetch, deadline: float, done: Done) -> None:
        """Make the request; `done` gets its outcome by `deadline` (of `boot_s`).

        It waits when too many are running. What has no time left after that is the prober's own fault.
        """
        if len(self._running) >= self._room:
            self._waiting.append((wanted, deadline, lambda found: done(_for_want_of_room(found))))
            return
        slot = self._idle.pop() if self._idle else Handle(self._ca_file)
        try:
            slot.begin(wanted, deadline, done, with_certificate=wanted.inspect or self._wants_certificate(wanted))
        except (pycurl.error, ValueError, TypeError):  # libcurl cannot be told this: it may come out of the queue
            log.exception("a request could not be made")
            slot.curl.close()
            done(Fetched(problem=Code.PROBER_FAULT))
            return
        self._running[slot.curl] = slot
        self._multi.add_handle(slot.curl)

    def close(self) -> None:
        """Break off what is running; nobody is told."""
        self._waiting.clear()
        for slot in self._running.values():
            self._multi.remove_handle(slot.curl)
            slot.curl.close()
        for slot in self._idle:
            slot.curl.close()
        self._running.clear()
        self._idle.clear()
        if self._timer is not None:
            self._timer.cancel()
        self._multi.close()

    def _wants_certificate(self, wanted: Fetch) -> bool:
        """Whether the server's certificate was not read out for a while."""
        if not wanted.url.startswith("https:"):
            return False
        server, now = (wanted.host, wanted.port), boot_s()
        if now - self._certificates.get(server, float("-inf")) < CERTIFICATE_EVERY_S:
            return False
        if len(self._certificates) >= CERTIFICATES_MAX:
            self._certificates.clear()
        self._certificates[server] = now
        return True

    def _socket_wanted(self, what: int, fd: int, _multi: Any, _data: Any) -> None:
        if what == pycurl.POLL_REMOVE:
            self._loop.unwatch(fd)
        else:
            self._loop.watch(fd, _EVENTS[what], self._socket_ready)

    def _timer_wanted(self, wait_ms: int) -> None:
        """Note when libcurl wants to be called. It says so at nearly each event: a timer that ends sooner is kept."""
        self._wanted_at = boot_s() + wait_ms / 1000 if wait_ms >= 0 else float("inf")
        if self._timer is not None and self._timer.at <= self._wanted_at:
            return
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if self._wanted_at == float("inf") else self._loop.at(self._wanted_at, self._timer_due)

    def _timer_due(self) -> None:
        self._timer = None
        if boot_s() < self._wanted_at:
            self._set_timer()
        else:
            self._act(pycurl.SOCKET_TIMEOUT, 0)

    def _socket_ready(self, fd: int, events: int) -> None:
        mask = pycurl.CSELECT_IN if events & READ else 0
        mask |= pycurl.CSELECT_OUT if events & WRITE else 0
        mask |= pycurl.CSELECT_ERR if events & TROUBLE else 0
        self._act(fd, mask)

    def _act(self, fd: int, mask: int) -> None:
        _, running = self._multi.socket_action(fd, mask)
        if running < len(self._running):
            self._take_finished()

    def _take_finished(self) -> None:
        finished: list[tuple[Handle, int]] = []
        left = 1
        while left:
            left, good, bad = self._multi.info_read()
            finished += [(self._running[curl], pycurl.E_OK) for curl in good]
            finished += [(self._running[curl], error) for curl, error, _ in bad]
        for slot, error in finished:
            del self._running[slot.curl]
            self._multi.remove_handle(slot.curl)
            done, fetched = slot.done, _outcome_of(slot, error)
            self._keep(slot)
            done(fetched)
        while self._waiting and len(self._running) < self._room:
            self.fetch(*self._waiting.popleft())

    def _keep(self, slot: Handle) -> None:
        if slot.is_bent:
            slot.curl.close()
        else:
            self._idle.append(slot)


def _for_want_of_room(found: Fetched) -> Fetched:
    """What came of a request that had to wait: a part of its time was not the website's."""
    return replace(found, problem=Code.PROBER_FAULT) if found.problem is Code.TIMEOUT else found


def _outcome_of(slot: Handle, error: int) -> Fetched:
    """What came of a request; whatever the other side answered, it must not stop the other checks."""
    try:
        return slot.finish(error)
    except Exception:
        log.exception("an answer could not be read")
        slot.is_bent = True
        return Fetched(problem=Code.PROBER_FAULT)
