"""Asking one address given by people, guarded: it is looked up, checked, and the connection pinned to what was checked.

answer = ask("https://login.museum.example/.well-known/openid-configuration")
answer.status, answer.json()

Redirects are not followed, proxies of the environment not used, and an answer ends at `BYTES_MAX`.
"""

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import certifi
import pycurl
from django.conf import settings

import mainstay
from mainstay.common.addresses.networks import check_ip, check_written
from mainstay.common.addresses.refused import AddressRefused
from mainstay.common.addresses.url import Target, parse

TIMEOUT_S = 10
CONNECT_S = 5
BYTES_MAX = 512 * 1024
TRIED_MAX = 3
USER_AGENT = f"Mainstay/{mainstay.__version__}"


class NoAnswer(Exception):
    """Nobody answered as a website does. The text is a sentence for people, without the secrets that were sent."""


@dataclass(frozen=True)
class Answer:
    """What came back. Names of headers are in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises `NoAnswer` where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise NoAnswer("The answer is no JSON.") from None


def ask(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    allow_private: bool = False,
    timeout_s: int = TIMEOUT_S,
) -> Answer:
    """What `url` answers.

    Args:
        allow_private: an administrator has allowed private networks and loopback for this address.

    Raises:
        AddressRefused: the address, or what its name leads to, is not asked.
        NoAnswer: there was none, it took too long, or it is too large.
    """
    target = parse(url)
    check_written(target, allow_private=allow_private)
    found = _addresses(target)
    for each in found:
        check_ip(each, allow_private=allow_private)
    return _Request(target, method, headers or {}, body, allow_private, timeout_s).send(found[:TRIED_MAX])


def _addresses(target: Target) -> list[str]:
    if target.is_ip:
        return [target.host]
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoAnswer(f"The name {target.host} leads nowhere.") from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class _Request:
    """One request of libcurl."""

    def __init__(
        self, target: Target, method: str, headers: Mapping[str, str], body: bytes, allow_private: bool, timeout_s: int
    ) -> None:
        self.target, self.allow_private, self.timeout_s = target, allow_private, timeout_s
        self.method, self.body = method, body
        self.sent = [f"{name}: {value}" for name, value in headers.items()]
        self.received = bytearray()
        self.head: dict[str, str] = {}
        self.is_refused = self.is_too_large = False

    def send(self, addresses: list[str]) -> Answer:
        problem = f"{self.target.authority} does not answer."
        for address in addresses:
            curl = self._handle(address)
            try:
                curl.perform()
                return Answer(
                    self.target.url, curl.getinfo(pycurl.RESPONSE_CODE), dict(self.head), bytes(self.received)
                )
            except pycurl.error as error:
                if self.is_refused:
                    raise AddressRefused(f"{address} is not asked") from None
                if self.is_too_large:
                    raise NoAnswer(f"The answer of {self.target.authority} is too large.") from None
                problem = f"{self.target.authority} does not answer ({_reason(error.args[0])})."
            finally:
                curl.close()
        raise NoAnswer(problem)

    def _handle(self, address: str) -> pycurl.Curl:
        there = f"[{address}]" if ":" in address else address
        curl = pycurl.Curl()
        for option, value in (
            (pycurl.URL, self.target.url),
            (pycurl.CONNECT_TO, [f"::{there}:{self.target.port}"]),
            (pycurl.NOSIGNAL, 1),
            (pycurl.PROXY, ""),
            (pycurl.NOPROXY, "*"),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.CAINFO, settings.MAINSTAY.watch_ca_file or certifi.where()),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
            (pycurl.HTTP09_ALLOWED, 0),
            (pycurl.USERAGENT, USER_AGENT),
            (pycurl.TIMEOUT, self.timeout_s),
            (pycurl.CONNECTTIMEOUT, CONNECT_S),
            (pycurl.CUSTOMREQUEST, self.method),
            (pycurl.HTTPHEADER, self.sent),
            (pycurl.WRITEFUNCTION, self._write),
            (pycurl.HEADERFUNCTION, self._header),
            (pycurl.OPENSOCKETFUNCTION, self._open_socket),
        ):
            curl.setopt(option, value)
        if self.body:
            curl.setopt(pycurl.POSTFIELDS, self.body)
        return curl

    def _write(self, data: bytes) -> int:
        self.received += data
        self.is_too_large = len(self.received) > BYTES_MAX
        return -1 if self.is_too_large else len(data)

    def _header(self, line: bytes) -> None:
        if line.startswith(b"HTTP/"):
            self.head.clear()
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            self.head[name.strip().lower()] = value.strip()

    def _open_socket(self, _purpose: int, address: Any) -> Any:
        """Look once more at what is really connected to."""
        family, kind, protocol, there = address
        try:
            check_ip(there[0], allow_private=self.allow_private)
            return _Lent(family, kind, protocol)
        except AddressRefused:
            self.is_refused = True
        except OSError:  # this machine has no sockets left
            pass
        return pycurl.SOCKET_BAD


class _Lent(socket.socket):
    """A socket for libcurl, which works on a duplicate of it: this one closes as soon as it is let go of."""

    def __del__(self) -> None:
        self.close()


def _reason(code: int) -> str:
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return "it takes too long"
    if code in (pycurl.E_PEER_FAILED_VERIFICATION, pycurl.E_SSL_CONNECT_ERROR):
        return "its certificate cannot be trusted"
    return "no connection"
