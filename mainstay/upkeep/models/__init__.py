"""What upkeep keeps."""

from mainstay.upkeep.models.inventory import InventorySource, Snapshot

__all__ = ["InventorySource", "Snapshot"]
