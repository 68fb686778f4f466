"""What a check costs beside the bare minimum: processor time of Mainstay's prober, and of a loop on pycurl alone.

Both make the same requests in turns in one run: new connections to a server on loopback, TLS verified, body read.
The figures are processor seconds per 1,000 checks and their ratio, by scheme.
"""

import json
import multiprocessing
import os
import socket
import ssl
import statistics
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import pycurl
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

COUNTS = {"http": 1_000, "https": 400}
ROUNDS = 3
AT_ONCE = 20
HOST = "bench.test"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"


def serve(listener: socket.socket, pem: str) -> None:
    """Answer each connection once, over TLS where there is a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if pem:
        context.load_cert_chain(pem)
    while True:
        link, _ = listener.accept()
        try:
            with context.wrap_socket(link, server_side=True) if pem else link as secure:
                secure.recv(4096)
                secure.sendall(ANSWER)
        except OSError:
            continue


def make_certificate(folder: Path) -> str:
    """A file with a certificate of `HOST` that signs itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return str(path)


def bare(url: str, port: int, pem: str, count: int) -> None:
    """The floor: one multi handle, `AT_ONCE` handles used again, nothing else."""
    multi, idle, begun, ended = pycurl.CurlMulti(), [_handle(port, pem) for _ in range(AT_ONCE)], 0, 0
    while ended < count:
        while idle and begun < count:
            curl = idle.pop()
            curl.setopt(pycurl.URL, url)
            multi.add_handle(curl)
            begun += 1
        multi.perform()
        multi.select(0.05)
        _, good, bad = multi.info_read()
        if bad:
            raise SystemExit(f"the bare loop failed: {bad[0][2]}")
        for curl in good:
            multi.remove_handle(curl)
            idle.append(curl)
            ended += 1
    for curl in idle:
        curl.close()
    multi.close()


def _handle(port: int, pem: str) -> pycurl.Curl:
    curl = pycurl.Curl()
    curl.setopt(pycurl.CONNECT_TO, [f"::127.0.0.1:{port}"])
    curl.setopt(pycurl.FRESH_CONNECT, 1)
    curl.setopt(pycurl.FORBID_REUSE, 1)
    curl.setopt(pycurl.SSL_SESSIONID_CACHE, 0)
    curl.setopt(pycurl.SSL_EC_CURVES, "X25519:P-256")
    curl.setopt(pycurl.WRITEFUNCTION, len)
    if pem:
        curl.setopt(pycurl.CAINFO, pem)
    return curl


def prober(url: str, pem: str, hosts: Path, count: int) -> None:
    """The same through Mainstay's engine: names, guard, phases, certificate, finding."""
    from mainstay.watch.codes import Code  # late: the data folder had to be named first
    from mainstay.watch.engine.engine import Engine
    from mainstay.watch.engine.hosts import Hosts
    from mainstay.watch.engine.steps import Spec
    from mainstay.watch.facts import Finding
    from mainstay.watch.probes import start

    engine, findings, begun = Engine(pem, hosts=Hosts(hosts)), [], 0

    def begin() -> None:
        nonlocal begun
        if begun < count:
            begun += 1
            engine.start(start(Spec("http", url, 10.0, True)), 10.0, take)

    def take(finding: Finding) -> None:
        findings.append(finding.code)
        begin()

    for _ in range(AT_ONCE):
        begin()
    engine.loop.run(lambda: len(findings) >= count)
    engine.close()
    if set(findings) != {Code.OK}:
        raise SystemExit(f"not every check was good: {set(findings)}")


def cost_ms(work: Callable[[], None], count: int) -> tuple[float, float]:
    """Processor milliseconds a check, and checks a second."""
    began, used = perf_counter(), process_time()
    work()
    return (process_time() - used) * 1000 / count, count / (perf_counter() - began)


def compare(scheme: str, pem: str, hosts: Path) -> dict[str, float]:
    """Measure both in turns against one server, and give the middle of the rounds."""
    count = COUNTS[scheme]
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        port = listener.getsockname()[1]
        server = multiprocessing.Process(target=serve, args=(listener, pem), daemon=True)
        server.start()
        url = f"{scheme}://{HOST}:{port}/"
        floors, ours = [], []
        for _ in range(ROUNDS):
            floors.append(cost_ms(lambda: bare(url, port, pem, count), count)[0])
            ours.append(cost_ms(lambda: prober(url, pem, hosts, count), count))
        server.terminate()
        server.join()
    ratios = sorted(mine[0] / floor for mine, floor in zip(ours, floors, strict=True))
    return {
        f"{scheme}_cpu_s_per_1000": round(statistics.median(mine[0] for mine in ours), 3),
        f"{scheme}_bare_cpu_s_per_1000": round(statistics.median(floors), 3),
        f"{scheme}_ratio": round(statistics.median(ratios), 2),
        f"{scheme}_ratio_spread": round(ratios[-1] - ratios[0], 2),
        f"{scheme}_checks_per_s": round(statistics.median(mine[1] for mine in ours)),
    }


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as name:
        folder = Path(name)
        os.environ["MAINSTAY_DATA"] = name
        os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.config.settings"
        hosts = folder / "hosts"
        hosts.write_text(f"127.0.0.1 {HOST}\n")
        found = {**compare("http", "", hosts), **compare("https", make_certificate(folder), hosts)}
    print(json.dumps({"bench": "probe", "rounds": ROUNDS, **found}))


if __name__ == "__main__":
    main()
