"""Who looks after a client, and from when to when."""

from django.conf import settings
from django.db import models

from mainstay.clients.facts import Part


class Assignment(models.Model):
    """A client's account manager or deputy, from `starts_at` until `ends_at`, or until further notice."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=16, choices=[(each.value, each.value) for each in Part])
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "part"],
                condition=models.Q(ends_at__isnull=True),
                name="assignment_one_running_a_part",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="assignment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(part__in=[each.value for each in Part]), name="assignment_part_known"
            ),
        ]
        indexes = [models.Index(fields=["client", "part", "-starts_at"], name="assignment_in_force")]

    def __str__(self) -> str:
        return f"{self.user} ({self.part})"
