"""How all promises to a client stood when they were judged last: what the overview of all clients reads."""

from typing import Any, ClassVar

from django.db import models


class Standing(models.Model):
    """One row a client, written anew at each judging; what is kept for good is in the snapshots.

    `clauses` holds for each clause its verdict, since when (ISO 8601), and how far it is from its limit; `grave` counts
    those broken or at risk.
    """

    client = models.OneToOneField("clients.Organisation", on_delete=models.CASCADE, related_name="standing")
    agreement = models.ForeignKey("clients.Agreement", on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()
    clauses = models.JSONField()
    grave = models.PositiveSmallIntegerField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["-grave"], name="standing_grave")]

    def __str__(self) -> str:
        return f"{self.client} at {self.judged_at:%Y-%m-%d %H:%M}"
