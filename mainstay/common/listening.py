"""Addresses to listen on, as `host:port`."""

import socket

from mainstay.common.settings import SettingWrong


def split_listen(text: str) -> tuple[str, int]:
    """`127.0.0.1:8000` or `[::1]:8000` as host and port.

    Raises:
        SettingWrong: the text is not an address and a port.
    """
    host, separator, port = text.rpartition(":")
    if not separator or not port.isdigit() or not 0 < int(port) < 65536:
        raise SettingWrong(f"an address to listen on must be host:port, not {text!r}")
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104 - asked for by the person


def is_free(text: str) -> bool:
    """Whether nothing listens at `text`."""
    host, port = split_listen(text)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
