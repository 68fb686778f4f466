"""Our own plain form, for what is entered by hand, pushed or exported: a list of components.

{"components": [{"ecosystem": "PyPI", "name": "django", "version": "5.2.1", "release": ""}]}
"""

from mainstay.upkeep.facts import Component, Trust
from mainstay.upkeep.inventories.bom import of_purl
from mainstay.upkeep.inventories.source import Source
from mainstay.upkeep.rules.naming import ecosystem_and_release


def knows(source: Source) -> bool:
    return isinstance(source.table().get("components"), list) or (
        isinstance(source.json, list) and bool(source.json) and isinstance(source.json[0], dict)
        and ("ecosystem" in source.json[0] or "purl" in source.json[0])
    )  # fmt: skip


def read(source: Source) -> list[Component]:
    rows = source.json if isinstance(source.json, list) else source.table()["components"]
    return [_component(each) for each in rows]


def _component(row: dict[str, str]) -> Component:
    if "purl" in row:
        found = of_purl(str(row["purl"]), str(row.get("version") or ""))
        if found is None:
            raise ValueError(f"{row['purl']} names no package that can be judged")
        return found
    missing = [each for each in ("ecosystem", "name", "version") if not row.get(each)]
    if missing:
        raise ValueError(f"a component has no {missing[0]}: {row}")
    ecosystem, release = ecosystem_and_release(str(row["ecosystem"]))
    trust = Trust(row.get("trust") or Trust.STATED)
    return Component(ecosystem, str(row["name"]), str(row["version"]), str(row.get("release") or release), trust)
