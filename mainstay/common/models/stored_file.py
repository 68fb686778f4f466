"""A file that was given to Mainstay."""

from django.db import models
from django.db.models import Q


class StoredFile(models.Model):
    """Where a file's content lies and what it must be. `name` is random, `file_name` what the giver called it."""

    name = models.CharField(max_length=40, unique=True)
    file_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    client = models.ForeignKey("clients.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(name__regex=r"^[0-9a-f]{40}$"), name="file_name_random"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256_form"),
        ]
        indexes = [models.Index(fields=["client", "-id"], name="file_client")]

    def __str__(self) -> str:
        return f"{self.file_name or self.name} ({self.size_bytes} B)"
