"""One libcurl handle, and the request that it is making."""

import socket
from collections.abc import Callable
from typing import Any

import pycurl

import mainstay
from mainstay.common import addresses
from mainstay.watch.codes import Code
from mainstay.watch.engine import outcome
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.engine.steps import Fetch, Fetched

USER_AGENT = f"Mainstay/{mainstay.__version__} (website monitor)"
CURVES = "X25519:P-256:P-384:P-521"

Done = Callable[[Fetched], None]


class Handle:
    """It is used again for the next request, unless it is bent."""

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
        curl.setopt(pycurl.HTTPHEADER, [each.encode() for each in fetch.headers])
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
            redirect_url=outcome.redirect_of(curl),
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
