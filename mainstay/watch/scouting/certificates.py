"""A server's certificate as people ask about it: for whom, by whom, until when, and what is wrong with it."""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Secure, Secured, Spec, Steps
from mainstay.watch.probes.reaching import Trail, connect, ending
from mainstay.watch.probes.securing import distrust, own_certificate

NAMES_SHOWN_MAX = 20


@dataclass(slots=True)
class CertificateFacts:
    """What a certificate says of itself; empty where no handshake came about. `wrong`: what a browser minds."""

    names: list[str] = field(default_factory=list)
    issuer: str = ""
    key: str = ""
    protocol: str = ""
    from_at: datetime | None = None
    to_at: datetime | None = None
    wrong: tuple[Code, str] | None = None


@ending
def _look(spec: Spec, host: str, port: int, facts: CertificateFacts) -> Steps:
    trail = Trail(spec)
    link = yield from connect(trail, host, port)
    secured: Secured = yield Secure(link, host)
    if secured.problem is not None:
        trail.end(secured.problem)
    _read(own_certificate(trail, secured), secured, host, facts)
    return trail.finding(Code.OK)


def certificate_at(host: str, port: int, facts: CertificateFacts, *, timeout_s: float, allow_private: bool) -> Steps:
    """The steps of filling `facts` from a handshake with `host`."""
    return _look(Spec("tls", host, timeout_s, allow_private), host, port, facts)


def _read(own: x509.Certificate, secured: Secured, host: str, facts: CertificateFacts) -> None:
    facts.names = _names(own)[:NAMES_SHOWN_MAX]
    facts.issuer = _issuer(own)
    facts.key = _key(own)
    facts.protocol = secured.protocol
    facts.from_at, facts.to_at = own.not_valid_before_utc, own.not_valid_after_utc
    facts.wrong = distrust(secured, own, host)


def _names(own: x509.Certificate) -> list[str]:
    try:
        named = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*named.get_values_for_type(x509.DNSName), *map(str, named.get_values_for_type(x509.IPAddress))]


def _issuer(own: x509.Certificate) -> str:
    for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if found := own.issuer.get_attributes_for_oid(kind):
            return str(found[0].value)
    return ""


def _key(own: x509.Certificate) -> str:
    key = own.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA, {key.key_size} bits"
    return f"{key.curve.name}" if isinstance(key, ec.EllipticCurvePublicKey) else type(key).__name__.strip("_")
