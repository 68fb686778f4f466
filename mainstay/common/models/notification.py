"""That a person was told something, on which channel, and whether it arrived there."""

from django.db import models
from django.db.models import Q


class NotificationState(models.TextChoices):
    """How far the news has come."""

    ON_ITS_WAY = "on_its_way", "on its way"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHHELD = "withheld"


class Notification(models.Model):
    """One piece of news for one person by mail, or for a `way` that many read. Withheld: the person is suspended.

    `state` is the channel's latest word, `error` its reason when it failed. `title` and `text` are what is said on a
    way, `attempts` how often that was tried; a mail has its own.
    """

    key = models.CharField(max_length=160)
    channel = models.CharField(max_length=20)
    person = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="notifications")
    address = models.CharField(max_length=320)
    client = models.ForeignKey("clients.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    mail = models.OneToOneField(
        "common.OutgoingMail", models.PROTECT, null=True, blank=True, related_name="notification"
    )
    way = models.ForeignKey("common.Channel", models.PROTECT, null=True, blank=True, related_name="notifications")
    title = models.CharField(max_length=500, blank=True, default="", db_default="")
    text = models.TextField(blank=True, default="", db_default="")
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=12, choices=NotificationState.choices)
    told_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["key", "channel", "address"], name="notification_once"),
            models.CheckConstraint(
                condition=Q(state=NotificationState.DELIVERED, delivered_at__isnull=False)
                | (~Q(state=NotificationState.DELIVERED) & Q(delivered_at__isnull=True)),
                name="notification_delivered_at_when_delivered",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-told_at"], name="notification_client"),
            models.Index(fields=["way", "-id"], condition=Q(way__isnull=False), name="notification_way"),
        ]

    def __str__(self) -> str:
        return f"{self.key} by {self.channel} ({self.state})"
