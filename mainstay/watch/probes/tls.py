"""Is a server's certificate good, and for how long: dates, name, chain, key, protocol, and the stapled proof."""

from datetime import timedelta
from typing import Annotated, Literal

from cryptography.x509 import ocsp
from pydantic import Field

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Family, Spec, Steps
from mainstay.watch.probes.kind import Kind, Pointed, ProbeSettings
from mainstay.watch.probes.reaching import Trail, connect, day, ending, host_and_port
from mainstay.watch.probes.securing import (
    OLD_PROTOCOLS,
    ends_within,
    must_staple,
    own_certificate,
    secure,
    stapled,
    weakness,
)
from mainstay.watch.probes.upgrading import start_tls

HTTPS, SMTP, IMAP = 443, 25, 143
PORTS = {"": HTTPS, "smtp": SMTP, "imap": IMAP}


class Settings(ProbeSettings):
    """What a certificate must be."""

    days_left_min: Annotated[
        int,
        Field(title="Days left", description="Fewer, and the website is degraded.", ge=0, le=365),
    ] = 14
    name: Annotated[
        str, Field(title="Name", description="The name to ask for, where it is another than the host.", max_length=253)
    ] = ""
    starttls: Annotated[
        Literal["", "smtp", "imap"],
        Field(title="Upgrade (STARTTLS)", description="For a mail server whose connection becomes a secure one."),
    ] = ""
    family: Annotated[Family, Field(title="Addresses", description="IPv4, IPv6, or either.")] = Family.ANY


@ending
def probe(spec: Spec) -> Steps:
    """Shake hands, and say the worst that there is to be said."""
    trail, wanted = Trail(spec), spec.settings or Settings()
    host, port = host_and_port(trail, spec.url, PORTS[wanted.starttls])
    link = yield from connect(trail, host, port, wanted.family)
    if wanted.starttls:
        yield from start_tls(trail, link, wanted.starttls)
    secured = yield from secure(trail, link, wanted.name or host)
    own = own_certificate(trail, secured)
    proof = stapled(secured.ocsp)
    if proof is not None and proof.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        when = proof.revocation_time_utc
        return trail.finding(Code.CERTIFICATE_REVOKED, day(when) if when else "")
    if must_staple(own) and proof is None:
        return trail.finding(Code.STAPLE_MISSING)
    if weak := weakness(own):
        return trail.finding(Code.CERTIFICATE_WEAK, weak)
    if secured.protocol in OLD_PROTOCOLS:
        return trail.finding(Code.TLS_OLD, secured.protocol)
    if ends_within(own, timedelta(days=wanted.days_left_min)):
        return trail.finding(Code.CERTIFICATE_ENDS_SOON, day(own.not_valid_after_utc))
    return trail.finding(Code.OK)


KIND = Kind(
    key="tls",
    label="Certificate",
    explanation="Shakes hands with a server, and looks at its certificate: dates, name, chain, key and protocol.",
    pointed=Pointed.HOST_PORT,
    settings=Settings,
    probe=probe,
    port=HTTPS,
    counts=False,
    interval_s=3600,
)
