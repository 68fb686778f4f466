"""Does a port take connections, and greet as it should."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Family, Heard, Spec, Steps, Talk
from mainstay.watch.probes.kind import Kind, Pointed, ProbeSettings
from mainstay.watch.probes.reaching import Trail, connect, ending, host_and_port, of_connection, seconds
from mainstay.watch.probes.securing import secure

BANNER_BYTES_MAX = 4096


def _unescaped(text: str) -> str:
    """Backslash escapes of `\\r`, `\\n`, `\\t`, `\\0` and `\\xHH` are the only ones there are."""
    rest = re.sub(r"\\(?:[rnt0\\]|x[0-9a-fA-F]{2})", "", text)
    if "\\" in rest:
        raise ValueError("A backslash begins one of \\r \\n \\t \\0 \\xHH, or is written twice.")
    return text


class Settings(ProbeSettings):
    """What is said, and what is to be heard."""

    sends: Annotated[
        str,
        Field(title="Sends", description="What is sent first; \\r\\n ends a line.", max_length=2000),
        AfterValidator(_unescaped),
    ] = ""
    banner: Annotated[
        str,
        Field(title="Greeting", description="Words that the server must greet or answer with.", max_length=500),
    ] = ""
    tls: Annotated[bool, Field(title="Secure connection (TLS)")] = False
    slow_ms: Annotated[
        int | None, Field(title="Slow from (milliseconds)", description="Degraded, never down.", ge=1, le=60_000)
    ] = None
    family: Annotated[Family, Field(title="Addresses", description="IPv4, IPv6, or either.")] = Family.ANY


@ending
def probe(spec: Spec) -> Steps:
    """Connect; where a greeting is wanted, wait for it."""
    trail, wanted = Trail(spec), spec.settings or Settings()
    host, port = host_and_port(trail, spec.url, KIND.port)
    link = yield from connect(trail, host, port, wanted.family)
    if wanted.tls:
        yield from secure(trail, link, host)
    if wanted.sends or wanted.banner:
        words = wanted.banner.encode()
        heard: Heard = yield Talk(
            link, as_bytes(wanted.sends), (lambda got: words in got) if words else None, BANNER_BYTES_MAX
        )
        trail.took(first_byte_us=heard.took_us)
        if heard.problem is not None:
            if heard.data:
                return trail.finding(Code.BANNER_WRONG, wanted.banner)
            return trail.finding(heard.problem, of_connection(heard.problem, host, trail))
    if wanted.slow_ms and trail.phases.total_us >= wanted.slow_ms * 1000:
        return trail.finding(Code.SLOW, seconds(trail.phases.total_us / 1_000_000))
    return trail.finding(Code.OK)


def as_bytes(text: str) -> bytes:
    """What is sent for the text of the setting."""
    known = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}

    def put(found: re.Match[bytes]) -> bytes:
        word = found[1].decode()
        return known[word] if word in known else bytes([int(word[1:], 16)])

    return re.sub(rb"\\([rnt0\\]|x[0-9a-fA-F]{2})", put, text.encode())


KIND = Kind(
    key="tcp",
    label="Port",
    explanation="Connects to a port of a server, and looks at how it greets.",
    pointed=Pointed.HOST_PORT,
    settings=Settings,
    probe=probe,
)
