"""Which addresses may be connected to. Pure.

Python's `is_private` and `is_global` are not asked: what they say differs between versions, and they let
translated, tunnelled and cloud-internal addresses through.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from mainstay.common.addresses.refused import AddressRefused
from mainstay.common.addresses.url import Target

IP = IPv4Address | IPv6Address
LOCALHOST = "localhost"


@dataclass(frozen=True, slots=True)
class Denied:
    """A network that is not asked. `is_private`: an administrator may allow it for a monitor."""

    network: str
    what: str
    is_private: bool = False


METADATA = {
    ip_address(each)
    for each in (
        "169.254.169.254",  # AWS, Azure, Google Cloud, OpenStack, DigitalOcean, Oracle, Hetzner
        "169.254.169.253",  # AWS: name server
        "169.254.169.123",  # AWS: time
        "169.254.170.2",  # AWS: credentials of containers
        "169.254.170.23",  # AWS: credentials of pods
        "169.254.42.42",  # Scaleway
        "168.63.129.16",  # Azure: wire server
        "100.100.100.200",  # Alibaba Cloud
        "192.0.0.192",  # Oracle Cloud
        "fd00:ec2::254",  # AWS
        "fd00:ec2::253",
        "fd00:ec2::23",
        "fd20:ce::254",  # Google Cloud
        "fd00:42::42",  # Scaleway
        "fe80::a9fe:a9fe",  # OpenStack
    )
}
"""Machines that hand credentials to whoever asks from inside a cloud: refused whatever is allowed."""

TABLE = (
    Denied("0.0.0.0/8", "this host"),
    Denied("10.0.0.0/8", "a private network", is_private=True),
    Denied("100.64.0.0/10", "a provider's shared network", is_private=True),
    Denied("127.0.0.0/8", "this machine itself", is_private=True),
    Denied("169.254.0.0/16", "a link-local network"),
    Denied("172.16.0.0/12", "a private network", is_private=True),
    Denied("192.0.0.0/24", "reserved for protocols"),
    Denied("192.0.2.0/24", "for documentation"),
    Denied("192.88.99.0/24", "a 6to4 relay"),
    Denied("192.168.0.0/16", "a private network", is_private=True),
    Denied("198.18.0.0/15", "for benchmarks"),
    Denied("198.51.100.0/24", "for documentation"),
    Denied("203.0.113.0/24", "for documentation"),
    Denied("224.0.0.0/4", "multicast"),
    Denied("255.255.255.255/32", "broadcast"),
    Denied("240.0.0.0/4", "reserved"),
    Denied("::1/128", "this machine itself", is_private=True),
    Denied("::/128", "no address"),
    Denied("::ffff:0:0/96", "an IPv4 address in IPv6 clothes"),
    Denied("::ffff:0:0:0/96", "a translated IPv4 address"),
    Denied("::/96", "an IPv4-compatible address"),
    Denied("64:ff9b::/96", "a translated IPv4 address (NAT64)"),
    Denied("64:ff9b:1::/48", "a translated IPv4 address (NAT64)"),
    Denied("100::/64", "a discarded address"),
    Denied("100:0:0:1::/64", "a placeholder address"),
    Denied("2001::/32", "a Teredo tunnel"),
    Denied("2001:2::/48", "for benchmarks"),
    Denied("2001:db8::/32", "for documentation"),
    Denied("2001::/23", "reserved for protocols"),
    Denied("2002::/16", "a 6to4 tunnel"),
    Denied("3fff::/20", "for documentation"),
    Denied("5f00::/16", "for segment routing"),
    Denied("fc00::/7", "a private network", is_private=True),
    Denied("fe80::/10", "a link-local network"),
    Denied("fec0::/10", "a site-local network"),
    Denied("ff00::/8", "multicast"),
)
"""The first network that holds an address says what it is."""

CLOUD_SERVICE = Denied("", "one of a cloud's own services")
KNOWN_MAX = 20_000
"""How many addresses are kept as they were judged: each look asks twice."""

_NETWORKS = tuple((ip_network(each.network), each) for each in TABLE)
_GLOBAL_UNICAST = IPv6Network("2000::/3")


def check_ip(ip: str, *, allow_private: bool = False) -> None:
    """Let `ip` pass, written as `192.0.2.1` or `2001:db8::1`, if it may be connected to.

    Args:
        allow_private: an administrator has allowed private networks and loopback for this monitor.

    Raises:
        AddressRefused: it is no address in its usual form, or in a network that is not asked.
    """
    denied = _denied(ip)
    if denied and not (denied.is_private and allow_private):
        raise AddressRefused(f"{ip} is {denied.what}")


def check_written(target: Target, *, allow_private: bool = False) -> None:
    """Let `target` pass as far as can be said before its name is looked up: an address in it, and `localhost`.

    Raises:
        AddressRefused: it leads into a network that is not asked.
    """
    if target.is_ip:
        check_ip(target.host, allow_private=allow_private)
    elif target.host == LOCALHOST or target.host.endswith(f".{LOCALHOST}"):
        check_ip("127.0.0.1", allow_private=allow_private)


def _read(ip: str) -> IP:
    if "%" in ip:
        raise AddressRefused(f"{ip} names a network interface")
    try:
        return ip_address(ip)
    except ValueError:
        raise AddressRefused(f"{ip!r} is no IP address") from None


@lru_cache(maxsize=KNOWN_MAX)
def _denied(ip: str) -> Denied | None:
    """What keeps `ip` from being asked, if anything. Raises `AddressRefused` where it is no address."""
    address = _read(ip)
    if address in METADATA:
        return CLOUD_SERVICE
    for network, denied in _NETWORKS:
        if address in network:
            return denied
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return Denied("::/0", "outside the addresses in public use")
    return None
