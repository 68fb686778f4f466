"""Probers on other machines: who may send results, and their signs of life."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q


class RemoteProber(models.Model):
    """A prober that reaches the centre over the message server. Its private key is never here.

    `seen_at` and what follows it are of its latest sign of life; before the first one they say nothing.
    """

    name = models.CharField(max_length=40, unique=True)
    place = models.CharField(max_length=40)
    public_key = models.CharField(max_length=56, unique=True)
    added_at = models.DateTimeField()
    withdrawn_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    seen_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    is_stopped = models.BooleanField(default=False, help_text="It ended in good order.")
    monitors = models.PositiveIntegerField(default=0)
    lag_ms = models.PositiveIntegerField(default=0, help_text="How late the latest checks began, at worst.")
    queued = models.PositiveIntegerField(default=0, help_text="Checks that wait for the message server.")
    lost = models.PositiveBigIntegerField(default=0, help_text="Checks that did not fit; their time is unknown.")
    skew_ms = models.IntegerField(default=0, help_text="How far its clock is ahead of the message server's.")
    version = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["place", "name"]
        constraints = [
            models.CheckConstraint(
                name="watch_remote_prober_withdrawn",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("added_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
