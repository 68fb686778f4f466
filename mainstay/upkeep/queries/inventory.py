"""What a website is made of, as its sources said last."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import OuterRef, Subquery

from mainstay.clients.models import Website
from mainstay.upkeep.models import InventorySource, Snapshot
from mainstay.upkeep.rules.inventory import Difference, Freshness, difference, freshness

SHOWN_MAX = 50


@dataclass(frozen=True)
class SourceView:
    """A source with what it said last; `freshness` says whether that can be believed."""

    source: InventorySource
    snapshot: Snapshot | None
    freshness: Freshness

    @property
    def is_known(self) -> bool:
        return self.freshness is Freshness.FRESH


def sources(website: Website, at: datetime) -> list[SourceView]:
    """The website's sources by name, in two queries."""
    latest = Snapshot.objects.filter(source=OuterRef("pk")).values("pk")[:1]
    rows = list(website.inventory_sources.filter(ended_at__isnull=True).annotate(latest_id=Subquery(latest)))
    snapshots = Snapshot.objects.in_bulk([each.latest_id for each in rows if each.latest_id])
    return [
        SourceView(each, snapshots.get(each.latest_id), freshness(each.seen_at, each.fresh_days, at)) for each in rows
    ]


def changes(source: InventorySource) -> list[tuple[Snapshot, Difference]]:
    """The source's newest snapshots, each with what changed since the one before, newest first."""
    rows = list(source.snapshots.all()[: SHOWN_MAX + 1])
    found = [(new, difference(old.read if old else (), new.read)) for new, old in pairwise([*rows, None]) if new]
    return found[:SHOWN_MAX]
