"""Does a mail server take mail in: its greeting, a secure connection, and where wanted the sign-in."""

import base64
from typing import Annotated, Literal

from pydantic import Field

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Spec, Steps
from mainstay.watch.probes.kind import Kind, Pointed
from mainstay.watch.probes.reaching import Trail, connect, ending, host_and_port
from mainstay.watch.probes.securing import secure
from mainstay.watch.probes.signing_in import SignInSettings
from mainstay.watch.probes.upgrading import greet_smtp, hello, smtp, upgrade_smtp

PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Settings(SignInSettings):
    """How the server is spoken to."""

    security: Annotated[
        Literal["starttls", "tls", "none"],
        Field(title="Security", description="An upgrade (STARTTLS), secure from the start (TLS), or none."),
    ] = "starttls"


@ending
def probe(spec: Spec) -> Steps:
    """Greet, upgrade, sign in, say goodbye."""
    trail, wanted = Trail(spec), spec.settings or Settings()
    host, port = host_and_port(trail, spec.url, PORTS[wanted.security])
    link = yield from connect(trail, host, port, wanted.family)
    if wanted.security == "tls":
        yield from secure(trail, link, host)
    yield from greet_smtp(trail, link)
    if wanted.security == "starttls":
        yield from upgrade_smtp(trail, link)
        yield from secure(trail, link, host)
        yield from hello(trail, link)
    if wanted.user:
        pair = base64.b64encode(f"\0{wanted.user}\0{wanted.password}".encode())
        yield from smtp(trail, link, b"AUTH PLAIN " + pair + b"\r\n", 235, Code.SIGN_IN_REFUSED, wanted.user)
    yield from smtp(trail, link, b"QUIT\r\n", 221)
    return trail.finding(Code.OK)


KIND = Kind(
    key="smtp",
    label="Mail server (SMTP)",
    explanation="Greets a mail server, makes the connection secure, and where wanted signs in.",
    pointed=Pointed.HOST_PORT,
    settings=Settings,
    probe=probe,
    port=PORTS["starttls"],
    counts=False,
    interval_s=300,
    secrets=("password",),
)
