"""One live demo website: a small real server that changes its behaviour when told."""

import ssl
import threading
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import Template
from typing import ClassVar

from mainstay.demo.facts import Mode
from mainstay.demo.live.certificates import Certificates

SLOW_S = 6.0

PAGE = Template("""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>$title</h1><p>$text</p></main></body></html>
""")


class LiveServer:
    """A website on loopback whose listener opens, closes and changes certificate with its mode."""

    def __init__(self, *, title: str, scheme: str, port: int, certificates: Certificates) -> None:
        self.title, self.scheme, self.port, self.certificates = title, scheme, port, certificates
        self.mode: Mode | None = None
        self._server: ThreadingHTTPServer | None = None

    def become(self, mode: Mode) -> None:
        """Take on `mode`. Existing visitors are finished; the next ones meet the new behaviour."""
        if mode is self.mode:
            return
        self.close()
        self.mode = mode
        if mode is not Mode.DOWN:
            self._server = self._listen(mode)

    def close(self) -> None:
        """Stop listening."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _listen(self, mode: Mode) -> ThreadingHTTPServer:
        handler = type("Handler", (_Handler,), {"title": self.title, "mode": mode})
        server = _Server(("127.0.0.1", self.port), handler)
        if self.scheme == "https":
            server.tls = self._tls(mode)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server

    def _tls(self, mode: Mode) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificates.expired if mode is Mode.EXPIRED else self.certificates.good)
        return context


class _Server(ThreadingHTTPServer):
    """Wraps each connection in TLS in its own thread, so that a slow visitor delays nobody."""

    daemon_threads = True
    tls: ssl.SSLContext | None = None

    def finish_request(self, request, client_address):  # type: ignore[no-untyped-def]
        if self.tls is None:
            return super().finish_request(request, client_address)
        request.settimeout(10)
        try:
            with self.tls.wrap_socket(request, server_side=True) as secured:
                return super().finish_request(secured, client_address)
        except (OSError, ssl.SSLError):
            return None

    def handle_error(self, request, client_address) -> None:  # type: ignore[no-untyped-def]
        """A visitor who goes away early is no news."""


class _Handler(BaseHTTPRequestHandler):
    title: ClassVar[str] = ""
    mode: ClassVar[Mode] = Mode.WORKING
    server_version = "MainstayDemo"
    sys_version = ""

    def do_GET(self) -> None:
        if self.mode is Mode.SLOW:
            time.sleep(SLOW_S)
        if self.mode is Mode.ERROR:
            self._answer(500, "Something went wrong on this server.")
        else:
            self._answer(200, "Welcome. This small website is really there, so that Mainstay has something to watch.")

    do_HEAD = do_GET

    def _answer(self, status: int, text: str) -> None:
        body = PAGE.substitute(title=escape(self.title), text=escape(text)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Visits are not logged."""
