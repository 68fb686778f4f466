"""What this machine itself says about names: `/etc/hosts`, and which name servers to ask."""

import os
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

DNS_PORT = 53
SERVERS_MAX = 3
LOOK_EVERY_S = 5.0
LOOPBACK = ("127.0.0.1", "::1")

Server = tuple[str, int]


@dataclass(slots=True)
class _Followed:
    """A small file that is read again when it has changed; looked at only every few seconds."""

    path: Path
    looked_at: float = float("-inf")
    stamp: tuple[int, int] | None = None

    def changed(self, now: float) -> bool:
        if now - self.looked_at < LOOK_EVERY_S:
            return False
        self.looked_at, before = now, self.stamp
        try:
            found = os.stat(self.path)
            self.stamp = (found.st_mtime_ns, found.st_size)
        except OSError:
            self.stamp = None
        return self.stamp != before

    def lines(self) -> list[list[str]]:
        """Its lines as words, comments left out; none when it cannot be read."""
        try:
            text = self.path.read_text(errors="replace")
        except OSError:
            return []
        return [words for line in text.splitlines() if (words := line.split("#")[0].split(";")[0].split())]


@dataclass(slots=True)
class Hosts:
    """`/etc/hosts`: names that need no name server."""

    path: Path = Path("/etc/hosts")
    _file: _Followed = field(init=False)
    _names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._file = _Followed(self.path)

    def addresses(self, name: str, now: float) -> tuple[str, ...]:
        """The addresses of `name`; none when the file does not name it. `localhost` is always loopback."""
        if self._file.changed(now):
            self._names = _parsed_hosts(self._file.lines())
        lower = name.rstrip(".").lower()
        if found := self._names.get(lower):
            return found
        return LOOPBACK if lower == "localhost" or lower.endswith(".localhost") else ()


@dataclass(slots=True)
class Servers:
    """The name servers of `/etc/resolv.conf`, or those that were given."""

    fixed: tuple[Server, ...] = ()
    path: Path = Path("/etc/resolv.conf")
    _file: _Followed = field(init=False)
    _found: tuple[Server, ...] = ()

    def __post_init__(self) -> None:
        self._file = _Followed(self.path)

    def all(self, now: float) -> tuple[Server, ...]:
        """In the order in which they are asked. Without any, this machine itself, as the C library does."""
        if self.fixed:
            return self.fixed
        if self._file.changed(now):
            named = [words[1] for words in self._file.lines() if words[0] == "nameserver" and len(words) > 1]
            self._found = tuple((address, DNS_PORT) for address in named[:SERVERS_MAX] if is_address(address))
        return self._found or ((LOOPBACK[0], DNS_PORT),)


def _parsed_hosts(lines: list[list[str]]) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for address, *aliases in lines:
        if is_address(address):
            for alias in aliases:
                key = alias.rstrip(".").lower()
                names[key] = (*names.get(key, ()), address)
    return names


@lru_cache(maxsize=20_000)
def is_address(text: str) -> bool:
    """Whether `text` is an IP address rather than a name."""
    try:
        ip_address(text.split("%")[0])
    except ValueError:
        return False
    return True
