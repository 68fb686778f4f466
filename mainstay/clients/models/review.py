"""Meetings about how the service goes."""

from django.db import models


class ServiceReview(models.Model):
    """The quarterly meeting of account manager and client: due on a date, arranged for an instant, held on a date."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="reviews")
    due_on = models.DateField("due")
    arranged_for = models.DateTimeField("arranged for", null=True, blank=True)
    held_on = models.DateField("held", null=True, blank=True)

    class Meta:
        ordering = ["due_on"]
        constraints = [models.UniqueConstraint(fields=["client", "due_on"], name="service_review_once_a_due_date")]

    def __str__(self) -> str:
        return f"{self.client}, due {self.due_on}"
