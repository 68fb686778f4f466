"""HTTP requests on libcurl's multi interface, driven by the loop.

Handles are used again, connections and TLS sessions never are. Names do not reach libcurl: each request goes to the
one address that it was given, and the socket is opened only when libcurl really wants that address and it is still
one that may be looked at.
"""

import socket
from collections import deque
from collections.abc import Callable
from typing import Any

import pycurl

import mainstay
from mainstay.common import addresses
from mainstay.watch.codes import Code
from mainstay.watch.engine import outcome
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.engine.loop import READ, TROUBLE, WRITE, Loop, Timer
from mainstay.watch.engine.steps import Fetch, Fetched

USER_AGENT = f"Mainstay/{mainstay.__version__} (website monitor)"
TRANSFERS_MAX = 1000
CERTIFICATE_EVERY_S = 600.0
CERTIFICATES_MAX = 50_000
CURVES = "X25519:P-256:P-384:P-521"

Done = Callable[[Fetched], None]

_EVENTS = {pycurl.POLL_IN: READ, pycurl.POLL_OUT: WRITE, pycurl.POLL_INOUT: READ | WRITE}


class Transfers:
    """All requests in flight of one prober."""

    def __init__(self, loop: Loop, ca_file: str, *, transfers_max: int = TRANSFERS_MAX) -> None:
        self._loop = loop
        self._ca_file = ca_file
        self._room = transfers_max
        self._idle: list[_Slot] = []
        self._waiting: deque[tuple[Fetch, float, Done]] = deque()
        self._running: dict[pycurl.Curl, _Slot] = {}
        self._certificates: dict[tuple[str, int], float] = {}
        self._timer: Timer | None = None
        self._wanted_at = float("inf")
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._socket_wanted)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._timer_wanted)

    def fetch(self, wanted: Fetch, deadline: float, done: Done) -> None:
        """Make the request; `done` gets its outcome by `deadline` (of `boot_s`). It waits when too many are running."""
        if len(self._running) >= self._room:
            self._waiting.append((wanted, deadline, done))
            return
        slot = self._idle.pop() if self._idle else _Slot(self._ca_file)
        slot.begin(wanted, deadline, done, with_certificate=wanted.inspect or self._wants_certificate(wanted))
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
        finished: list[tuple[_Slot, int]] = []
        left = 1
        while left:
            left, good, bad = self._multi.info_read()
            finished += [(self._running[curl], pycurl.E_OK) for curl in good]
            finished += [(self._running[curl], error) for curl, error, _ in bad]
        for slot, error in finished:
            del self._running[slot.curl]
            self._multi.remove_handle(slot.curl)
            done, fetched = slot.done, slot.finish(error)
            self._keep(slot)
            done(fetched)
        while self._waiting and len(self._running) < self._room:
            self.fetch(*self._waiting.popleft())

    def _keep(self, slot: "_Slot") -> None:
        if slot.is_bent:
            slot.curl.close()
        else:
            self._idle.append(slot)


class _Slot:
    """One handle, and the request that it is making."""

    __slots__ = (
        "_body_bytes",
        "_body_bytes_max",
        "_fetch",
        "_has_certificate",
        "_head",
        "_is_cut",
        "_kept",
        "_refused",
        "curl",
        "done",
        "is_bent",
    )

    def __init__(self, ca_file: str) -> None:
        self.curl = _new_handle(ca_file)
        self.curl.setopt(pycurl.WRITEFUNCTION, self._write)
        self.curl.setopt(pycurl.OPENSOCKETFUNCTION, self._open_socket)
        self.is_bent = False

    def begin(self, fetch: Fetch, deadline: float, done: Done, *, with_certificate: bool) -> None:
        """Set the handle up for `fetch`; reading the certificate out costs a third of a secure check."""
        left_ms = max(1, int((deadline - boot_s()) * 1000))
        connect_ms = left_ms if fetch.connect_limit_s is None else min(left_ms, int(fetch.connect_limit_s * 1000))
        self._fetch, self.done = fetch, done
        self._body_bytes, self._body_bytes_max = 0, fetch.body_bytes_max
        self._is_cut = self._refused = False
        self._has_certificate = with_certificate
        there = f"[{fetch.address}]" if ":" in fetch.address else fetch.address
        curl = self.curl
        curl.setopt(pycurl.URL, fetch.url)
        curl.setopt(pycurl.CONNECT_TO, [f"::{there}:{fetch.port}"])
        curl.setopt(pycurl.TIMEOUT_MS, left_ms)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, max(1, connect_ms))
        curl.setopt(pycurl.HTTPHEADER, list(fetch.headers))
        self._set_request(fetch)
        curl.setopt(pycurl.OPT_CERTINFO, int(with_certificate))
        if fetch.inspect:
            self._bend()

    def finish(self, error: int) -> Fetched:
        """Read the outcome off the handle and let go of the request."""
        curl = self.curl
        own = outcome.certificate_of(curl) if self._has_certificate else outcome.Certificate()
        return Fetched(
            status=curl.getinfo(pycurl.RESPONSE_CODE),
            problem=self._problem(error),
            redirect_url=curl.getinfo(pycurl.REDIRECT_URL) or "",
            phases=outcome.phases_of(curl),
            is_connected=curl.getinfo(pycurl.CONNECT_TIME_T) > 0,
            cert_not_before=own.not_before,
            cert_not_after=own.not_after,
            cert_sha256=own.sha256,
            headers=_headers(self._head),
            body=b"".join(self._kept)[: self._body_bytes_max],
        )

    def _set_request(self, fetch: Fetch) -> None:
        """Method and body. A handle that has sent anything but a plain GET is not used again."""
        self._kept: list[bytes] = []
        self._head: list[bytes] = []
        if fetch.keeps_body:
            self.is_bent = True
            self.curl.setopt(pycurl.HEADERFUNCTION, self._head.append)
            self.curl.setopt(pycurl.ACCEPT_ENCODING, "")
        if fetch.method == "GET":
            return
        self.is_bent = True
        self.curl.setopt(pycurl.CUSTOMREQUEST, fetch.method)
        if fetch.method == "HEAD":
            self.curl.setopt(pycurl.NOBODY, 1)
        elif fetch.body:
            self.curl.setopt(pycurl.POSTFIELDS, fetch.body)

    def _problem(self, error: int) -> Code | None:
        if error == pycurl.E_OK or (self._is_cut and error == pycurl.E_WRITE_ERROR):
            return None
        return Code.ADDRESS_REFUSED if self._refused else outcome.problem_of(error, self.curl)

    def _bend(self) -> None:
        """Only shake hands, and with anybody. Such a handle is not used again."""
        self.is_bent = True
        self.curl.setopt(pycurl.CONNECT_ONLY, 1)
        self.curl.setopt(pycurl.SSL_VERIFYPEER, 0)
        self.curl.setopt(pycurl.SSL_VERIFYHOST, 0)

    def _write(self, data: bytes) -> int:
        self._body_bytes += len(data)
        if self._fetch.keeps_body:
            self._kept.append(data)
        if self._body_bytes > self._body_bytes_max:
            self._is_cut = True
            return -1
        return len(data)

    def _open_socket(self, _purpose: int, address: Any) -> Any:
        family, kind, protocol, there = address
        try:
            if there[0] != self._fetch.address:
                raise addresses.AddressRefused("another address than was checked")
            addresses.check_ip(there[0], allow_private=self._fetch.allow_private)
            return _Lent(family, kind, protocol)
        except addresses.AddressRefused:
            self._refused = True
        except OSError:  # this machine has no sockets left: `outcome` finds that it is our own want
            pass
        return pycurl.SOCKET_BAD


def _headers(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    """The header lines of the last answer (one of 1xx may have come before it)."""
    found: list[tuple[str, str]] = []
    for line in lines:
        if line.startswith(b"HTTP/"):
            found.clear()
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            found.append((name.strip().lower(), value.strip()))
    return tuple(found)


class _Lent(socket.socket):
    """A socket for libcurl, which works on a duplicate of it: this one closes as soon as it is let go of."""

    def __del__(self) -> None:
        self.close()


def _new_handle(ca_file: str) -> pycurl.Curl:
    """A handle with everything set that does not differ from one request to the next."""
    curl = pycurl.Curl()
    for option, value in (
        (pycurl.NOSIGNAL, 1),
        (pycurl.PROXY, ""),
        (pycurl.NOPROXY, "*"),
        (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
        (pycurl.FOLLOWLOCATION, 0),
        (pycurl.FRESH_CONNECT, 1),
        (pycurl.FORBID_REUSE, 1),
        (pycurl.SSL_SESSIONID_CACHE, 0),
        (pycurl.SSL_VERIFYPEER, 1),
        (pycurl.SSL_VERIFYHOST, 2),
        (pycurl.SSL_EC_CURVES, CURVES),
        (pycurl.CAINFO, ca_file),
        (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
        (pycurl.HTTP09_ALLOWED, 0),
        (pycurl.USERAGENT, USER_AGENT),
        (pycurl.TCP_NODELAY, 1),
    ):
        curl.setopt(option, value)
    return curl
