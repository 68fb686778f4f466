"""Reading the host of a URL: names by UTS 46, IPv4 in all its spellings, IPv6. Pure."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import idna

from mainstay.common.addresses.refused import AddressRefused

NAME_LIMIT = 253
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


def read_host(written: str) -> tuple[str, bool]:
    """The host in its one form, and whether it is an IP address.

    Raises:
        AddressRefused: it is neither a name nor an address.
    """
    if written.startswith("["):
        return _ipv6(written), True
    if "%" in written:
        raise AddressRefused("The name of a website holds no %")
    name = _ascii(written).removesuffix(".")
    if NUMBER.fullmatch(name.rpartition(".")[2]):
        return _ipv4(name), True
    _check_name(name)
    return name, False


def _ascii(written: str) -> str:
    """The name as it is looked up: full-width and other look-alike signs mapped, other scripts encoded."""
    if written.isascii():
        return written.lower()
    try:
        return idna.encode(idna.uts46_remap(written, std3_rules=False, transitional=False)).decode().lower()
    except (idna.IDNAError, UnicodeError):
        raise AddressRefused(f"{written!r} cannot be the name of a website") from None


def _check_name(name: str) -> None:
    labels = name.split(".")
    if len(name) > NAME_LIMIT or not all(LABEL.fullmatch(label) for label in labels):
        raise AddressRefused(f"{name!r} cannot be the name of a website")


def _ipv6(written: str) -> str:
    inside = written[1:-1]
    if "%" in inside:
        raise AddressRefused("An address names no network interface")
    try:
        return str(IPv6Address(inside))
    except AddressValueError:
        raise AddressRefused(f"{inside!r} is no IPv6 address") from None


def _ipv4(name: str) -> str:
    """`2130706433`, `0x7f.1`, `0177.0.0.1` and `127.1` are all ways to write 127.0.0.1."""
    parts = name.split(".")
    if len(parts) > 4 or not all(NUMBER.fullmatch(part) for part in parts):
        raise AddressRefused(f"{name!r} is no IPv4 address")
    *leading, last = (_number(part) for part in parts)
    if any(number > 255 for number in leading) or last >= 256 ** (4 - len(leading)):
        raise AddressRefused(f"{name!r} is no IPv4 address")
    value = last + sum(number << (8 * (3 - place)) for place, number in enumerate(leading))
    return str(IPv4Address(value))


def _number(part: str) -> int:
    """A number in base 16 after 0x, base 8 after 0, else base 10."""
    try:
        if part.startswith("0x"):
            return int(part[2:] or "0", 16)
        return int(part, 8 if part.startswith("0") else 10)
    except ValueError:
        raise AddressRefused(f"{part!r} is no number of an IPv4 address") from None
