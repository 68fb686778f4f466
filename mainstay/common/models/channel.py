"""A place that many people read, as a chat room: where alerts can be sent beside the mail of single persons."""

from datetime import datetime

from django.db import models
from django.db.models import Q


class Channel(models.Model):
    """A named way out of the agency. `address` is sealed: whoever has it can write there.

    `delivered_at` and `failed_at` are its latest success and failure, `error` the reason of that failure.
    """

    name = models.CharField("name", max_length=80, unique=True)
    kind = models.CharField("kind", max_length=20)
    address = models.TextField("address")
    allow_private = models.BooleanField(default=False)
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    paused_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    delivered_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    failed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(address="") | Q(address__startswith="sealed:"), name="channel_sealed"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def fails(self) -> bool:
        """Whether its latest message did not arrive."""
        return self.failed_at is not None and (self.delivered_at is None or self.failed_at > self.delivered_at)
