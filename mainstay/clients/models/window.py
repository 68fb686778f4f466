"""Times of planned work."""

from django.db import models


class MaintenanceWindow(models.Model):
    """Planned work on one website, or on all of a client's when `website` is empty.

    It says how time is charged; probing goes on.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="windows")
    website = models.ForeignKey(
        "clients.Website", on_delete=models.CASCADE, null=True, blank=True, related_name="windows"
    )
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField("until")
    reason = models.CharField("what is done", max_length=200)
    announced_at = models.DateTimeField("client told")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="maintenance_window_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["client", "starts_at"], name="maintenance_window_by_start")]

    def __str__(self) -> str:
        return self.reason
