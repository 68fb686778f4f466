"""Mail as it came, kept before anything is read from it."""

from django.conf import settings
from django.db import models

from mainstay.desk.facts import ParkReason, RawState
from mainstay.desk.models.choices import choices, known


class RawMail(models.Model):
    """A mail taken in. Its sender was told "stored" only after this row and its body were committed.

    `key` is a hash of envelope and content: the same mail handed over again, because the answer was lost, is the
    same row. `client` is empty until the mail has found its ticket.
    """

    key = models.CharField(max_length=64, unique=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    source = models.CharField(max_length=8)
    mail_from = models.CharField(max_length=320, blank=True)
    rcpt_to = models.JSONField(default=list)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=choices(RawState), default=RawState.STORED)
    park_reason = models.CharField(max_length=16, choices=choices(ParkReason), blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(help_text="When it is read at the earliest; later after each failed try.")
    last_error = models.CharField(max_length=500, blank=True)
    parsed_at = models.DateTimeField(null=True)
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    ticket = models.ForeignKey("desk.Ticket", on_delete=models.SET_NULL, null=True, related_name="raw_mails")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            known("state", RawState, "raw_mail_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=RawState.PARKED, park_reason__in=[each.value for each in ParkReason])
                | (~models.Q(state=RawState.PARKED) & models.Q(park_reason="")),
                name="raw_mail_parked_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state=RawState.STORED), name="raw_mail_to_read"),
            models.Index(fields=["state", "-received_at"], name="raw_mail_by_state"),
            models.Index(fields=["sender_address", "received_at"], name="raw_mail_of_address"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class RawBody(models.Model):
    """The bytes of a mail, apart from its row so that lists never load them."""

    raw = models.OneToOneField("desk.RawMail", on_delete=models.CASCADE, primary_key=True, related_name="body")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"body of mail {self.pk}"
