"""Ports on loopback that nothing uses."""

from itertools import count

from mainstay.common.listening import is_free

FIRST = 8810
LAST = 9800


class NoPortsFree(RuntimeError):
    """There is no run of free ports for the live demo websites."""


def free_ports(wanted: int) -> list[int]:
    """The first `wanted` neighbouring ports from 8810 on at which nothing listens.

    Raises:
        NoPortsFree: there are none up to 9800.
    """
    for first in count(FIRST, 10):
        if first > LAST:
            raise NoPortsFree(f"no {wanted} neighbouring ports are free between {FIRST} and {LAST}")
        ports = list(range(first, first + wanted))
        if all(is_free(f"127.0.0.1:{port}") for port in ports):
            return ports
    raise AssertionError("count() has no end")
