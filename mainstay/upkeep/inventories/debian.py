"""dpkg's status file, and the output of `dpkg-query -W`: binary packages under the names of their sources.

Advisories of Debian are about source packages. The release is told by a line `# Debian 12` before the packages, as the
push script writes it, or in the form of `/etc/os-release`; without one, advisories that are about a release cannot be
decided.
"""

import re

from mainstay.upkeep.facts import Component, Ecosystem
from mainstay.upkeep.inventories.source import Source

INSTALLED = "install ok installed"
_SOURCE = re.compile(r"(\S+)(?:\s+\(([^)]+)\))?")
_RELEASE = re.compile(r"^#\s*(?:Debian\s+|VERSION_ID=\"?)(\d+)", re.MULTILINE)
_FIELD = re.compile(r"^([A-Za-z-]+):[ \t]*(.*)$", re.MULTILINE)


def knows(source: Source) -> bool:
    return all(re.search(rf"^{field}: \S", source.text, re.MULTILINE) for field in ("Package", "Version"))


def read(source: Source) -> list[Component]:
    """What is installed; what was removed with its settings left is not."""
    release = match[1] if (match := _RELEASE.search(source.text)) else ""
    found = []
    for paragraph in re.split(r"\n[ \t]*\n", source.text.replace("\r\n", "\n")):
        fields = {name: value.strip() for name, value in _FIELD.findall(paragraph)}
        if "Package" not in fields or fields.get("Status", INSTALLED) != INSTALLED:
            continue
        origin = _SOURCE.match(fields.get("Source", ""))
        name = origin[1] if origin else fields["Package"]
        version = (origin[2] if origin else None) or fields["Version"]
        found.append(Component(Ecosystem.DEBIAN, name, version, release))
    return found
