"""Connecting to servers that people have named: looked up, checked against the table of networks, then pinned."""

import socket

from mainstay.common.addresses import AddressRefused, check_ip
from mainstay.common.addresses.host import read_host


class Unreachable(OSError):
    """The server cannot be connected to; the text is for whoever named it."""


def connect(host: str, port: int, *, timeout_s: float, allow_private: bool) -> socket.socket:
    """A connection to `host`, at one of its addresses that were checked.

    Raises:
        Unreachable: its name leads nowhere, or into a network that is not asked; or nobody answers there.
    """
    problem: OSError | None = None
    for ip in _checked(host, allow_private=allow_private):
        try:
            return socket.create_connection((ip, port), timeout_s)
        except OSError as refused:
            problem = refused
    why = "nobody answered in time" if isinstance(problem, TimeoutError) else getattr(problem, "strerror", None)
    raise Unreachable(f"{host}:{port} cannot be reached: {why or problem}") from problem


def check_host(host: str, *, allow_private: bool) -> None:
    """Look at a host before it is kept. A name that leads nowhere yet may be kept.

    Raises:
        Unreachable: it is no host, or leads into a network that is not asked.
    """
    _look_up(host, allow_private=allow_private)


def _checked(host: str, *, allow_private: bool) -> list[str]:
    if found := _look_up(host, allow_private=allow_private):
        return found
    raise Unreachable(f"The name {host} leads to no address.")


def _look_up(host: str, *, allow_private: bool) -> list[str]:
    """The addresses of a host, each one checked."""
    try:
        name, is_ip = read_host(f"[{host}]" if ":" in host else host)
        found = [name] if is_ip else _addresses(name)
        for each in found:
            check_ip(each, allow_private=allow_private)
    except AddressRefused as problem:
        raise Unreachable(f"{problem.reason}. An administrator can allow private networks.") from problem
    return found


def _addresses(name: str) -> list[str]:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(each[4][0]) for each in found))
