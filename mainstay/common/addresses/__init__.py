"""The guard for addresses given by people: which URLs may be asked for, and which machines may be connected to.

target = parse(url)                       # refuses what is no plain http or https address
for ip in resolve(target.host):
    check_ip(ip, allow_private=False)     # refuses our own networks; connect to the checked address
"""

from mainstay.common.addresses.networks import check_ip, check_written
from mainstay.common.addresses.refused import AddressRefused, NoWebAddress
from mainstay.common.addresses.url import Target, parse

__all__ = ["AddressRefused", "NoWebAddress", "Target", "check_ip", "check_written", "parse"]
