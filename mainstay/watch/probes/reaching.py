"""What all probes share: finding an address that may be looked at, connecting to it, and ending with a finding."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, NoReturn, ParamSpec

from mainstay.common.addresses import AddressRefused, NoWebAddress, Target, check_ip, parse
from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Family, Heard, Open, Opened, Operation, Resolve, Resolved, Spec, Steps, Talk
from mainstay.watch.facts import Finding, Phases

ADDRESSES_TRIED_MAX = 3
ELSEWHERE_MAY_WORK = frozenset({Code.CONNECTION_REFUSED, Code.CONNECTION_FAILED, Code.PROBER_FAULT, Code.TIMEOUT})
DETAIL_MAX = 255
NO_NAME_SERVER = "no name server can be reached from here"

P = ParamSpec("P")


class Ended(Exception):
    """The check has come to its finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def ending(probe: Callable[P, Steps]) -> Callable[P, Steps]:
    """Lets any part of a probe come to the finding by raising `Ended`."""

    @wraps(probe)
    def run(*args: P.args, **kwargs: P.kwargs) -> Steps:
        try:
            return (yield from probe(*args, **kwargs))
        except Ended as end:
            return end.finding

    return run


@dataclass(slots=True)
class Trail:
    """What one check has gathered on its way. `refused` is the code of an address that may not be looked at."""

    spec: Spec
    phases: Phases = field(default_factory=Phases)
    address: str = ""
    cert_not_after: datetime | None = None
    cert_sha256: str = ""
    refused: Code = Code.ADDRESS_REFUSED
    hops: tuple[str, ...] = ()

    def took(self, **spent_us: int) -> None:
        """Add to the phases."""
        phases = self.phases
        self.phases = Phases(
            phases.name_us + spent_us.get("name_us", 0),
            phases.connect_us + spent_us.get("connect_us", 0),
            phases.tls_us + spent_us.get("tls_us", 0),
            phases.first_byte_us + spent_us.get("first_byte_us", 0),
            phases.body_us + spent_us.get("body_us", 0),
        )

    def finding(self, code: Code, detail: str = "", status: int = 0) -> Finding:
        seen = (self.phases, self.address, self.cert_not_after, self.hops, self.cert_sha256)
        return Finding(code, detail[:DETAIL_MAX], status, *seen)

    def end(self, code: Code, detail: str = "", status: int = 0) -> NoReturn:
        """Come to the finding. Raises `Ended`."""
        raise Ended(self.finding(code, detail, status))


def target(trail: Trail, url: str) -> Target:
    """`url` read as a browser would. Ends where it may not be asked for."""
    try:
        return parse(url)
    except NoWebAddress as problem:
        is_led = trail.refused is Code.REDIRECT_REFUSED  # nobody's browser would get there either
        trail.end(Code.REDIRECT_BROKEN if is_led else trail.refused, str(problem))
    except AddressRefused as problem:
        trail.end(trail.refused, str(problem))


def host_and_port(trail: Trail, text: str, usual_port: int) -> tuple[str, int]:
    """The two parts of `name` or `name:port`. Ends where they cannot be."""
    found = target(trail, f"http://{text}")
    is_named = text.rstrip("/").endswith(f":{found.port}")
    return found.host, found.port if is_named else usual_port


def addresses(trail: Trail, host: str, family: Family = Family.ANY) -> Generator[Operation, Any, tuple[str, ...]]:
    """The addresses of `host`, each of which may be looked at. Ends where there are none, or one may not."""
    resolved: Resolved = yield Resolve(host, family)
    trail.took(name_us=resolved.took_us)
    if resolved.problem is not None:
        trail.end(resolved.problem, _of_name(resolved.problem, host, trail))
    try:
        for address in resolved.addresses:
            check_ip(address, allow_private=trail.spec.allow_private)
    except AddressRefused as problem:
        trail.end(trail.refused, str(problem))
    return resolved.addresses


def connect(
    trail: Trail, host: str, port: int, family: Family = Family.ANY, *, is_stream: bool = True
) -> Generator[Operation, Any, int]:
    """The number of a connection to the first address of `host` that takes one. Ends where none does."""
    tried = (yield from addresses(trail, host, family))[:ADDRESSES_TRIED_MAX]
    for left, address in zip(range(len(tried) - 1, -1, -1), tried, strict=True):
        limit_s = trail.spec.timeout_s / ADDRESSES_TRIED_MAX if left else None
        opened: Opened = yield Open(address, port, trail.spec.allow_private, is_stream, limit_s)
        trail.address = address
        trail.took(connect_us=opened.took_us)
        if opened.problem is None or opened.problem not in ELSEWHERE_MAY_WORK:
            break
    if opened.problem is not None:
        trail.end(opened.problem, of_connection(opened.problem, host, trail))
    return opened.link


def talk(
    trail: Trail, link: int, data: bytes, is_enough: Callable[[bytes], bool], **more: Any
) -> Generator[Operation, Any, bytes]:
    """Send `data` and read until it `is_enough`. Ends where that does not come."""
    heard: Heard = yield Talk(link, data, is_enough, **more)
    trail.took(first_byte_us=heard.took_us)
    if heard.problem is not None:
        trail.end(heard.problem, of_connection(heard.problem, "", trail))
    return heard.data


def of_connection(problem: Code, host: str, trail: Trail) -> str:
    """What completes the sentence of why no connection came about, or why it did not go on."""
    if problem == Code.TIMEOUT:
        return seconds(trail.spec.timeout_s)
    return f"no connection from here to {host}" if problem == Code.PROBER_FAULT else ""


def seconds(amount: float) -> str:
    """A duration as it stands in a sentence."""
    number = f"{amount:.1f}".removesuffix(".0")
    return f"{number} second" if number == "1" else f"{number} seconds"


def day(at: datetime) -> str:
    """A date as it stands in a sentence."""
    return f"{at.day} {at:%B %Y}"


def _of_name(problem: Code, host: str, trail: Trail) -> str:
    if problem == Code.TIMEOUT:
        return seconds(trail.spec.timeout_s)
    return NO_NAME_SERVER if problem == Code.PROBER_FAULT else host
