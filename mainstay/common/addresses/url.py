"""Reading a URL as a browser would, and refusing what browsers and libcurl could read differently. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from mainstay.common.addresses.host import read_host
from mainstay.common.addresses.refused import AddressRefused, NoWebAddress

LENGTH_LIMIT = 2048
KNOWN_MAX = 20_000
"""How many addresses are kept as they were read: those of the monitors are read anew at each look."""
PORTS = {"http": 80, "https": 443}
FORM = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):(?P<slashes>/*)(?P<authority>[^/?#]*)(?P<rest>.*)", re.I | re.S)
ESCAPED = "!$&'()*+,;=:@/?-._~%[]|^{}`\"<>"


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be asked. `host` is ASCII in lower case: a name, `192.0.2.1`, or `2001:db8::1` without brackets.

    `path` begins with `/` and holds the query; the part after `#` is gone.
    """

    scheme: str
    host: str
    port: int
    path: str
    is_ip: bool

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL; the port only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The one way to write this target."""
        return f"{self.scheme}://{self.authority}{self.path}"


@lru_cache(maxsize=KNOWN_MAX)
def parse(url: str) -> Target:
    """Read `url`.

    Says nothing about where its name leads: each resolved address, and a literal one too, goes to `check_ip`.

    Raises:
        AddressRefused: a name and password in it, or written in a way that two programs could understand differently.
        NoWebAddress: not http or https, no host, or a port that is none.
    """
    text = url.strip(" ")
    _refuse_odd_text(text)
    parts = FORM.fullmatch(text)
    if parts is None or not parts["slashes"]:
        raise NoWebAddress("An address begins with http:// or https://")
    scheme = parts["scheme"].lower()
    if scheme not in PORTS:
        raise NoWebAddress(f"Only http and https addresses can be asked for, not {scheme}")
    if parts["slashes"] != "//" or not parts["authority"]:
        raise NoWebAddress("The name of the website is missing")
    written, port = _split(parts["authority"], PORTS[scheme])
    host, is_ip = read_host(written)
    return Target(scheme, host, port, _path(parts["rest"]), is_ip)


def _refuse_odd_text(text: str) -> None:
    if len(text) > LENGTH_LIMIT:
        raise AddressRefused(f"The address is longer than {LENGTH_LIMIT} characters")
    if "\\" in text:
        raise AddressRefused("An address holds no backslash")
    for character in text:
        if unicodedata.category(character)[0] in "CZ":
            raise AddressRefused("An address holds no spaces, control or invisible characters")


def _split(authority: str, usual_port: int) -> tuple[str, int]:
    """Host and port of `host`, `host:port`, `[v6]` or `[v6]:port`."""
    if "@" in authority:
        raise AddressRefused("An address holds no user name or password")
    if authority.startswith("["):
        host, bracket, after = authority.partition("]")
        if not bracket or (after and not after.startswith(":")):
            raise AddressRefused("The brackets around the IPv6 address do not match")
        return host + bracket, _port(after[1:], usual_port)
    host, _, port = authority.partition(":")
    return host, _port(port, usual_port)


def _port(written: str, usual: int) -> int:
    if not written:
        return usual
    if not re.fullmatch(r"[0-9]{1,5}", written) or not 1 <= int(written) <= 65535:
        raise NoWebAddress("The port is a number from 1 to 65535")
    return int(written)


def _path(rest: str) -> str:
    """Path and query in ASCII, without the fragment."""
    kept = rest.partition("#")[0]
    kept = kept if kept.startswith("/") else f"/{kept}"
    return quote(kept, safe=ESCAPED)
