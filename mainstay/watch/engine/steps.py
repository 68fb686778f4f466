"""The vocabulary between probes and the engine: operations, their results, and what a probe is told. Pure."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mainstay.watch.codes import Code
from mainstay.watch.facts import Finding, Phases


@dataclass(frozen=True, slots=True)
class Spec:
    """What is to be checked."""

    kind: str
    url: str
    timeout_s: float = 10.0
    allow_private: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resolve:
    """Find the addresses of `host`. The result is `Resolved`."""

    host: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The addresses of a name, or the code of why there are none."""

    addresses: tuple[str, ...] = ()
    problem: Code | None = None
    took_us: int = 0


@dataclass(frozen=True, slots=True)
class Fetch:
    """One HTTP request over a connection of its own to `address`, which was checked before.

    `limit_s` bounds the connecting when there are other addresses to try. `inspect` makes no request: it shakes
    hands without verifying, to learn what is wrong with a certificate.
    """

    url: str
    host: str
    port: int
    address: str
    allow_private: bool = False
    headers: tuple[str, ...] = ()
    body_bytes_max: int = 1_048_576
    connect_limit_s: float | None = None
    inspect: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """The outcome of a `Fetch`: a status, or the code of what went wrong."""

    status: int = 0
    problem: Code | None = None
    redirect_url: str = ""
    phases: Phases = field(default_factory=Phases)
    is_connected: bool = False
    cert_not_before: datetime | None = None
    cert_not_after: datetime | None = None


Operation = Resolve | Fetch
Steps = Generator[Operation, Any, Finding]
