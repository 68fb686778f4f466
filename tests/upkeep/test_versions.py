"""The order of versions: as the programs that install them order them."""

from itertools import pairwise

import pytest

from mainstay.upkeep.rules.versions import UnknownOrder, order_of
from tests.upkeep import versions


def compared(ecosystem: str, one: str, other: str) -> int:
    order = order_of(ecosystem)
    return (order(one) > order(other)) - (order(one) < order(other))


def test_wordpress_orders_as_php_does() -> None:
    asked = versions.pairs(versions.PHP_PIECES, 20_000)
    said = versions.by_php(asked)
    assert [pair for pair, is_so in zip(asked, said, strict=True) if compared("WordPress", *pair) != is_so] == []
    assert {-1, 0, 1} == set(said)


def test_debian_orders_as_dpkg_does() -> None:
    order = order_of("Debian")
    made = versions.pairs(versions.DEBIAN_PIECES, 1_500, start="1")
    asked = [pair for pair in made if all(order.is_valid(each) and each.count(":") == 0 for each in pair)]
    asked += [("1:0.9", "2"), ("1.0", "0:1.0"), ("1.0-1", "1.0-1+deb12u1"), ("1.0~rc1-1", "1.0-1"), ("1.0", "1.0-0")]
    assert len(asked) > 500
    said = versions.by_dpkg(asked)
    assert [pair for pair, is_so in zip(asked, said, strict=True) if compared("Debian", *pair) != is_so] == []


def test_python_orders_as_packaging_does() -> None:
    asked = versions.python_pairs(5_000)
    said = versions.by_packaging(asked)
    assert [pair for pair, is_so in zip(asked, said, strict=True) if compared("PyPI", *pair) != is_so] == []


@pytest.mark.parametrize(
    ("ecosystem", "ascending"),
    [
        ("PyPI", "not-a-version 1.0.dev1 1.0a1 1.0 1.0.post1 1!0.1"),
        ("npm", "garbage 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1"),
        ("Go", "0.0.0-20190101000000-abcdefabcdef 0.1.0 v0.2.0 1.0.0"),
        ("RubyGems", "1.0.a 1.0.b2 1.0 1.0.1 1.2.0.rc1 1.2 1.10"),
        ("Packagist", "dev-main 1.0.0-alpha1 v1.0.0-beta2 1.0.0-RC1 1.0 1.0.0-p1 v1.0.1 1.2 v1.10.0"),
        ("WordPress", "5.9 5.9.0 6.0-beta1 6.0-RC1 6.0 6.0.1 6.10"),
        ("WordPress plugin", "1.0-beta 1.0 1.0.0 1.0.10 1.1"),
        ("Debian:12", "1.0~beta1-1 1.0-1 1.0-1+deb12u1 1.0-2 1.0.1-1 1:0.1-1"),
        ("Maven", "1.0-alpha-1 1.0-SNAPSHOT 1.0 1.0.1 1.10"),
        ("NuGet", "1.0.0-beta 1.0.0 1.0.0.1 1.2.0"),
    ],
)
def test_versions_stand_in_this_order(ecosystem: str, ascending: str) -> None:
    for one, other in pairwise(ascending.split()):
        assert compared(ecosystem, one, other) == -1, (one, other)


@pytest.mark.parametrize(
    ("ecosystem", "one", "other"),
    [
        ("Packagist", "v1.2.3", "1.2.3"),
        ("Packagist", "1.0", "1.0.0.0"),
        ("Packagist", "1.0.0+build7", "1.0.0"),
        ("PyPI", "1.0", "v1.0.0"),
        ("npm", "v1.2.0", "1.2"),
        ("RubyGems", "1.0", "1.0.0"),
        ("Debian", "1.0-0", "0:1.0"),
    ],
)
def test_spellings_of_one_version_are_equal(ecosystem: str, one: str, other: str) -> None:
    assert compared(ecosystem, one, other) == 0


def test_an_ecosystem_that_is_not_known_is_told() -> None:
    with pytest.raises(UnknownOrder, match="Fortran"):
        order_of("Fortran")
