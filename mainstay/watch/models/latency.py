"""Response times as mergeable histograms."""

from datetime import datetime

from django.db import models


class Grain(models.TextChoices):
    """How long a histogram's time is."""

    HOUR = "hour"
    DAY = "day"


class Latency(models.Model):
    """How long the answered checks of one hour or day took: `buckets` maps a bucket's number to its count.

    The numbers are those of `rules.latency`: logarithmic, the same everywhere, so that any rows can be added up.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    monitor = models.ForeignKey("watch.Monitor", on_delete=models.CASCADE, related_name="latencies")
    place = models.CharField(max_length=40)
    grain = models.CharField(max_length=4, choices=Grain.choices, default=Grain.HOUR)
    from_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    sum_us = models.PositiveBigIntegerField()
    buckets = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="watch_latency_once", fields=["monitor", "grain", "from_at", "place"]),
        ]
        indexes = [models.Index(name="watch_latency_age", fields=["grain", "from_at"])]


class Counted(models.Model):
    """How far the checks are counted: those before `until` are all in their hours' histograms. There is one row."""

    until: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="watch_counted_one", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return f"until {self.until:%Y-%m-%d %H:%M}"
