"""What upkeep does."""

from mainstay.upkeep.actions.inventory import (
    SOURCES_MAX,
    SourceGone,
    SourceRefused,
    add_source,
    end_source,
    take_inventory,
)

__all__ = ["SOURCES_MAX", "SourceGone", "SourceRefused", "add_source", "end_source", "take_inventory"]
