"""Times of planned work."""

from django.db import models


class MaintenanceWindow(models.Model):
    """Planned work on one website, or on all of a client's when `website` is empty.

    It says how time is charged; probing goes on. `down_minutes` is how long of it the website is expected to be down,
    empty for all of it. `approved_by` let it be planned although the downtime budget cannot pay for it.
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
    down_minutes = models.PositiveIntegerField("minutes down", null=True, blank=True)
    approved_by = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approval = models.CharField("why it was approved", max_length=200, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True, approval="")
                | (models.Q(approved_by__isnull=False) & ~models.Q(approval="")),
                name="maintenance_window_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="maintenance_window_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["client", "starts_at"], name="maintenance_window_by_start")]

    def __str__(self) -> str:
        return self.reason
