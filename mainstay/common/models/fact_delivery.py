"""The way of one fact to one handler."""

from django.db import models
from django.db.models import Q


class FactDelivery(models.Model):
    """A fact that `handler` is to hear of, or has heard of when `delivered_at` is set.

    `subject` repeats the fact's, because order is kept per handler and subject.
    """

    fact = models.ForeignKey("common.FactRecord", models.PROTECT, related_name="deliveries")
    handler = models.CharField(max_length=160)
    subject = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["fact", "handler"], name="delivery_once_a_handler")]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(delivered_at__isnull=True), name="delivery_due"),
            models.Index(
                fields=["handler", "subject", "id"], condition=Q(delivered_at__isnull=True), name="delivery_order"
            ),
            models.Index(fields=["delivered_at"], condition=Q(delivered_at__isnull=False), name="delivery_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.handler} ← fact {self.fact_id}"
