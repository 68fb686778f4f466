"""TLS handshakes with anybody: what is wrong with the other side is written down, and never ends the handshake.

One context serves all of them, so that a check loads no authorities; sessions are never resumed.
"""

import socket
from dataclasses import dataclass, field
from typing import Any

from OpenSSL import SSL, crypto

from mainstay.watch.engine.hosts import is_address
from mainstay.watch.engine.steps import Secured

ANY_CIPHER = b"DEFAULT:@SECLEVEL=0"
"""Also what is too weak: the check is to tell it, which it cannot when there is no handshake."""


@dataclass(slots=True)
class _Notes:
    """What was noted during one handshake."""

    verify_errors: list[int] = field(default_factory=list)
    ocsp: bytes = b""


class Handshakes:
    """Begins handshakes of clients."""

    def __init__(self, ca_file: str) -> None:
        self._ca_file = ca_file
        self._context: SSL.Context | None = None

    def begin(self, link: socket.socket, host: str, alpn: tuple[bytes, ...] = ()) -> SSL.Connection:
        """A handshake over `link` in which `host` is asked for."""
        connection = SSL.Connection(self._made(), link)
        connection.set_app_data(_Notes())
        if not is_address(host):
            connection.set_tlsext_host_name(host.encode("ascii"))
        if alpn:
            connection.set_alpn_protos(list(alpn))
        connection.request_ocsp()
        connection.set_connect_state()
        return connection

    @staticmethod
    def outcome(connection: SSL.Connection, took_us: int) -> Secured:
        """What a handshake that came about has shown."""
        notes: _Notes = connection.get_app_data()
        chain = connection.get_peer_cert_chain() or []
        return Secured(
            chain=tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, each) for each in chain),
            verify_errors=tuple(notes.verify_errors),
            protocol=connection.get_protocol_version_name(),
            cipher=connection.get_cipher_name() or "",
            ocsp=notes.ocsp,
            took_us=took_us,
        )

    def _made(self) -> SSL.Context:
        if self._context is None:
            context = SSL.Context(SSL.TLS_CLIENT_METHOD)
            context.set_min_proto_version(SSL.TLS1_VERSION)
            context.set_cipher_list(ANY_CIPHER)
            context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
            if self._ca_file:
                context.load_verify_locations(self._ca_file)
            context.set_verify(SSL.VERIFY_PEER, _note_error)
            context.set_ocsp_client_callback(_note_ocsp)
            self._context = context
        return self._context


def _note_error(connection: SSL.Connection, _certificate: Any, error: int, _depth: int, is_good: int) -> bool:
    if not is_good:
        connection.get_app_data().verify_errors.append(error)
    return True


def _note_ocsp(connection: SSL.Connection, answer: bytes, _data: Any) -> bool:
    connection.get_app_data().ocsp = answer
    return True
