"""Hosts as network namespaces on two bridges, so that any of them can be cut off from the others. Needs root.

One is the network of the agency's own machines, whose cables are cut; over the other one websites are reached.
"""

import os
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests import needs


class Hosts:
    """The first of `names` has the addresses 10.78.X.1 and 10.79.X.1, the next .2, and so on; X is drawn."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._tag = f"ms{secrets.token_hex(3)}"
        self._net = secrets.randbelow(250)

    def address(self, name: str) -> str:
        """Where it is in the agency's network."""
        return f"10.78.{self._net}.{self._number(name)}"

    def outside(self, name: str) -> str:
        """Where it is outside."""
        return f"10.79.{self._net}.{self._number(name)}"

    def inside(self, name: str) -> list[str]:
        """What a command begins with to run on a host."""
        return ["ip", "netns", "exec", self._space(name)]

    def cut(self, name: str) -> None:
        """Pull the cable into the agency's network: nothing passes, and connections hang."""
        _ip("-n", self._space("switch"), "link", "set", self._port(name, 0), "down")

    def join(self, name: str) -> None:
        _ip("-n", self._space("switch"), "link", "set", self._port(name, 0), "up")

    def set_up(self) -> None:
        _ip("netns", "add", self._space("switch"))
        for number in (0, 1):
            _ip("-n", self._space("switch"), "link", "add", f"br{number}", "type", "bridge")
            _ip("-n", self._space("switch"), "link", "set", f"br{number}", "up")
        for name in self.names:
            _ip("netns", "add", self._space(name))
            _ip("-n", self._space(name), "link", "set", "lo", "up")
            self._plug(name, 0, self.address(name))
            self._plug(name, 1, self.outside(name))

    def remove(self) -> None:
        for name in (*self.names, "switch"):
            subprocess.run(["ip", "netns", "del", self._space(name)], capture_output=True, check=False)

    def _plug(self, name: str, number: int, address: str) -> None:
        space, port, device, switch = self._space(name), self._port(name, number), f"eth{number}", self._space("switch")
        _ip("-n", space, "link", "add", device, "type", "veth", "peer", "name", port, "netns", switch)
        _ip("-n", switch, "link", "set", port, "master", f"br{number}", "up")
        _ip("-n", space, "addr", "add", f"{address}/24", "dev", device)
        _ip("-n", space, "link", "set", device, "up")

    def _number(self, name: str) -> int:
        return self.names.index(name) + 1

    def _port(self, name: str, number: int) -> str:
        return f"v{self._number(name)}n{number}"

    def _space(self, name: str) -> str:
        return f"{self._tag}-{name}"


@contextmanager
def hosts(*names: str) -> Iterator[Hosts]:
    """Hosts that are gone afterwards."""
    needs.program("ip", "iproute2")
    if os.geteuid() != 0:
        needs.cannot_run("network namespaces need root")
    found = Hosts(names)
    try:
        found.set_up()
        yield found
    finally:
        found.remove()


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        needs.cannot_run(f"ip {' '.join(words)}: {done.stderr.strip()}")
