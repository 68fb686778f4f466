"""A certificate authority of the tests: certificates of every kind that a check must tell apart."""

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
PEM = serialization.Encoding.PEM


@dataclass
class Pair:
    """A certificate with its key, and those between it and the authority."""

    key: Any
    certificate: x509.Certificate
    chain: list[x509.Certificate] = field(default_factory=list)

    def write(self, folder: Path, *, with_chain: bool = True) -> Path:
        """One file with the key, the certificate and its chain."""
        path = folder / f"pair-{self.certificate.serial_number}-{with_chain}.pem"
        key = self.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        chain = self.chain if with_chain else []
        path.write_bytes(key + b"".join(each.public_bytes(PEM) for each in [self.certificate, *chain]))
        return path

    def context(self, folder: Path, *, with_chain: bool = True) -> ssl.SSLContext:
        """A server's side of TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.write(folder, with_chain=with_chain))
        return context


class Authority:
    """A root, and one intermediate below it."""

    def __init__(self) -> None:
        self.root = self._signed("Test Root", ec.generate_private_key(ec.SECP256R1()), None, is_ca=True)
        self.between = self._signed("Test Between", ec.generate_private_key(ec.SECP256R1()), self.root, is_ca=True)

    def file(self, folder: Path) -> Path:
        """What a prober is to trust."""
        path = folder / "root.pem"
        path.write_bytes(self.root.certificate.public_bytes(PEM))
        return path

    def issue(self, host: str = "site.test", *, key: Any = None, through: bool = False, **more: Any) -> Pair:
        """A certificate of `host`; `through` the intermediate, whose certificate is then its chain."""
        signer = self.between if through else self.root
        pair = self._signed(host, key or ec.generate_private_key(ec.SECP256R1()), signer, host=host, **more)
        pair.chain = [self.between.certificate] if through else []
        return pair

    def proof(self, pair: Pair, *, is_revoked: bool) -> bytes:
        """The authority's answer of OCSP about a certificate that it issued itself."""
        now = datetime.now(UTC)
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=pair.certificate,
            issuer=self.root.certificate,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=now - DAY,
            next_update=now + DAY,
            revocation_time=datetime(2026, 3, 3, tzinfo=UTC) if is_revoked else None,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.root.certificate)
        return builder.sign(self.root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _signed(
        self,
        name: str,
        key: Any,
        signer: Pair | None,
        *,
        host: str = "",
        is_ca: bool = False,
        begins_in: timedelta = -DAY,
        ends_in: timedelta = 90 * DAY,
        must_staple: bool = False,
    ) -> Pair:
        now = datetime.now(UTC)
        issuer = signer.certificate.subject if signer else _name(name)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins_in)
            .not_valid_after(now + ends_in)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        if must_staple:
            builder = builder.add_extension(x509.TLSFeature([x509.TLSFeatureType.status_request]), critical=False)
        return Pair(key, builder.sign(signer.key if signer else key, hashes.SHA256()))


def weak_key() -> Any:
    return rsa.generate_private_key(65537, 1024)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
