"""Messages through the library apprise: Slack, Teams, Telegram, ntfy, SMS gateways, any HTTP receiver, and many more.

apprise opens its own connections: what can be guarded here is the host that its address names, looked up when the
channel is saved and again before each message. Redirects are not followed; its own lookup cannot be pinned.
"""

import re
import socket
from typing import Any

from mainstay.common.addresses import AddressRefused, check_ip
from mainstay.common.addresses.host import read_host
from mainstay.common.notify.channels.base import AddressWrong, Message, NotTaken

TITLE_MAX = 200
TIMEOUT_S = 8
HOSTS = ("smtp_host", "host")
STATUS = re.compile(r"error=(\d{3})\b")


class Outside:
    """One address of apprise, as `slack://…`. It holds secrets and is never shown or logged."""

    key = "apprise"
    label = "Slack, Teams, Telegram, ntfy, SMS, webhook … (Apprise)"
    help_text = "An Apprise address, as slack://token/token/token/#on-call or jsons://hooks.agency.example/alerts."

    def check(self, address: str, *, allow_private: bool) -> None:
        self._opened(address, allow_private=allow_private)

    def send(self, address: str, message: Message, *, allow_private: bool) -> None:
        import apprise  # late: it takes over a second, and only the worker needs it

        service = self._opened(address, allow_private=allow_private)
        with apprise.LogCapture(level=apprise.logging.WARNING) as said:
            taken = service.notify(title=message.title[:TITLE_MAX], body=message.text)
            status = STATUS.search(said.getvalue())
        if not taken:
            raise NotTaken(f"the service refused it ({status[1]})" if status else "the service could not be reached")

    def _opened(self, address: str, *, allow_private: bool) -> Any:
        import apprise  # late: as above

        service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
        if service is None:
            raise AddressWrong("Apprise knows no such address. It begins with the name of a service, as slack://")
        for name in HOSTS:
            if host := getattr(service, name, None):
                _check_host(str(host), allow_private=allow_private)
        service.socket_connect_timeout = service.socket_read_timeout = TIMEOUT_S
        service.redirects = False
        return service


def _check_host(written: str, *, allow_private: bool) -> None:
    """Refuse a host in a network that is not asked. What is no host, as a token, leads nowhere."""
    try:
        bare = written.strip("[]")
        host, is_ip = read_host(f"[{bare}]" if ":" in bare else bare)
    except AddressRefused:
        return  # a token, not a host: the service's own host is fixed in apprise
    try:
        for each in [host] if is_ip else _addresses(host):
            check_ip(each, allow_private=allow_private)
    except AddressRefused as problem:
        raise AddressWrong(f"Nothing is sent there: {problem.reason}. An administrator can allow it.") from problem


def _addresses(host: str) -> set[str]:
    """What the name leads to now; nothing when it does not exist."""
    try:
        return {str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return set()
