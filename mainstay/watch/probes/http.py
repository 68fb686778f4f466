"""Is a page there: http and https.

The name is resolved and every address checked before anything connects; each redirect begins anew. The website is up
when the last answer has an expected status.

Settings of a monitor:
    expect_status: list of [lowest, highest]; default [[200, 399]]
    slow_ms: from how many milliseconds on an answer is degraded; default none
"""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from mainstay.common.addresses import AddressRefused, NoWebAddress, Target, check_ip, parse
from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Fetch, Fetched, Operation, Resolve, Resolved, Spec, Steps
from mainstay.watch.facts import Finding, Phases

REDIRECTS_MAX = 5
ADDRESSES_TRIED_MAX = 3
EXPECTED_STATUS = ((200, 399),)
REDIRECT_STATUS = frozenset({301, 302, 303, 307, 308})
ELSEWHERE_MAY_WORK = frozenset({Code.CONNECTION_REFUSED, Code.CONNECTION_FAILED, Code.PROBER_FAULT, Code.TIMEOUT})

Part = Generator[Operation, Any, Finding | None]


@dataclass(slots=True)
class _Trail:
    """What one check has gathered on its way."""

    spec: Spec
    url: str
    phases: Phases = field(default_factory=Phases)
    address: str = ""
    cert_not_after: datetime | None = None
    redirects: int = 0

    def finding(self, code: Code, detail: str = "", status: int = 0) -> Finding:
        return Finding(code, detail[:255], status, self.phases, self.address, self.cert_not_after)


def probe(spec: Spec) -> Steps:
    """Follow the address to its page, or to what stands in the way."""
    trail = _Trail(spec, spec.url)
    while True:
        found = yield from _hop(trail)
        if found is not None:
            return found
        trail.redirects += 1
        if trail.redirects > REDIRECTS_MAX:
            return trail.finding(Code.REDIRECT_LOOP, str(REDIRECTS_MAX))


def _hop(trail: _Trail) -> Part:
    """One address: a finding, or None when it led on to `trail.url`."""
    try:
        target = parse(trail.url)
    except AddressRefused as problem:
        return trail.finding(_refused(trail, problem), str(problem))
    resolved: Resolved = yield Resolve(target.host)
    trail.phases = _plus(trail.phases, Phases(name_us=resolved.took_us))
    if resolved.problem is not None:
        return trail.finding(resolved.problem, _detail_of_name(resolved.problem, target.host, trail))
    try:
        for address in resolved.addresses:
            check_ip(address, allow_private=trail.spec.allow_private)
    except AddressRefused as problem:
        return trail.finding(_refused(trail, problem), str(problem))
    fetched: Fetched = yield from _fetch_from_any(trail, target, resolved.addresses)
    if fetched.problem is not None:
        return (yield from _explained(trail, target, fetched.problem))
    return _followed(trail, fetched)


def _fetch_from_any(trail: _Trail, target: Target, addresses: tuple[str, ...]) -> Generator[Operation, Any, Fetched]:
    """Ask the addresses in turn until one takes the connection."""
    tried = addresses[:ADDRESSES_TRIED_MAX]
    for left, address in zip(range(len(tried) - 1, -1, -1), tried, strict=True):
        fetched: Fetched = yield _request(trail, target, address, is_last=left == 0)
        trail.address = address
        trail.phases = _plus(trail.phases, fetched.phases)
        trail.cert_not_after = fetched.cert_not_after or trail.cert_not_after
        if fetched.is_connected or fetched.problem not in ELSEWHERE_MAY_WORK:
            break
    return fetched


def _request(trail: _Trail, target: Target, address: str, *, is_last: bool) -> Fetch:
    return Fetch(
        url=target.url,
        host=target.host,
        port=target.port,
        address=address,
        allow_private=trail.spec.allow_private,
        connect_limit_s=None if is_last else trail.spec.timeout_s / ADDRESSES_TRIED_MAX,
    )


def _explained(trail: _Trail, target: Target, problem: Code) -> Generator[Operation, Any, Finding]:
    """The finding of a request that failed; a certificate's dates are looked up for the sentence."""
    if problem in (Code.CERTIFICATE_ENDED, Code.CERTIFICATE_EARLY):
        looked: Fetched = yield replace(_request(trail, target, trail.address, is_last=True), inspect=True)
        trail.cert_not_after = looked.cert_not_after
        edge = looked.cert_not_after if problem == Code.CERTIFICATE_ENDED else looked.cert_not_before
        return trail.finding(problem, f"{edge.day} {edge:%B %Y}" if edge else "")
    if problem == Code.TIMEOUT:
        return trail.finding(problem, _seconds(trail.spec.timeout_s))
    if problem == Code.CERTIFICATE_WRONG_NAME:
        return trail.finding(problem, target.host)
    if problem == Code.PROBER_FAULT:
        return trail.finding(problem, f"no connection from here to {target.host}")
    return trail.finding(problem)


def _followed(trail: _Trail, fetched: Fetched) -> Finding | None:
    """The finding of an answer; None when it sends on to another address."""
    if fetched.status in REDIRECT_STATUS:
        if not fetched.redirect_url:
            return trail.finding(Code.REDIRECT_BROKEN, status=fetched.status)
        trail.url = fetched.redirect_url
        return None
    expected = trail.spec.settings.get("expect_status", EXPECTED_STATUS)
    if not any(low <= fetched.status <= high for low, high in expected):
        return trail.finding(Code.HTTP_STATUS, str(fetched.status), fetched.status)
    slow_ms = trail.spec.settings.get("slow_ms")
    if slow_ms and trail.phases.total_us >= slow_ms * 1000:
        return trail.finding(Code.SLOW, _seconds(trail.phases.total_us / 1_000_000), fetched.status)
    return trail.finding(Code.OK, status=fetched.status)


def _refused(trail: _Trail, problem: AddressRefused) -> Code:
    """What a refused address means: of a redirect that leads no visitor anywhere, that the website is broken."""
    if not trail.redirects:
        return Code.ADDRESS_REFUSED
    return Code.REDIRECT_BROKEN if isinstance(problem, NoWebAddress) else Code.REDIRECT_REFUSED


def _detail_of_name(problem: Code, host: str, trail: _Trail) -> str:
    if problem == Code.TIMEOUT:
        return _seconds(trail.spec.timeout_s)
    return "no name server can be reached from here" if problem == Code.PROBER_FAULT else host


def _plus(one: Phases, other: Phases) -> Phases:
    return Phases(
        one.name_us + other.name_us,
        one.connect_us + other.connect_us,
        one.tls_us + other.tls_us,
        one.first_byte_us + other.first_byte_us,
        one.body_us + other.body_us,
    )


def _seconds(seconds: float) -> str:
    number = f"{seconds:.1f}".removesuffix(".0")
    return f"{number} second" if number == "1" else f"{number} seconds"
