"""No test reaches beyond this machine: a look-up or a connection that would do so fails the test that tried."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

LOCAL_NAMES = {"", "localhost", "localhost.localdomain", socket.gethostname(), socket.getfqdn()}
GUARDED_METHODS = ("connect", "connect_ex", "sendto")


class NetworkForbidden(RuntimeError):
    """A test wanted to reach beyond loopback."""


def is_loopback(host: object) -> bool:
    """Whether `host` as given to a socket stays on this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def is_number(host: object) -> bool:
    """Whether looking `host` up asks nobody: it is an address already."""
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        socket.inet_aton(name)
    except (OSError, UnicodeError):
        return ":" in name
    return True


@contextmanager
def loopback_only(patch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Guard Python's sockets; give the list that fills with what was tried."""
    tried: list[str] = []

    def refuse(what: str) -> None:
        tried.append(what)
        raise NetworkForbidden(f"tests reach no network but loopback: {what}")

    def guarded(name: str) -> Any:
        original = getattr(socket.socket, name)

        def call(self: socket.socket, *args: Any) -> Any:
            target = args[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(target[0]):
                refuse(f"{name} {target}")
            return original(self, *args)

        return call

    def guarded_look_up(original: Any) -> Any:
        def call(host: Any, *args: Any, **kwargs: Any) -> Any:
            if not is_loopback(host) and not is_number(host):
                refuse(f"look-up of {host!r}")
            return original(host, *args, **kwargs)

        return call

    for method in GUARDED_METHODS:
        patch.setattr(socket.socket, method, guarded(method))
    for function in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        patch.setattr(socket, function, guarded_look_up(getattr(socket, function)))
    yield tried
