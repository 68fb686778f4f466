"""Time in which a prober did not look: unknown, whatever stands on both sides of it."""

from django.db import models
from django.db.models import F, Q

from mainstay.watch.facts import GapReason


class Gap(models.Model):
    """A stretch of time without observation. Without a monitor it holds for all that the place looks at."""

    place = models.CharField(max_length=40)
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+", null=True)
    monitor = models.ForeignKey("watch.Monitor", on_delete=models.CASCADE, related_name="gaps", null=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    reason = models.CharField(max_length=10, choices=[(each.value, each.value) for each in GapReason])
    slots = models.PositiveIntegerField(default=0, help_text="How many checks were due and not made.")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="watch_gap_once", fields=["place", "monitor", "from_at", "reason"]),
            models.UniqueConstraint(
                name="watch_gap_once_all", fields=["place", "from_at", "reason"], condition=Q(monitor__isnull=True)
            ),
            models.CheckConstraint(name="watch_gap_order", condition=Q(from_at__lte=F("to_at"))),
            models.CheckConstraint(
                name="watch_gap_client", condition=Q(monitor__isnull=True) | Q(client__isnull=False)
            ),
        ]
        indexes = [
            models.Index(name="watch_gap_monitor", fields=["monitor", "to_at"]),
            models.Index(name="watch_gap_end", fields=["to_at"]),
        ]
