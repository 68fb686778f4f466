"""`go.mod`, and the version of Go in it."""

import re

from mainstay.upkeep.facts import Component, Ecosystem
from mainstay.upkeep.inventories.source import Source

STANDARD_LIBRARY = "stdlib"
_REQUIRED = re.compile(r"^\s*(?:require\s+)?([^\s()/]+\.[^\s()]*)\s+v([^\s]+)\s*(//\s*indirect)?", re.MULTILINE)
_GO = re.compile(r"^(?:toolchain\s+go|go\s+)(\d+\.\d+(?:\.\d+)?)", re.MULTILINE)
_REPLACED = re.compile(r"^\s*(?:replace\s+)?([^\s]+)(?:\s+v\S+)?\s+=>\s+([^\s]+)(?:\s+v(\S+))?", re.MULTILINE)


def knows(source: Source) -> bool:
    return source.base == "go.mod" or bool(re.match(r"module \S+\n", source.text))


def read(source: Source) -> list[Component]:
    """What is required; what is replaced by another module counts as that one, and by a folder as nothing."""
    replaced = {match[1]: (match[2], match[3]) for match in _REPLACED.finditer(source.text)}
    plain = "\n".join(line for line in source.text.splitlines() if "=>" not in line)
    found = []
    for name, version, indirect in _REQUIRED.findall(plain):
        real, real_version = replaced.get(name, (name, version))
        if real_version:
            found.append(Component(Ecosystem.GO, real, real_version, is_direct=not indirect))
    if versions := _GO.findall(source.text):
        found.append(Component(Ecosystem.GO, STANDARD_LIBRARY, versions[-1]))
    return found
