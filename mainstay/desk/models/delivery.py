"""What became of a letter that carries a message."""

from datetime import datetime

from django.db import models

from mainstay.desk.mail_facts import Stand, stand


class Delivery(models.Model):
    """A message on its way to one recipient, by the letter `mail`.

    `is_copy`: it goes to somebody else than who asked. `returned_at` is when a mail server last reported about it,
    `is_hard` whether that was for good, `reason` what it said. `raised_at`: it did not arrive, and the ticket says so;
    until `settled_at`, when it was sent again or left so.
    """

    message = models.ForeignKey("desk.Message", on_delete=models.CASCADE, related_name="deliveries")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    mail = models.OneToOneField("common.OutgoingMail", on_delete=models.CASCADE, related_name="+")
    is_copy = models.BooleanField(default=False, db_default=False)
    returned_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    is_hard = models.BooleanField(default=False, db_default=False)
    reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    raised_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    settled_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True) | models.Q(raised_at__isnull=False),
                name="delivery_settled_after_raised",
            ),
        ]
        indexes = [
            models.Index(
                fields=["message"],
                condition=models.Q(raised_at__isnull=False, settled_at__isnull=True),
                name="delivery_to_settle",
            )
        ]

    def __str__(self) -> str:
        return f"message {self.message_id} to {self.mail_id}"

    @property
    def stand(self) -> Stand:
        """Where it stands."""
        return stand(
            state=self.mail.state,
            attempts=self.mail.attempts,
            is_bounced=self.returned_at is not None,
            is_hard=self.is_hard,
        )

    @property
    def why(self) -> str:
        """What a mail server said, in one line."""
        return " ".join((self.reason or self.mail.last_error).split())

    @property
    def is_open(self) -> bool:
        """Whether it did not arrive, and nobody has seen to it yet."""
        return self.raised_at is not None and self.settled_at is None
