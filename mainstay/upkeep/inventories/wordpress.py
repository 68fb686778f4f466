"""What WP-CLI says: `wp plugin list`, `wp theme list` and `wp core version`, as JSON, apart or in one table.

{"core": "6.4.1", "plugins": [{"name": "akismet", "version": "5.1", "status": "active"}], "themes": [...]}
"""

from typing import Any

from mainstay.upkeep.facts import Component, Ecosystem
from mainstay.upkeep.inventories.source import Source

CORE = "wordpress"


def knows(source: Source) -> bool:
    if source.table():
        return "plugins" in source.table() or "themes" in source.table() or set(source.table()) == {"core"}
    return isinstance(source.json, list) and bool(source.json) and _is_listed(source.json[0])


def read(source: Source) -> list[Component]:
    """Core, plugins and themes, also those that are switched off: their files can be called all the same."""
    if isinstance(source.json, list):
        kind = Ecosystem.WORDPRESS_THEME if "theme" in source.base else Ecosystem.WORDPRESS_PLUGIN
        return _listed(source.json, kind)
    said = source.table()
    core = said.get("core")
    version = core.get("version") if isinstance(core, dict) else core
    return [
        *([Component(Ecosystem.WORDPRESS_CORE, CORE, str(version).strip())] if version else []),
        *_listed(said.get("plugins") or [], Ecosystem.WORDPRESS_PLUGIN),
        *_listed(said.get("themes") or [], Ecosystem.WORDPRESS_THEME),
    ]


def _is_listed(row: Any) -> bool:
    return isinstance(row, dict) and {"name", "version", "status"} <= set(row)


def _listed(rows: list[dict[str, Any]], kind: str) -> list[Component]:
    """Drop-ins and plugins that must be used have no version of their own, and none is made up."""
    return [
        Component(kind, str(each["name"]).partition("/")[0], str(each["version"]))
        for each in rows
        if str(each.get("version") or "")
    ]
