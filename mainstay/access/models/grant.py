"""The highest role at the agency, before a second person has confirmed it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

VALID = timedelta(days=7)


class RoleGrant(models.Model):
    """`asked_by` wants `user` to be an administrator; somebody else confirms within a week, or it lapses."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_grants")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    is_confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(answered_at__isnull=True), name="role_grant_one_open"),
            models.CheckConstraint(
                condition=Q(is_confirmed=False) | Q(answered_at__isnull=False), name="role_grant_confirmed_by_an_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"for {self.user}"

    def waits_at(self, at: datetime) -> bool:
        """Whether it can be answered at `at`."""
        return self.answered_at is None and at < self.asked_at + VALID
