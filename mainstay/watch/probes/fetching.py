"""Asking for a page as a browser would: an address at a time, redirects followed, each of them checked anew."""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from mainstay.common.addresses import Target
from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Family, Fetch, Fetched, Operation
from mainstay.watch.probes.reaching import (
    ADDRESSES_TRIED_MAX,
    ELSEWHERE_MAY_WORK,
    Trail,
    addresses,
    day,
    of_connection,
    target,
)

REDIRECTS_MAX = 5
REDIRECT_STATUS = frozenset({301, 302, 303, 307, 308})
KEEPS_METHOD = frozenset({307, 308})


class Jar(Protocol):
    """Keeps cookies over the requests of one visit."""

    def header(self, url: str) -> str:
        """The value of `Cookie` for `url`; empty for none."""

    def take(self, url: str, headers: tuple[tuple[str, str], ...]) -> None:
        """Keep what the answer of `url` sets."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. `secrets` are header lines for the first address's own origin alone."""

    url: str
    method: str = "GET"
    headers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    body: bytes = b""
    keeps_body: bool = False
    family: Family = Family.ANY
    jar: Jar | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer, and the address that it came from."""

    url: str
    fetched: Fetched
    redirects: int = 0

    @property
    def is_redirect(self) -> bool:
        return self.fetched.status in REDIRECT_STATUS


Part = Generator[Operation, Any, Answer]


def follow(trail: Trail, request: Request, redirects_max: int = REDIRECTS_MAX) -> Part:
    """Ask, and go where the answers lead; with `redirects_max` 0 the first answer is the last.

    Ends with a finding where no answer comes, or one leads nowhere, in a circle, or to where it must not.
    """
    first = target(trail, request.url)
    there, redirects = first, 0
    while True:
        fetched = yield from _ask(trail, request, there, is_home=_origin(there) == _origin(first))
        answer = Answer(there.url, fetched, redirects)
        if not answer.is_redirect or not redirects_max:
            return answer
        if not fetched.redirect_url:
            trail.end(Code.REDIRECT_BROKEN, status=fetched.status)
        if redirects >= redirects_max:
            trail.end(Code.REDIRECT_LOOP, str(redirects_max))
        redirects += 1
        trail.hops = (*trail.hops, fetched.redirect_url)
        trail.refused = Code.REDIRECT_REFUSED
        request = _led_on(request, fetched.status)
        there = target(trail, fetched.redirect_url)


def _ask(trail: Trail, request: Request, there: Target, *, is_home: bool) -> Generator[Operation, Any, Fetched]:
    """One address: its answer."""
    found = yield from addresses(trail, there.host, request.family)
    wanted = _fetch(trail, request, there, is_home=is_home)
    fetched = yield from _from_any(trail, wanted, found)
    if fetched.problem is not None:
        yield from _explain(trail, wanted, fetched.problem)
    if request.jar is not None:
        request.jar.take(there.url, fetched.headers)
    return fetched


def _fetch(trail: Trail, request: Request, there: Target, *, is_home: bool) -> Fetch:
    headers = (*request.headers, *(request.secrets if is_home else ()))
    cookies = request.jar.header(there.url) if request.jar is not None else ""
    return Fetch(
        url=there.url,
        host=there.host,
        port=there.port,
        address="",
        allow_private=trail.spec.allow_private,
        method=request.method,
        headers=(*headers, f"Cookie: {cookies}") if cookies else headers,
        body=request.body,
        keeps_body=request.keeps_body,
    )


def _from_any(trail: Trail, wanted: Fetch, found: tuple[str, ...]) -> Generator[Operation, Any, Fetched]:
    """Ask the addresses in turn until one takes the connection."""
    tried = found[:ADDRESSES_TRIED_MAX]
    for left, address in zip(range(len(tried) - 1, -1, -1), tried, strict=True):
        limit_s = trail.spec.timeout_s / ADDRESSES_TRIED_MAX if left else None
        fetched: Fetched = yield replace(wanted, address=address, connect_limit_s=limit_s)
        phases = fetched.phases
        trail.address = address
        trail.took(
            connect_us=phases.connect_us,
            tls_us=phases.tls_us,
            first_byte_us=phases.first_byte_us,
            body_us=phases.body_us,
        )
        trail.cert_not_after = fetched.cert_not_after or trail.cert_not_after
        trail.cert_sha256 = fetched.cert_sha256 or trail.cert_sha256
        if fetched.is_connected or fetched.problem not in ELSEWHERE_MAY_WORK:
            break
    return fetched


def _explain(trail: Trail, wanted: Fetch, problem: Code) -> Generator[Operation, Any, None]:
    """End with what stood in the way; a certificate's dates are looked up for the sentence."""
    if problem in (Code.CERTIFICATE_ENDED, Code.CERTIFICATE_EARLY):
        looked: Fetched = yield replace(wanted, address=trail.address, body=b"", method="GET", inspect=True)
        trail.cert_not_after, trail.cert_sha256 = looked.cert_not_after, looked.cert_sha256
        edge = looked.cert_not_after if problem == Code.CERTIFICATE_ENDED else looked.cert_not_before
        trail.end(problem, day(edge) if edge else "")
    if problem == Code.CERTIFICATE_WRONG_NAME:
        trail.end(problem, wanted.host)
    if problem == Code.ADDRESS_REFUSED:
        trail.end(trail.refused)
    trail.end(problem, of_connection(problem, wanted.host, trail))


def _led_on(request: Request, status: int) -> Request:
    """What a browser asks for next: the same, or after 301 to 303 an ordinary page."""
    if status in KEEPS_METHOD or request.method in ("GET", "HEAD"):
        return request
    return replace(request, method="GET", body=b"", headers=_without_content(request.headers))


def _without_content(headers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in headers if not each.lower().startswith("content-"))


def _origin(there: Target) -> tuple[str, str, int]:
    return there.scheme, there.host, there.port
