"""Can a mailbox be read: the server's greeting, a secure connection, and where wanted the sign-in."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Spec, Steps
from mainstay.watch.probes.kind import Kind, Pointed
from mainstay.watch.probes.reaching import Trail, connect, ending, host_and_port
from mainstay.watch.probes.securing import secure
from mainstay.watch.probes.signing_in import SignInSettings
from mainstay.watch.probes.upgrading import greet_imap, imap, upgrade_imap

PORTS = {"tls": 993, "starttls": 143, "none": 143}


class Settings(SignInSettings):
    """How the server is spoken to."""

    security: Annotated[
        Literal["tls", "starttls", "none"],
        Field(title="Security", description="Secure from the start (TLS), an upgrade (STARTTLS), or none."),
    ] = "tls"

    @model_validator(mode="after")
    def _can_be_quoted(self) -> Self:
        if not (self.user + self.password).isascii() or not (self.user + self.password).isprintable():
            raise ValueError("Only letters, digits and signs of ASCII can be sent in a sign-in to a mailbox.")
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
