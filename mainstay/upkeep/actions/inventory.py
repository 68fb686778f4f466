"""Sources are added and ended, and what they say is taken in."""

import json
import secrets
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from mainstay.access.models import User
from mainstay.clients.models import Website
from mainstay.common import facts
from mainstay.upkeep.facts import Component, InventoryTaken, SourceAdded, SourceEnded
from mainstay.upkeep.inventories import Inventory
from mainstay.upkeep.models import InventorySource, Snapshot
from mainstay.upkeep.models.inventory import hashed
from mainstay.upkeep.rules.inventory import difference

SOURCES_MAX = 20


class SourceRefused(ValueError):
    """The website has a source of that name, or as many as it may have."""


class SourceGone(ValueError):
    """The source was ended meanwhile."""


@transaction.atomic
def add_source(
    *, website: Website, name: str, fresh_days: int, by: User | facts.Process, at: datetime
) -> tuple[InventorySource, str]:
    """A further source, and its token, which is told this once.

    Raises:
        SourceRefused: there is one of that name, or twenty are there.
    """
    Website.objects.select_for_update().get(pk=website.pk)
    standing = InventorySource.objects.filter(website=website, ended_at__isnull=True)
    if standing.filter(name=name).exists():
        raise SourceRefused("There is a source of this name already.")
    if standing.count() >= SOURCES_MAX:
        raise SourceRefused("Twenty sources are there. End one first.")
    token = secrets.token_urlsafe(32)
    source = InventorySource.objects.create(
        client_id=website.client_id, website=website, name=name, token_hash=hashed(token), fresh_days=fresh_days,
        created_at=at,
    )  # fmt: skip
    fact = SourceAdded(client_id=website.client_id, website_id=website.pk, source_id=source.pk, fresh_days=fresh_days)
    facts.record(fact, by=by, at=at, client=website.client)
    return source, token


@transaction.atomic
def end_source(*, source: InventorySource, by: User | facts.Process, at: datetime) -> None:
    """Let a source count no more, and its token open nothing. Ending it twice changes nothing."""
    row = InventorySource.objects.select_for_update().get(pk=source.pk)
    if row.ended_at is not None:
        return
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    fact = SourceEnded(client_id=row.client_id, website_id=row.website_id, source_id=row.pk)
    facts.record(fact, by=by, at=at, client=row.client)


@transaction.atomic
def take_inventory(
    *, source: InventorySource, inventory: Inventory, by: User | facts.Process, at: datetime
) -> Snapshot:
    """What the source says now: a new snapshot where it differs from the last one, else that one, seen again.

    Raises:
        SourceGone: the source was ended.
    """
    row = InventorySource.objects.select_for_update(of=("self",)).select_related("client").get(pk=source.pk)
    if row.ended_at is not None:
        raise SourceGone("This source was ended.")
    row.seen_at = max(at, row.seen_at) if row.seen_at else at
    row.save(update_fields=["seen_at"])
    said = sorted(map(_row, inventory.components))
    digest = sha256(json.dumps([inventory.format, said]).encode()).hexdigest()
    last = row.snapshots.first()
    if last is not None and last.digest == digest:
        return last
    snapshot = Snapshot.objects.create(
        client_id=row.client_id, source=row, taken_at=at, format=inventory.format, digest=digest, components=said,
        count=len(said),
    )  # fmt: skip
    change = difference(last.read if last else (), snapshot.read)
    fact = InventoryTaken(
        client_id=row.client_id, website_id=row.website_id, source_id=row.pk, snapshot_id=snapshot.pk,
        components=len(said), added=len(change.added), removed=len(change.removed), changed=len(change.changed),
    )  # fmt: skip
    facts.record(fact, by=by, at=at, client=row.client)
    return snapshot


def _row(each: Component) -> list[str | bool]:
    return [each.ecosystem, each.name, each.version, each.release, each.trust.value, each.is_direct]
