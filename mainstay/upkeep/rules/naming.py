"""When two names mean the same package."""

import re

PYPI, PACKAGIST, NPM = "PyPI", "Packagist", "npm"
DRUPAL_HOST = "packages.drupal.org"
CASELESS = frozenset({PACKAGIST, "Drupal", "WordPress plugin", "WordPress theme", "NuGet"})


def ecosystem_and_release(said: str) -> tuple[str, str]:
    """OSV's ecosystem, apart from what follows its colon: `Debian:12` is `("Debian", "12")`.

    Drupal's packages stand at Packagist under an address of their own; they are an ecosystem here.
    """
    name, _, rest = said.partition(":")
    if name == PACKAGIST and DRUPAL_HOST in rest:
        return "Drupal", ""
    return name, "" if name in (PACKAGIST, "Maven") else rest


def package_key(ecosystem: str, name: str) -> tuple[str, str]:
    """The same for names that mean the same package: PyPI's by PEP 503, others by their case where it says nothing."""
    if ecosystem == PYPI:
        return ecosystem, re.sub(r"[-_.]+", "-", name).lower()
    return ecosystem, name.lower() if ecosystem in CASELESS else name
