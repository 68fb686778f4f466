"""Who was looked at again, and stayed or went."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.clients.facts import Decision


class AccessReview(models.Model):
    """Everybody who could get in at `client` was looked at, at `held_at`; of the agency that is its own people."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="access_reviews")
    held_at = models.DateTimeField()
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-held_at", "-id"]
        indexes = [models.Index(fields=["client", "-held_at"], name="access_review_latest")]

    def __str__(self) -> str:
        return f"{self.client_id}, {self.held_at:%Y-%m-%d}"


class AccessReviewLine(models.Model):
    """One person in a review: a contact of the client, or a member of staff; with the role held at that instant."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="+")
    review = models.ForeignKey(AccessReview, on_delete=models.CASCADE, related_name="lines")
    contact = models.ForeignKey("clients.Contact", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=32)
    decision = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Decision])

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=[each.value for each in Decision]), name="access_review_decision_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} in review {self.review_id}"
