"""A letter on its way out."""

from django.db import models
from django.db.models import Q


class MailState(models.TextChoices):
    """Where a letter stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class OutgoingMail(models.Model):
    """One letter to one address. `key` says what it is about: the same key is posted once.

    `headers` holds the further headers (Reply-To, In-Reply-To, References, Auto-Submitted…), `files` the stored files
    that go with it: each with `id`, and the `name` and `type` it is given.
    """

    key = models.CharField(max_length=200, unique=True)
    client = models.ForeignKey("clients.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    recipient = models.CharField(max_length=320)
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    message_id = models.CharField(max_length=320, unique=True)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    posted_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_at_when_sent",
            ),
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="mail_state_known"),
        ]
        indexes = [
            models.Index(fields=["posted_at"], condition=~Q(state=MailState.SENT), name="mail_unsent"),
            models.Index(fields=["client", "-id"], name="mail_client"),
        ]

    def __str__(self) -> str:
        return f"mail {self.key} ({self.state})"
