"""The vocabulary between probes and the engine: operations, their results, and what a probe is told. Pure."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from mainstay.watch.codes import Code
from mainstay.watch.facts import Finding, Phases

TALK_BYTES_MAX = 65_536


class Family(StrEnum):
    """Which addresses of a name are looked at."""

    ANY = "any"
    IPV4 = "ipv4"
    IPV6 = "ipv6"


@dataclass(frozen=True, slots=True)
class Spec:
    """What is to be checked. `settings` is what the kind's own model of settings made of those of the monitor."""

    kind: str
    url: str
    timeout_s: float = 10.0
    allow_private: bool = False
    settings: Any = None


@dataclass(frozen=True, slots=True)
class Resolve:
    """Find the addresses of `host`. The result is `Resolved`."""

    host: str
    family: Family = Family.ANY


@dataclass(frozen=True, slots=True)
class Resolved:
    """The addresses of a name, or the code of why there are none."""

    addresses: tuple[str, ...] = ()
    problem: Code | None = None
    took_us: int = 0


@dataclass(frozen=True, slots=True)
class Fetch:
    """One HTTP request over a connection of its own to `address`, which was checked before. The result is `Fetched`.

    `connect_limit_s` bounds the connecting when there are other addresses to try. `inspect` makes no request: it
    shakes hands without verifying, to learn what is wrong with a certificate. The answer's body is kept, up to
    `body_bytes_max`, only where `keeps_body` says so.
    """

    url: str
    host: str
    port: int
    address: str
    allow_private: bool = False
    method: str = "GET"
    headers: tuple[str, ...] = ()
    body: bytes = b""
    body_bytes_max: int = 1_048_576
    keeps_body: bool = False
    connect_limit_s: float | None = None
    inspect: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """The outcome of a `Fetch`: a status, or the code of what went wrong. Names of `headers` are in lower case."""

    status: int = 0
    problem: Code | None = None
    redirect_url: str = ""
    phases: Phases = field(default_factory=Phases)
    is_connected: bool = False
    cert_not_before: datetime | None = None
    cert_not_after: datetime | None = None
    cert_sha256: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Open:
    """A connection to `address`, which was checked before; `is_stream` False makes it one of datagrams.

    The result is `Opened`. Every connection is closed when its probe ends.
    """

    address: str
    port: int
    allow_private: bool = False
    is_stream: bool = True
    limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The number of a connection for what follows, or the code of why there is none."""

    link: int = 0
    problem: Code | None = None
    took_us: int = 0


@dataclass(frozen=True, slots=True)
class Talk:
    """Send `data`, then read until `is_enough` of all that was read says so, or the other side hangs up.

    Without `is_enough` nothing is read. The result is `Heard`.
    """

    link: int
    data: bytes = b""
    is_enough: Callable[[bytes], bool] | None = None
    bytes_max: int = TALK_BYTES_MAX
    limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What was read, also when it was not enough. `problem` is None only when it was."""

    data: bytes = b""
    problem: Code | None = None
    took_us: int = 0


@dataclass(frozen=True, slots=True)
class Secure:
    """Shake hands for TLS over a connection, with anybody: `Secured` says what there is to be said against it."""

    link: int
    host: str
    alpn: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Secured:
    """How the other side proved who it is.

    `chain` holds its certificates as DER, its own first; `verify_errors` OpenSSL's numbers of what is wrong with
    them, in the order found (0 of them: trusted); `ocsp` the stapled answer as DER. `problem` is set only when no
    handshake came about.
    """

    problem: Code | None = None
    chain: tuple[bytes, ...] = ()
    verify_errors: tuple[int, ...] = ()
    protocol: str = ""
    cipher: str = ""
    ocsp: bytes = b""
    took_us: int = 0


@dataclass(frozen=True, slots=True)
class Ping:
    """One echo request of ICMP to `address`, which was checked before. The result is `Ponged`."""

    address: str
    allow_private: bool = False
    limit_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Ponged:
    """How long the echo took, or the code of why none came."""

    problem: Code | None = None
    took_us: int = 0


@dataclass(frozen=True, slots=True)
class NameServers:
    """Which name servers this machine asks. The result is a tuple of (address, port)."""


Operation = Resolve | Fetch | Open | Talk | Secure | Ping | NameServers
Steps = Generator[Operation, Any, Finding]
