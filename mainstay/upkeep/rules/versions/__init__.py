"""Which of two versions is the later one, for each ecosystem.

    order = order_of("Packagist")
    order("v1.2.3") < order("1.10.0")
    order.is_valid("not a version")      # False: it stands before all that are

An order gives a key to sort by; keys of one order can be compared with each other and with nothing else.
"""

from mainstay.upkeep.rules.versions.debian import DEBIAN
from mainstay.upkeep.rules.versions.gem import GEM
from mainstay.upkeep.rules.versions.order import Key, Order, UnknownOrder
from mainstay.upkeep.rules.versions.other import CLASSES, by_univers
from mainstay.upkeep.rules.versions.php import COMPOSER, PHP
from mainstay.upkeep.rules.versions.pypi import PYPI
from mainstay.upkeep.rules.versions.semver import SEMVER

__all__ = ["ORDERS", "Key", "Order", "UnknownOrder", "order_of"]

ORDERS: dict[str, Order] = {
    "PyPI": PYPI,
    "npm": SEMVER,
    "Go": SEMVER,
    "crates.io": SEMVER,
    "Pub": SEMVER,
    "SwiftURL": SEMVER,
    "Packagist": COMPOSER,
    "Drupal": COMPOSER,
    "WordPress": PHP,
    "WordPress plugin": PHP,
    "WordPress theme": PHP,
    "RubyGems": GEM,
    "Debian": DEBIAN,
    "Ubuntu": DEBIAN,
}


def order_of(ecosystem: str) -> Order:
    """The order of an ecosystem's versions; what stands after a colon (a release, a registry) says nothing of it.

    Raises:
        UnknownOrder: nothing is known of how its versions follow each other.
    """
    name = ecosystem.partition(":")[0]
    if name in CLASSES and name not in ORDERS:
        ORDERS[name] = by_univers(name)
    try:
        return ORDERS[name]
    except KeyError:
        raise UnknownOrder(ecosystem) from None
