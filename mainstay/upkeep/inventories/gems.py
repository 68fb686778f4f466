"""`Gemfile.lock`."""

import re

from mainstay.upkeep.facts import Component, Ecosystem
from mainstay.upkeep.inventories.source import Source

_SPEC = re.compile(r"^ {4}(\S+) \(([0-9][^)]*)\)$")
_ASKED = re.compile(r"^ {2}([^\s(!]+)")
PLATFORM = re.compile(r"-(?:x86|x64|aarch64|arm|java|mingw|mswin|universal|ruby)\S*$")


def knows(source: Source) -> bool:
    return source.base in ("Gemfile.lock", "gems.locked") or source.text.startswith("GEM\n")


def read(source: Source) -> list[Component]:
    lines = source.text.replace("\r\n", "\n").splitlines()
    section, asked, specs = "", set(), []
    for line in lines:
        if line and not line.startswith(" "):
            section = line.strip()
        elif section == "DEPENDENCIES" and (match := _ASKED.match(line)):
            asked.add(match[1])
        elif section == "GEM" and (match := _SPEC.match(line)):
            specs.append((match[1], PLATFORM.sub("", match[2])))
    return [Component(Ecosystem.RUBYGEMS, name, version, is_direct=name in asked) for name, version in specs]
