"""A correction of the outages on record: an entry of its own, beside what it replaces."""

from django.db import models
from django.db.models import Q


class Correction(models.Model):
    """`old` was taken back, and `new` stands in its place; without `old` an outage was missing, without `new` it was
    none. Made by a person with a `reason`, or by late checks (`made_by` empty).
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    website = models.ForeignKey("clients.Website", on_delete=models.PROTECT, related_name="+")
    old = models.OneToOneField(
        "watch.Outage", on_delete=models.PROTECT, related_name="replaced_by", null=True, blank=True
    )
    new = models.OneToOneField("watch.Outage", on_delete=models.PROTECT, related_name="replaces", null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    reference = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="watch_correction_of_something", condition=Q(old__isnull=False) | Q(new__isnull=False)
            ),
            models.CheckConstraint(name="watch_correction_reason", condition=Q(made_by__isnull=True) | ~Q(reason="")),
        ]
        indexes = [models.Index(name="watch_correction_client", fields=["client", "made_at"])]

    def __str__(self) -> str:
        return f"Correction {self.pk}"
