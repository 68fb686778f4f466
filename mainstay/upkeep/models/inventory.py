"""Sources of what a website is made of, and what they said."""

from hashlib import sha256

from django.db import models
from django.db.models import Q

from mainstay.upkeep.facts import Component, Trust

FRESH_DAYS_MAX = 365


def hashed(token: str) -> str:
    """A token as it is looked for. It holds 256 random bits, so that a plain hash gives nothing away."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


class InventorySource(models.Model):
    """Something that says what a website is made of: a lock file that is uploaded or pushed.

    Whoever has its token may say so, and read nothing. `seen_at` is when it said something last, also when that was the
    same as before; after `fresh_days` without a word what it said is unknown.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    website = models.ForeignKey("clients.Website", on_delete=models.PROTECT, related_name="inventory_sources")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    fresh_days = models.PositiveSmallIntegerField(default=7)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["website", "name"], condition=Q(ended_at__isnull=True), name="inventory_source_name_once"
            ),
            models.CheckConstraint(
                condition=Q(fresh_days__gte=1, fresh_days__lte=FRESH_DAYS_MAX), name="inventory_source_fresh_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """What a source said from `taken_at` on, until it said something else. The rows are never changed.

    `components` is a list of `[ecosystem, name, version, release, trust, is_direct]`, in order.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(InventorySource, on_delete=models.PROTECT, related_name="snapshots")
    taken_at = models.DateTimeField()
    format = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    components = models.JSONField()
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["-taken_at", "-id"]
        indexes = [models.Index(fields=["source", "-taken_at", "-id"], name="snapshot_latest")]

    def __str__(self) -> str:
        return f"{self.source}, {self.taken_at:%Y-%m-%d %H:%M}"

    @property
    def read(self) -> list[Component]:
        """The components."""
        return [
            Component(ecosystem, name, version, release, Trust(trust), is_direct)
            for ecosystem, name, version, release, trust, is_direct in self.components
        ]
