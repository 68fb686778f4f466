"""What caused an outage, as a person decided with a reason."""

from django.db import models
from django.db.models import Q

from mainstay.watch.facts import Attributed


class Attribution(models.Model):
    """One decision about the cause of an outage. A later decision replaces it; none is ever changed.

    `outage` is the one that was first on record (`Outage.first_id`), so that a correction of its edges keeps it.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    website = models.ForeignKey("clients.Website", on_delete=models.PROTECT, related_name="+")
    outage = models.ForeignKey("watch.Outage", on_delete=models.PROTECT, related_name="attributions")
    to = models.CharField(max_length=20, choices=[(each.value, each.label) for each in Attributed])
    reason = models.TextField(max_length=2000)
    reference = models.CharField(max_length=60, blank=True, help_text="The ticket or change that shows it.")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="watch_attribution_one", fields=["outage"], condition=Q(replaced_at__isnull=True)
            ),
            models.CheckConstraint(name="watch_attribution_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.cause.label

    @property
    def cause(self) -> Attributed:
        return Attributed(self.to)
