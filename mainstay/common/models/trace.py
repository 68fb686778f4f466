"""From where a fact came, and what it changed: what may be personal, kept apart from the fact so that it can go."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Trace(models.Model):
    """The network address, session or token behind a fact, and the values before and after.

    `commitment` is the SHA-256 of a random `salt` and the rest. When the retention is over the personal part is
    deleted with the salt (`erased_at`): the commitment stays as it was sealed, and nobody can guess what it was of.
    The database refuses every other change.
    """

    class Door(models.TextChoices):
        PAGE = "page", "a page"
        API = "api", "the API"

    fact = models.OneToOneField("common.FactRecord", models.PROTECT, primary_key=True, related_name="trace")
    client = models.ForeignKey("clients.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    door = models.CharField(max_length=8, choices=Door.choices)
    page = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=45, blank=True)
    session = models.CharField(max_length=16, blank=True)
    token_id = models.BigIntegerField(null=True, blank=True)
    changes = models.JSONField(default=list)
    salt = models.CharField(max_length=64, blank=True)
    commitment = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Trace"]] = models.Manager()

    class Meta:
        ordering = ["fact_id"]
        indexes = [
            models.Index(fields=["recorded_at"], condition=Q(erased_at__isnull=True), name="trace_not_erased"),
            models.Index(fields=["address", "fact"], condition=~Q(address=""), name="trace_address"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(address="", session="", salt="", changes=[]),
                name="trace_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"trace of fact {self.fact_id}"


VALUE_LIMIT = 200
"""Longest value that is kept before and after a change; what is longer is cut, and says so."""
