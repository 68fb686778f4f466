"""Judging how a server proves who it is: its certificate, its chain, and the proof that it was not withdrawn."""

from collections.abc import Generator
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

import service_identity
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import ocsp
from service_identity.cryptography import verify_certificate_hostname, verify_certificate_ip_address

from mainstay.watch.codes import Code
from mainstay.watch.engine.clock import utc
from mainstay.watch.engine.hosts import is_address
from mainstay.watch.engine.steps import Operation, Secure, Secured
from mainstay.watch.probes.reaching import Trail, day, of_connection

ENDED, EARLY = 10, 9
CHAIN_BROKEN = frozenset({2, 20, 21})
"""OpenSSL's X509_V_ERR: issuer not found, not found locally, first certificate cannot be verified."""

RSA_BITS_MIN = 2048
EC_BITS_MIN = 256
WEAK_HASHES = frozenset({"md5", "sha1"})
OLD_PROTOCOLS = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})
MUST_STAPLE = x509.TLSFeatureType.status_request


def secure(trail: Trail, link: int, host: str) -> Generator[Operation, Any, Secured]:
    """Shake hands; ends where none come about, or the certificate is not one of `host` that can be trusted."""
    secured: Secured = yield Secure(link, host)
    trail.took(tls_us=secured.took_us)
    if secured.problem is not None:
        trail.end(secured.problem, of_connection(secured.problem, host, trail))
    own = own_certificate(trail, secured)
    trail.cert_not_after, trail.cert_sha256 = own.not_valid_after_utc, own.fingerprint(SHA256()).hex()
    if (wrong := distrust(secured, own, host)) is not None:
        trail.end(*wrong)
    return secured


def own_certificate(trail: Trail, secured: Secured) -> x509.Certificate:
    """The server's own certificate. Ends where it sends none that can be read."""
    try:
        return x509.load_der_x509_certificate(secured.chain[0])
    except (IndexError, ValueError):
        trail.end(Code.TLS_FAILED)


def distrust(secured: Secured, own: x509.Certificate, host: str) -> tuple[Code, str] | None:
    """Why a browser would not go on, the plainest reason first; None when it would."""
    errors = frozenset(secured.verify_errors)
    if ENDED in errors:
        return Code.CERTIFICATE_ENDED, day(own.not_valid_after_utc)
    if EARLY in errors:
        return Code.CERTIFICATE_EARLY, day(own.not_valid_before_utc)
    if not is_made_for(own, host):
        return Code.CERTIFICATE_WRONG_NAME, host
    if errors and errors <= CHAIN_BROKEN and len(secured.chain) == 1 and own.issuer != own.subject:
        return Code.CERTIFICATE_CHAIN, ""
    return (Code.CERTIFICATE_UNTRUSTED, "") if errors else None


def is_made_for(own: x509.Certificate, host: str) -> bool:
    """Whether the certificate names `host` (RFC 9525)."""
    try:
        if is_address(host):
            verify_certificate_ip_address(own, str(ip_address(host)))
        else:
            verify_certificate_hostname(own, host)
    except (service_identity.VerificationError, service_identity.CertificateError):
        return False
    return True


def weakness(own: x509.Certificate) -> str:
    """What is too weak about a certificate; empty when nothing is."""
    key = own.public_key()
    if isinstance(key, (rsa.RSAPublicKey, dsa.DSAPublicKey)) and key.key_size < RSA_BITS_MIN:
        return f"{key.key_size} bits"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size < EC_BITS_MIN:
        return f"{key.key_size} bits"
    signed_with = own.signature_hash_algorithm
    return signed_with.name.upper() if signed_with is not None and signed_with.name in WEAK_HASHES else ""


def must_staple(own: x509.Certificate) -> bool:
    """Whether the certificate obliges the server to send the authority's proof along (RFC 7633)."""
    try:
        return MUST_STAPLE in own.extensions.get_extension_for_class(x509.TLSFeature).value
    except x509.ExtensionNotFound:
        return False


def stapled(answer: bytes) -> ocsp.OCSPResponse | None:
    """The authority's proof, where one was sent that says anything."""
    try:
        found = ocsp.load_der_ocsp_response(answer)
    except ValueError:
        return None
    return found if found.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL else None


def ends_within(own: x509.Certificate, span: timedelta, at: datetime | None = None) -> bool:
    """Whether the certificate ends within `span` from `at` (now)."""
    return own.not_valid_after_utc - (at or utc()) <= span
