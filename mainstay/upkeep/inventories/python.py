"""Python's lock files, and requirements where each is pinned."""

import re

from mainstay.upkeep.facts import Component, Ecosystem
from mainstay.upkeep.inventories.source import Source

_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*={2,3}\s*([^\s;,\\#]+)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_COMMENT = re.compile(r"(^|\s)#.*$")


def knows_lock(source: Source) -> bool:
    return source.base in ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml") or source.base.startswith("pylock.")


def read_lock(source: Source) -> list[Component]:
    """All packages that come from an index; the project itself, and what stands in its folder, is none."""
    packages = source.toml.get("package") or source.toml.get("packages") or []
    return [
        Component(Ecosystem.PYPI, each["name"], str(each["version"]), is_direct=False)
        for each in packages
        if "version" in each and not _is_local(each.get("source"))
    ]


def _is_local(origin: object) -> bool:
    if not isinstance(origin, dict):
        return False
    return any(word in origin for word in ("editable", "virtual", "directory")) or origin.get("type") == "directory"


def knows_pipfile(source: Source) -> bool:
    return source.base == "Pipfile.lock" or ("_meta" in source.table() and "default" in source.table())


def read_pipfile(source: Source) -> list[Component]:
    pinned = source.table()["default"]
    return [
        Component(Ecosystem.PYPI, name, str(each["version"]).lstrip("="), is_direct=False)
        for name, each in pinned.items()
        if "version" in each
    ]


def knows_requirements(source: Source) -> bool:
    return source.base.endswith(".txt") and ("requirement" in source.base or bool(_PIN.search(source.text)))


def read_requirements(source: Source) -> list[Component]:
    """Each pinned package.

    Raises:
        ValueError: one is asked for without a version, so that what is installed cannot be known.
    """
    found, open_ones = [], []
    lines = source.text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines()
    for line in (_COMMENT.sub("", each).strip() for each in lines):
        if not line or line.startswith("-"):
            continue
        if match := _PIN.match(line):
            found.append(Component(Ecosystem.PYPI, match[1], match[2]))
        elif name := _NAME.match(line):
            open_ones.append(name[0])
    if open_ones:
        raise ValueError(f"without a pinned version it cannot be known what is installed of {', '.join(open_ones[:5])}")
    return found
