"""A monitor: what is checked on a website, how often, and whether it makes the website down."""

from django.db import models
from django.db.models import F, Q

from mainstay.watch.facts import Source
from mainstay.watch.rules import beats

INTERVAL_S_MIN = 1
INTERVAL_S_MAX = 86_400
TIMEOUT_S_MAX = 60


class Monitor(models.Model):
    """A definition of something to check. It is never deleted: it is retired, and its past stays."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    environment = models.ForeignKey("clients.Environment", on_delete=models.PROTECT, related_name="monitors")
    kind = models.CharField(max_length=20, default="http")
    name = models.CharField(max_length=100, blank=True)
    url = models.CharField(max_length=2000)
    interval_seconds = models.PositiveIntegerField(default=60)
    timeout_seconds = models.PositiveIntegerField(default=10)
    allow_private = models.BooleanField(default=False)
    counts = models.BooleanField(default=True, help_text="It takes part in the availability rule of its environment.")
    settings = models.JSONField(default=dict, blank=True)
    is_enabled = models.BooleanField(default=True)
    source = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in Source], default=Source.PROBER.value
    )
    watched_from = models.DateTimeField(help_text="Before this instant it says nothing about the website.")
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Grows with each change; probers load what has grown.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="watch_monitor_interval",
                condition=Q(interval_seconds__gte=INTERVAL_S_MIN)
                & (
                    Q(interval_seconds__lte=INTERVAL_S_MAX)
                    | Q(kind="heartbeat", interval_seconds__lte=beats.INTERVAL_S_MAX)
                ),
            ),
            models.CheckConstraint(
                name="watch_monitor_timeout", condition=Q(timeout_seconds__gte=1, timeout_seconds__lte=TIMEOUT_S_MAX)
            ),
            models.CheckConstraint(
                name="watch_monitor_retired",
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("watched_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.url

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None

    @property
    def is_probed(self) -> bool:
        """Whether a prober looks at it now; a demo or imported past is only ever taken in."""
        return self.is_enabled and not self.is_retired and self.source == Source.PROBER.value
