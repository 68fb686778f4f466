"""Sources of inventories, for tests."""

from datetime import UTC, datetime
from typing import Any

from mainstay.clients.models import Website
from mainstay.common.facts import Process
from mainstay.upkeep import actions, inventories
from mainstay.upkeep.models import InventorySource, Snapshot

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
TESTS = Process("tests")


def source_of(website: Website, name: str = "Lock file", **fields: Any) -> tuple[InventorySource, str]:
    """A source of `website`, and its token."""
    return actions.add_source(website=website, name=name, **{"fresh_days": 7, "by": TESTS, "at": AT, **fields})


def said(source: InventorySource, *pins: str, at: datetime = AT) -> Snapshot:
    """What `source` says: requirements, each pinned."""
    inventory = inventories.read("requirements.txt", "\n".join(pins).encode())
    return actions.take_inventory(source=source, inventory=inventory, by=TESTS, at=at)
