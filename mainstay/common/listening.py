"""Addresses to listen on, as `host:port`."""

import errno
import http.client
import socket
import time

from mainstay.common.settings import SettingWrong

ANY = "0.0.0.0"  # nosec B104 # noqa: S104 - all addresses of this machine, where a person asks for them
LOOK_EVERY_S = 0.1


def split_listen(text: str) -> tuple[str, int]:
    """`127.0.0.1:8000` or `[::1]:8000` as host and port.

    Raises:
        SettingWrong: the text is not an address and a port.
    """
    host, separator, port = text.rpartition(":")
    if not separator or not port.isdigit() or not 0 < int(port) < 65536:
        raise SettingWrong(f"an address to listen on must be host:port, not {text!r}")
    return host.strip("[]") or ANY, int(port)


class CannotListen(SettingWrong):
    """This machine cannot listen at an address, whoever else does; the message says why."""


def is_free(text: str) -> bool:
    """Whether nothing listens at `text`.

    Raises:
        CannotListen: the address is none of this machine, or we have no right to its port.
    """
    host, port = split_listen(text)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            return False
        raise CannotListen(f"nothing can listen at {text}: {problem.strerror}") from problem
    return True


def free_from(text: str, tries: int = 20) -> str:
    """`text`, or the first address with one of the next `tries` ports at which nothing listens; `text` if none is.

    Raises:
        SettingWrong: the text is not an address and a port.
    """
    port = split_listen(text)[1]
    host = text.rpartition(":")[0]
    near = (f"{host}:{number}" for number in range(port, min(port + tries, 65536)))
    return next((each for each in near if is_free(each)), text)


def becomes_free(text: str, patience_s: float) -> bool:
    """Whether nothing listens at `text` any more before `patience_s` seconds are over."""
    until = time.monotonic() + patience_s
    while not is_free(text):
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK_EVERY_S)
    return True


def answers_http(text: str, patience_s: float) -> bool:
    """Whether something at `text` gives an HTTP answer before `patience_s` seconds are over."""
    host, port = split_listen(text)
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1" if host == ANY else host, port, timeout=patience_s)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(LOOK_EVERY_S)
        else:
            return True
        finally:
            connection.close()
    return False
