"""What a check costs the prober: rate and processor time of new connections to a server on loopback."""

import json
import multiprocessing
import os
import socket
import tempfile
from time import perf_counter, process_time

COUNT = 3_000
AT_ONCE = 50
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"


def serve(listener: socket.socket) -> None:
    """Answer each connection once."""
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(ANSWER)


def main() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        server = multiprocessing.Process(target=serve, args=(listener,), daemon=True)
        server.start()
        with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
            os.environ["MAINSTAY_DATA"] = folder
            os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.config.settings"
            measure(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        server.terminate()


def measure(url: str) -> None:
    """Check `url` again and again, always so many at a time."""
    from mainstay.watch.codes import Code  # late: the data folder had to be named first
    from mainstay.watch.engine.engine import Engine
    from mainstay.watch.engine.steps import Spec
    from mainstay.watch.facts import Finding
    from mainstay.watch.observe import ca_file
    from mainstay.watch.probes import start

    engine = Engine(ca_file())
    findings: list[Finding] = []
    begun = 0

    def begin() -> None:
        nonlocal begun
        if begun < COUNT:
            begun += 1
            engine.start(start(Spec("http", url, 10.0, True)), 10.0, take)

    def take(finding: Finding) -> None:
        findings.append(finding)
        begin()

    began, used = perf_counter(), process_time()
    for _ in range(AT_ONCE):
        begin()
    engine.loop.run(lambda: len(findings) == COUNT)
    took_s, cpu_s = perf_counter() - began, process_time() - used
    engine.close()
    assert {finding.code for finding in findings} == {Code.OK}
    print(f"{COUNT} checks over HTTP, each a new connection, {AT_ONCE} at a time")
    print(json.dumps({"checks_per_s": round(COUNT / took_s), "cpu_s_per_1000": round(cpu_s / COUNT * 1000, 3)}))


if __name__ == "__main__":
    main()
