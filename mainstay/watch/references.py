"""Where the work on an outage is tracked, told by an area that the watch does not know.

references.register(tickets_of)     tickets_of(outage ids) gives {outage id: Reference}
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """A name and an address in the console."""

    label: str
    url: str


Lookup = Callable[[Collection[int]], Mapping[int, Reference]]

_lookup: Lookup | None = None


def register(lookup: Lookup) -> None:
    """Let `lookup` say where the work on outages is tracked."""
    global _lookup
    _lookup = lookup


def references(outage_ids: Collection[int]) -> Mapping[int, Reference]:
    """Where the work on these outages is tracked, as far as it is already."""
    return _lookup(outage_ids) if _lookup is not None and outage_ids else {}
