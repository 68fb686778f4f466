"""When does the registration of a domain end, as its registry tells over RDAP (RFC 9082, RFC 9083, RFC 9224)."""

import json
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NoReturn

from pydantic import Field

from mainstay.watch.codes import Code
from mainstay.watch.engine.clock import utc
from mainstay.watch.engine.steps import Operation, Spec, Steps
from mainstay.watch.probes import fetching
from mainstay.watch.probes.kind import Kind, Pointed, ProbeSettings
from mainstay.watch.probes.reaching import Ended, Trail, day, ending, target

BOOTSTRAP = "https://data.iana.org/rdap/dns.json"
BOOTSTRAP_KEPT = timedelta(days=1)
FOUND, NOT_FOUND = 200, 404

_kept: dict[str, tuple[datetime, dict[str, Any]]] = {}


class Settings(ProbeSettings):
    """How early to warn, and whom to ask."""

    days_left_min: Annotated[
        int, Field(title="Days left", description="Fewer, and the domain is degraded.", ge=0, le=365)
    ] = 30
    server: Annotated[
        str,
        Field(
            title="RDAP server",
            description="Where to ask, where the registry is in no public list. Empty: as IANA says.",
            max_length=500,
        ),
    ] = ""


@ending
def probe(spec: Spec) -> Steps:
    """Find the registry, ask it, read the date. A registry that does not tell makes the state unknown, never good."""
    trail, wanted = Trail(spec), spec.settings or Settings()
    name = target(trail, f"http://{spec.url}").host
    server = wanted.server or (yield from _server_of(trail, name))
    status, told = yield from _asked(trail, f"{server.rstrip('/')}/domain/{name}", (FOUND, NOT_FOUND))
    if status == NOT_FOUND:
        return trail.finding(Code.DOMAIN_FREE, name)
    ends_at = expiry(told)
    if ends_at is None:
        _is_silent(trail, "it gives no date")
    if ends_at <= utc():
        return trail.finding(Code.DOMAIN_ENDED, day(ends_at))
    if ends_at - utc() <= timedelta(days=wanted.days_left_min):
        return trail.finding(Code.DOMAIN_ENDS_SOON, day(ends_at))
    return trail.finding(Code.OK)


def expiry(told: dict[str, Any]) -> datetime | None:
    """The instant at which the registration ends, where the answer of RDAP says one."""
    events = told.get("events")
    for event in events if isinstance(events, list) else ():
        if isinstance(event, dict) and event.get("eventAction") == "expiration":
            try:
                at = datetime.fromisoformat(str(event.get("eventDate")))
            except ValueError:
                return None
            return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None


def server_in(bootstrap: dict[str, Any], name: str) -> str:
    """The server that the list names for the longest ending of `name`; https before http; empty for none."""
    found, length = "", 0
    labels = name.split(".")
    endings = {".".join(labels[n:]) for n in range(len(labels))}
    for service in bootstrap.get("services", ()):
        for ending_ in set(service[0]) & endings:
            if ending_.count(".") + 1 > length:
                urls = sorted(service[1], key=lambda url: not str(url).startswith("https:"))
                found, length = str(urls[0]) if urls else "", ending_.count(".") + 1
    return found


def _server_of(trail: Trail, name: str) -> Generator[Operation, Any, str]:
    at, bootstrap = _kept.get(BOOTSTRAP, (datetime.min.replace(tzinfo=UTC), {}))
    if utc() - at > BOOTSTRAP_KEPT:
        _, bootstrap = yield from _asked(trail, BOOTSTRAP, (FOUND,))
        _kept[BOOTSTRAP] = (utc(), bootstrap)
    try:
        server = server_in(bootstrap, name)
    except (TypeError, AttributeError, IndexError):
        _kept.pop(BOOTSTRAP, None)
        _is_silent(trail, "the list of registries cannot be read")
    return server or _is_silent(trail, f"no registry for {name} is in the public list")


def _asked(trail: Trail, url: str, wanted: tuple[int, ...]) -> Generator[Operation, Any, tuple[int, dict[str, Any]]]:
    """A JSON object from `url`. What goes wrong on the way is the registry's silence, not the domain's fault."""
    request = fetching.Request(url, headers=("Accept: application/rdap+json, application/json",), keeps_body=True)
    try:
        answer = yield from fetching.follow(trail, request)
    except Ended as end:
        if end.finding.code in (Code.ADDRESS_REFUSED, Code.PROBER_FAULT):
            raise
        _is_silent(trail, "it cannot be reached")
    status = answer.fetched.status
    if status not in wanted:
        _is_silent(trail, f"it answers with an error ({status})")
    if status == NOT_FOUND:
        return status, {}
    try:
        told = json.loads(answer.fetched.body)
    except (ValueError, RecursionError):
        told = None
    return (status, told) if isinstance(told, dict) else _is_silent(trail, "its answer cannot be read")


def _is_silent(trail: Trail, why: str) -> NoReturn:
    trail.end(Code.REGISTRY_SILENT, why)


KIND = Kind(
    key="domain",
    label="Domain",
    explanation="Asks the registry when the registration of a domain ends (RDAP).",
    pointed=Pointed.HOST,
    settings=Settings,
    probe=probe,
    counts=False,
    interval_s=21_600,
)
