"""What upkeep reads."""

from mainstay.upkeep.queries.inventory import SourceView, changes, sources

__all__ = ["SourceView", "changes", "sources"]
