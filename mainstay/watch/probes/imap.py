"""Can a mailbox be read: the server's greeting, a secure connection, and where wanted the sign-in."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Family, Spec, Steps
from mainstay.watch.probes.kind import Kind, Pointed, ProbeSettings
from mainstay.watch.probes.reaching import Trail, connect, ending, host_and_port
from mainstay.watch.probes.securing import secure
from mainstay.watch.probes.upgrading import greet_imap, imap, upgrade_imap

PORTS = {"tls": 993, "starttls": 143, "none": 143}
PRINTABLE = r"^[ -~]*$"


class Settings(ProbeSettings):
    """How the server is spoken to."""

    security: Annotated[
        Literal["tls", "starttls", "none"],
        Field(title="Security", description="Secure from the start (TLS), an upgrade (STARTTLS), or none."),
    ] = "tls"
    user: Annotated[
        str, Field(title="User name", description="Empty: no sign-in.", max_length=200, pattern=PRINTABLE)
    ] = ""
    password: Annotated[str, Field(title="Password", max_length=500, pattern=PRINTABLE)] = ""
    family: Annotated[Family, Field(title="Addresses", description="IPv4, IPv6, or either.")] = Family.ANY

    @model_validator(mode="after")
    def _never_in_the_open(self) -> Self:
        if self.user and self.security == "none":
            raise ValueError("A password is never sent over a connection that is not secure.")
        return self


@ending
def probe(spec: Spec) -> Steps:
    """Greet, upgrade, sign in, say goodbye."""
    trail, wanted = Trail(spec), spec.settings or Settings()
    host, port = host_and_port(trail, spec.url, PORTS[wanted.security])
    link = yield from connect(trail, host, port, wanted.family)
    if wanted.security == "tls":
        yield from secure(trail, link, host)
    yield from greet_imap(trail, link)
    if wanted.security == "starttls":
        yield from upgrade_imap(trail, link)
        yield from secure(trail, link, host)
    if wanted.user:
        words = b"LOGIN " + _quoted(wanted.user) + b" " + _quoted(wanted.password)
        yield from imap(trail, link, b"s2", words, Code.SIGN_IN_REFUSED, wanted.user)
    yield from imap(trail, link, b"s3", b"LOGOUT")
    return trail.finding(Code.OK)


def _quoted(text: str) -> bytes:
    """A quoted string (RFC 9051); the settings hold printable ASCII alone."""
    return b'"' + text.replace("\\", "\\\\").replace('"', '\\"').encode("ascii") + b'"'


KIND = Kind(
    key="imap",
    label="Mailbox (IMAP)",
    explanation="Greets a mailbox server, makes the connection secure, and where wanted signs in.",
    pointed=Pointed.HOST_PORT,
    settings=Settings,
    probe=probe,
    port=PORTS["tls"],
    counts=False,
    interval_s=300,
    secrets=("password",),
)
