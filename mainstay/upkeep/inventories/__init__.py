"""What a website is made of, out of the files that say so: one module a format, and one line here.

    inventory = read("composer.lock", raw)
    inventory.components

A format is known by the file's name or by what stands in it. A file that cannot be read is refused as a whole: half an
inventory would be taken for a whole one.
"""

from mainstay.upkeep.facts import Component
from mainstay.upkeep.inventories import bom, composer, debian, gems, go, node, own, python, wordpress
from mainstay.upkeep.inventories.source import Format, Inventory, NotAnInventory, Source

FORMATS: tuple[Format, ...] = (
    Format("composer.lock", composer.knows, composer.read),
    Format("package-lock.json", node.knows_npm, node.read_npm),
    Format("pnpm-lock.yaml", node.knows_pnpm, node.read_pnpm),
    Format("yarn.lock", node.knows_yarn, node.read_yarn),
    Format("uv.lock or poetry.lock", python.knows_lock, python.read_lock),
    Format("Pipfile.lock", python.knows_pipfile, python.read_pipfile),
    Format("requirements.txt", python.knows_requirements, python.read_requirements),
    Format("Gemfile.lock", gems.knows, gems.read),
    Format("go.mod", go.knows, go.read),
    Format("dpkg status", debian.knows, debian.read),
    Format("CycloneDX", bom.knows_cyclonedx, bom.read_cyclonedx),
    Format("SPDX", bom.knows_spdx, bom.read_spdx),
    Format("wp plugin list", wordpress.knows, wordpress.read),
    Format("Mainstay", own.knows, own.read),
)
FILE_MAX = 50 * 1024 * 1024
COMPONENTS_MAX = 50_000
TEXT_MAX = 300
"""Characters of a name, and of a version."""


def read(name: str, raw: bytes) -> Inventory:
    """The components in a file that is called `name`, each once.

    Raises:
        NotAnInventory: no format knows it, or it is broken; the message says which and what is wrong.
    """
    if len(raw) > FILE_MAX:
        raise NotAnInventory(f"{name} is larger than {FILE_MAX // 1024 // 1024} MB")
    source = Source(name, raw)
    known = next((each for each in FORMATS if each.knows(source)), None)
    if known is None:
        names = ", ".join(each.name for each in FORMATS)
        raise NotAnInventory(f"{name} is none of the files that are known: {names}")
    try:
        components = known.read(source)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise NotAnInventory(f"{name} is no {known.name} that can be read: {problem}") from problem
    found = _each_once(components)
    if wrong := _problem(found):
        raise NotAnInventory(f"{name} is no {known.name} that can be kept: {wrong}")
    return Inventory(format=known.name, components=found)


def _problem(components: tuple[Component, ...]) -> str:
    """What is wrong with what was read; empty where it is all right."""
    if len(components) > COMPONENTS_MAX:
        return f"it names {len(components):,} components, and {COMPONENTS_MAX:,} are taken in"
    for each in components:
        text = f"{each.ecosystem}{each.name}{each.version}{each.release}"
        if not text.isprintable() or max(len(each.name), len(each.version)) > TEXT_MAX:
            return f"{each.name[:50]!r} {each.version[:50]!r} is no name with a version"
    return ""


def _each_once(components: list[Component]) -> tuple[Component, ...]:
    found: dict[tuple[str, str, str], Component] = {}
    for each in components:
        key = (each.ecosystem, each.name, each.version)
        if key not in found or (each.is_direct and not found[key].is_direct):
            found[key] = each
    return tuple(found.values())


__all__ = ["FILE_MAX", "FORMATS", "Inventory", "NotAnInventory", "read"]
