"""A time-stamping authority of a test's own: OpenSSL's, behind HTTP on loopback."""

import subprocess
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.needs import program

NAME = "Harbour Time Stamps"
CONFIGURATION = """
[tsa]
default_tsa = usual
[usual]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class StampingAuthority:
    """Signs what comes in by POST. `mood` says how: rightly, "refuse" (the digest is not taken), "noise", or "old"
    (the first answer again)."""

    def __init__(self, folder: Path, *, ends: timedelta = timedelta(days=300)) -> None:
        self.folder, self.mood, self.asked = folder, "", 0
        folder.mkdir(parents=True, exist_ok=True)
        self._openssl = program("openssl", "openssl")
        self._first: bytes | None = None
        self._make(ends)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/tsr"

    @property
    def roots(self) -> str:
        """The file of its own authority."""
        return str(self.folder / "root.pem")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, query: bytes) -> bytes:
        """What it says to a request."""
        self.asked += 1
        if self.mood == "noise":
            return b"<html>it is broken</html>"
        if self.mood == "old" and self._first is not None:
            return self._first
        (self.folder / "query").write_bytes(query)
        configuration = CONFIGURATION.format(folder=self.folder)
        if self.mood == "refuse":
            configuration = configuration.replace("digests = sha256", "digests = sha512")
        (self.folder / "tsa.conf").write_text(configuration)
        command = [self._openssl, "ts", "-reply", "-queryfile", str(self.folder / "query")]
        files = ["-signer", str(self.folder / "signer.pem"), "-inkey", str(self.folder / "key.pem")]
        out = ["-config", str(self.folder / "tsa.conf"), "-out", str(self.folder / "answer")]
        subprocess.run([*command, *files, *out], check=True, capture_output=True)
        found = (self.folder / "answer").read_bytes()
        self._first = self._first or found
        return found

    def _make(self, ends: timedelta) -> None:
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Harbour Root")])
        base = x509.CertificateBuilder().not_valid_before(now - timedelta(days=400))
        root = (
            base.subject_name(root_name)
            .issuer_name(root_name)
            .public_key(root_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_after(now + timedelta(days=800))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
            .sign(root_key, hashes.SHA256())
        )
        signer = (
            base.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)]))
            .issuer_name(root_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_after(now + ends)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .sign(root_key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        (self.folder / "root.pem").write_bytes(root.public_bytes(pem))
        (self.folder / "signer.pem").write_bytes(signer.public_bytes(pem))
        plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        (self.folder / "key.pem").write_bytes(key.private_bytes(pem, *plain))
        (self.folder / "serial").write_text("01\n")


def _handler(authority: StampingAuthority) -> Any:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    return Handler
