"""A certificate authority for the demo's https website, one good certificate and one that has ended."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOOPBACK = ipaddress.ip_address("127.0.0.1")


@dataclass(frozen=True)
class Certificates:
    """Files in PEM form; `good` and `expired` hold certificate and key."""

    authority: Path
    good: Path
    expired: Path


def certificates(folder: Path, at: datetime) -> Certificates:
    """The demo's certificates in `folder`, made when they are missing or the good one ends within 30 days."""
    found = Certificates(folder / "ca.pem", folder / "good.pem", folder / "expired.pem")
    if not _is_usable(found, at):
        _make(found, at)
    return found


def _is_usable(found: Certificates, at: datetime) -> bool:
    if not all(path.exists() for path in (found.authority, found.good, found.expired)):
        return False
    return x509.load_pem_x509_certificate(found.good.read_bytes()).not_valid_after_utc > at + timedelta(days=30)


def _make(found: Certificates, at: datetime) -> None:
    found.authority.parent.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mainstay demo authority")])
    authority = (
        _builder(name, name, key.public_key(), at - timedelta(days=400), at + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_authority_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    found.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    _leaf(found.good, authority, key, at - timedelta(days=1), at + timedelta(days=365))
    _leaf(found.expired, authority, key, at - timedelta(days=90), at - timedelta(days=1))


def _leaf(
    path: Path, authority: x509.Certificate, signer: ec.EllipticCurvePrivateKey, start: datetime, end: datetime
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(LOOPBACK), x509.DNSName("localhost")])
    leaf = (
        _builder(name, authority.subject, key.public_key(), start, end)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.touch(mode=0o600)
    path.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + private)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )


def _authority_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
