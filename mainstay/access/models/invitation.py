"""A way in for somebody who has no password yet."""

from datetime import datetime

from django.conf import settings
from django.db import models


class Invitation(models.Model):
    """A mailed link with which an invited person sets a password, once. Only the SHA-256 of its key is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gte=models.F("created_at")), name="invitation_expires_after_creation"
            ),
        ]

    def __str__(self) -> str:
        return f"for {self.user}"

    def opens_at(self, at: datetime) -> bool:
        """Whether a password can be set with it at `at`."""
        return self.used_at is None and at < self.expires_at and self.user.is_active
