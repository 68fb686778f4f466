"""A website on loopback for the benches: nginx, over HTTP and over HTTPS with a certificate of its own authority."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
BODY_BYTES = 8_000
STARTS_WITHIN_S = 10.0
CONFIGURATION = """
{user}daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_timeout 0; tcp_nodelay on;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  ssl_certificate {pem}; ssl_certificate_key {pem}; ssl_session_tickets off; ssl_session_cache off;
  ssl_protocols TLSv1.2 TLSv1.3;
  server {{
    listen 127.0.0.1:{http} backlog=4096; listen 127.0.0.1:{https} ssl backlog=4096;
    root {folder}/pages;
  }}
  server {{ listen 127.0.0.1:{count} backlog=512; keepalive_timeout 60; location / {{ stub_status; }} }}
}}
"""


@dataclass(frozen=True)
class Website:
    """Where it is, and the file of the certificate that it shows, which signs itself."""

    http: int
    https: int
    count: int
    pem: Path
    pid: int

    def url(self, scheme: str) -> str:
        """The address of its page."""
        return f"{scheme}://{LOOPBACK}:{getattr(self, scheme)}/"

    def answered(self) -> int:
        """How many requests it has answered since it began, those for this figure left out of the difference."""
        with urllib.request.urlopen(f"http://{LOOPBACK}:{self.count}/", timeout=5) as answer:
            figures = answer.read().split()
        return int(figures[figures.index(b"requests") + 3])


@contextmanager
def website(folder: Path) -> Iterator[Website]:
    """Start nginx in `folder`; it ends with the block."""
    (folder / "pages").mkdir()
    (folder / "pages" / "index.html").write_text("<title>Bench</title>" + "x" * BODY_BYTES)
    pem = make_certificate(folder / "website.pem")
    http, https, count = free_ports(3)
    path = folder / "nginx.conf"
    user = "user root; " if os.geteuid() == 0 else ""  # the folder is ours alone
    path.write_text(CONFIGURATION.format(user=user, folder=folder, pem=pem, http=http, https=https, count=count))
    process = subprocess.Popen(["nginx", "-c", str(path), "-p", str(folder)])
    try:
        wait_for(http)
        yield Website(http, https, count, pem, process.pid)
    finally:
        process.terminate()
        process.wait()


def make_certificate(path: Path) -> Path:
    """Write a certificate for loopback that signs itself, and its key (P-256), to `path`."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=60))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return path


def free_ports(many: int) -> list[int]:
    """Ports of loopback on which nobody listens."""
    sockets = [socket.create_server((LOOPBACK, 0)) for _ in range(many)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for(port: int) -> None:
    """Until somebody listens on `port`. Raises `SystemExit` when nobody does in `STARTS_WITHIN_S`."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection((LOOPBACK, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nothing listens on port {port}")
