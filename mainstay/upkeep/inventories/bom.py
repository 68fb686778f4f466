"""Bills of materials in JSON: CycloneDX and SPDX 2. A component is what its package URL says."""

from typing import Any
from urllib.parse import parse_qs, unquote

from mainstay.upkeep.facts import Component, Ecosystem, Trust
from mainstay.upkeep.inventories.source import Source

TYPES = {
    "pypi": Ecosystem.PYPI,
    "npm": Ecosystem.NPM,
    "composer": Ecosystem.PACKAGIST,
    "gem": Ecosystem.RUBYGEMS,
    "golang": Ecosystem.GO,
    "cargo": Ecosystem.CRATES,
    "deb": Ecosystem.DEBIAN,
}
"""The types of package URLs, https://github.com/package-url/purl-spec."""
SLASHED = (Ecosystem.NPM, Ecosystem.PACKAGIST, Ecosystem.GO)


def knows_cyclonedx(source: Source) -> bool:
    return source.table().get("bomFormat") == "CycloneDX"


def read_cyclonedx(source: Source) -> list[Component]:
    """All components, also those within others."""
    found, waiting = [], [source.table().get("components") or []]
    while waiting:
        for each in waiting.pop():
            waiting.append(each.get("components") or [])
            if component := of_purl(str(each.get("purl") or ""), str(each.get("version") or "")):
                found.append(component)
    return found


def knows_spdx(source: Source) -> bool:
    return "spdxVersion" in source.table()


def read_spdx(source: Source) -> list[Component]:
    found = []
    for each in source.table().get("packages") or []:
        references = each.get("externalRefs") or []
        urls = [ref.get("referenceLocator") for ref in references if ref.get("referenceType") == "purl"]
        found += [one for url in urls if (one := of_purl(str(url), str(each.get("versionInfo") or "")))]
    return found


def of_purl(purl: str, version: str = "") -> Component | None:
    """The component that a package URL names; `version` counts where the URL has none. None for what is not judged."""
    if not purl.startswith("pkg:"):
        return None
    rest = purl.removeprefix("pkg:").lstrip("/").partition("#")[0]
    path, _, qualifiers = rest.partition("?")
    before, at, said = path.rpartition("@")
    path, version = (before, unquote(said)) if at and before else (path, version)
    kind, *names = [unquote(each) for each in path.split("/") if each]
    ecosystem = TYPES.get(kind.lower())
    if ecosystem is None or not names or not version:
        return None
    return _component(ecosystem, names, version, parse_qs(qualifiers))


def _component(ecosystem: str, names: list[str], version: str, qualifiers: dict[str, Any]) -> Component:
    name = "/".join(names) if ecosystem in SLASHED else names[-1]
    if ecosystem == Ecosystem.PACKAGIST and name.lower().startswith("drupal/"):
        ecosystem = Ecosystem.DRUPAL
    if ecosystem == Ecosystem.GO:
        version = version.removeprefix("v")
    if ecosystem != Ecosystem.DEBIAN:
        return Component(ecosystem, name, version, trust=Trust.STATED)
    distro = next(iter(qualifiers.get("distro", [])), "")
    source = next(iter(qualifiers.get("upstream", [])), "").partition("@")[0]
    epoch = next(iter(qualifiers.get("epoch", [])), "")
    return Component(
        ecosystem, source or name, f"{epoch}:{version}" if epoch and ":" not in version else version,
        distro.removeprefix("debian-").partition(".")[0], Trust.STATED,
    )  # fmt: skip
