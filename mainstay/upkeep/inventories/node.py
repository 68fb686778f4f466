"""The lock files of npm (versions 1 to 3), pnpm (5 to 9) and yarn (1 and later); all are of the ecosystem npm."""

import re
from typing import Any

from mainstay.upkeep.facts import Component, Ecosystem
from mainstay.upkeep.inventories.source import Source

MODULES = "node_modules/"
_PNPM = re.compile(r"/?((?:@[^/@]+/)?[^/@()]+)[@/]([^/@()_]+)")
_YARN_HEAD = re.compile(r"^\"?((?:@[^/@\s\"]+/)?[^@\s\"]+)@")
_YARN_VERSION = re.compile(r"^\s+version:?\s+\"?([^\"\s]+)\"?", re.MULTILINE)
_YARN_REAL = re.compile(r"^\s+resolution:\s+\"((?:@[^/@\"]+/)?[^@\"]+)@npm:([^\"]+)\"", re.MULTILINE)


def knows_npm(source: Source) -> bool:
    return source.base in ("package-lock.json", "npm-shrinkwrap.json") or "lockfileVersion" in source.table()


def read_npm(source: Source) -> list[Component]:
    said = source.table()
    if not said:
        raise ValueError("it is no JSON")
    if "packages" in said:
        asked = _asked_for(said["packages"].get("", {}))
        return [
            Component(Ecosystem.NPM, name, str(each["version"]), is_direct=path == f"{MODULES}{name}" and name in asked)
            for path, each in said["packages"].items()
            if MODULES in path and "version" in each and not each.get("link") and not each.get("dev")
            for name in [str(each.get("name") or path.rpartition(MODULES)[2])]
        ]
    return _nested(said.get("dependencies", {}))


def _asked_for(root: dict[str, Any]) -> set[str]:
    return {*root.get("dependencies", {}), *root.get("optionalDependencies", {})}


def _nested(dependencies: dict[str, Any]) -> list[Component]:
    """Version 1: packages within packages."""
    found, waiting = [], [dependencies]
    while waiting:
        for name, each in waiting.pop().items():
            if not each.get("dev") and re.match(r"\d", str(each.get("version", ""))):
                found.append(Component(Ecosystem.NPM, name, str(each["version"]), is_direct=False))
            waiting.append(each.get("dependencies") or {})
    return found


def knows_pnpm(source: Source) -> bool:
    return source.base == "pnpm-lock.yaml" or source.text.startswith("lockfileVersion:")


def read_pnpm(source: Source) -> list[Component]:
    packages = source.yaml.get("packages") or {}
    matches = [(_PNPM.match(str(key)), each or {}) for key, each in packages.items()]
    return [
        Component(Ecosystem.NPM, match[1], match[2], is_direct=False)
        for match, each in matches
        if match and not each.get("dev") and match[2][:1].isdigit()
    ]


def knows_yarn(source: Source) -> bool:
    return source.base == "yarn.lock" or "# yarn lockfile v1" in source.text[:300] or "__metadata:" in source.text[:600]


def read_yarn(source: Source) -> list[Component]:
    blocks = re.split(r"\n(?=\S)", source.text.replace("\r\n", "\n"))
    found = []
    for block in blocks:
        head, version = _YARN_HEAD.match(block), _YARN_VERSION.search(block)
        if real := _YARN_REAL.search(block):
            found.append(Component(Ecosystem.NPM, real[1], real[2], is_direct=False))
        elif head and version and not block.startswith("__metadata") and "@workspace:" not in block:
            found.append(Component(Ecosystem.NPM, _alias(block) or head[1], version[1], is_direct=False))
    return found


def _alias(block: str) -> str:
    """The package behind another name: `other@npm:real@1.0`."""
    match = re.match(r"\"?[^@\s]+@npm:((?:@[^/@\s\"]+/)?[^@\s\"]+)@", block)
    return match[1] if match else ""
