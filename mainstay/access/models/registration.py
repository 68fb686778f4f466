"""A way in for somebody who asks for an account without being invited."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Lower


class Registration(models.Model):
    """A mailed link that shows whose address it is: with it an account is made, once. Its key is kept as SHA-256 alone.

    Before the link is used there is no account, and nothing that the person wrote but the address.
    """

    email = models.EmailField(max_length=254)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="registration_email_lower_case"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gte=models.F("created_at")), name="registration_expires_after_creation"
            ),
        ]
        indexes = [models.Index(fields=["email"], name="registration_by_email")]

    def __str__(self) -> str:
        return f"of {self.created_at:%Y-%m-%d %H:%M}"

    def opens_at(self, at: datetime) -> bool:
        """Whether an account can be made with it at `at`."""
        return self.used_at is None and at < self.expires_at
