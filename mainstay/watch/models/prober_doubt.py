"""A stretch of time in which a prober was not believed, and why."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from mainstay.watch.facts import DoubtReason


class ProberDoubt(models.Model):
    """What the prober of `place` said to be down in [from_at, to_at) is unknown; without `to_at` it goes on.

    `evidence` is what `rules.prober_fault.Doubt` says: which canaries failed since when, or how many groups of related
    websites of how many, from when, and when that was decided. `withheld` counts the failures that were not believed.
    """

    place = models.CharField(max_length=40)
    from_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    to_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    reason = models.CharField(max_length=10, choices=[(each.value, each.value) for each in DoubtReason])
    evidence = models.JSONField()
    withheld = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-from_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="watch_doubt_one_open", fields=["place"], condition=Q(to_at__isnull=True)),
            models.CheckConstraint(
                name="watch_doubt_order", condition=Q(to_at__isnull=True) | Q(to_at__gte=F("from_at"))
            ),
        ]
        indexes = [models.Index(name="watch_doubt_place", fields=["place", "to_at"])]

    def __str__(self) -> str:
        return f"Doubt {self.pk}"

    @property
    def goes_on(self) -> bool:
        return self.to_at is None

    @property
    def why(self) -> str:
        """In one plain sentence."""
        if self.reason == DoubtReason.CANARIES:
            failed, known = len(self.evidence["canaries"]), self.evidence["canaries_known"]
            which = ", ".join(each["address"] for each in self.evidence["canaries"])
            how_many = "The only canary does" if known == 1 else f"{failed} of {known} canaries do"
            return f"{how_many} not answer: {which}."
        return (
            f"{self.evidence['websites_failed']} of {self.evidence['websites_looked_at']} unrelated websites that were "
            "looked at failed at the same time."
        )
