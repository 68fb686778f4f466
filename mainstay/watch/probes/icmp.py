"""Does a server answer echo requests (ping)."""

from typing import Annotated

from pydantic import Field

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Family, Ping, Ponged, Spec, Steps
from mainstay.watch.probes.kind import Kind, Pointed, ProbeSettings
from mainstay.watch.probes.reaching import Trail, addresses, ending, of_connection, seconds, target

NOT_ALLOWED = "this machine allows no echo requests"


class Settings(ProbeSettings):
    """How many requests, and how long each may take."""

    requests: Annotated[
        int, Field(title="Requests", description="Some lost: degraded. All lost: down.", ge=1, le=10)
    ] = 3
    wait_ms: Annotated[int, Field(title="Wait for each (milliseconds)", ge=10, le=10_000)] = 1000
    family: Annotated[Family, Field(title="Addresses", description="IPv4, IPv6, or either.")] = Family.ANY


@ending
def probe(spec: Spec) -> Steps:
    """Send the requests one after the other to the name's first address."""
    trail, wanted = Trail(spec), spec.settings or Settings()
    host = target(trail, f"http://{spec.url}").host
    address, *_ = yield from addresses(trail, host, wanted.family)
    trail.address = address
    echoes: list[int] = []
    for _ in range(wanted.requests):
        ponged: Ponged = yield Ping(address, spec.allow_private, wanted.wait_ms / 1000)
        if ponged.problem is None:
            echoes.append(ponged.took_us)
        elif ponged.problem is not Code.TIMEOUT:
            detail = NOT_ALLOWED if ponged.problem is Code.PROBER_FAULT else of_connection(ponged.problem, host, trail)
            return trail.finding(ponged.problem, detail)
    if not echoes:
        return trail.finding(Code.ECHO_MISSING, seconds(wanted.wait_ms / 1000))
    trail.took(first_byte_us=sum(echoes) // len(echoes))
    if len(echoes) < wanted.requests:
        return trail.finding(Code.ECHO_LOST, f"{len(echoes)} of {wanted.requests}")
    return trail.finding(Code.OK)


KIND = Kind(
    key="icmp",
    label="Echo (ping)",
    explanation="Sends echo requests to a server, and counts the answers.",
    pointed=Pointed.HOST,
    settings=Settings,
    probe=probe,
    counts=False,
)
