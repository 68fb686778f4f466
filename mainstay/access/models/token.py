"""A key with which a program acts for a person."""

from datetime import datetime

from django.conf import settings
from django.db import models

from mainstay.access.facts import Permission


class ApiToken(models.Model):
    """A token of the API. Only its SHA-256 is kept; `prefix` is what people recognise it by."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField("name", max_length=80)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="api_token_expires_after_creation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def works_at(self, at: datetime) -> bool:
        """Whether the token opens anything at `at`."""
        return self.revoked_at is None and at < self.expires_at

    @property
    def permissions(self) -> frozenset[Permission]:
        """The rights it was given, less those that no longer exist."""
        known = {each.value for each in Permission}
        return frozenset(Permission(scope) for scope in self.scopes if scope in known)
