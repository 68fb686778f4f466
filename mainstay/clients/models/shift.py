"""Single stretches of duty, and times in which somebody is away."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Shift(models.Model):
    """A person is on call in [starts_at, ends_at). `is_override`: taken over from whoever would have been."""

    roster = models.ForeignKey("clients.Roster", models.CASCADE, related_name="shifts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="shifts")
    starts_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField("from")
    ends_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField("until")
    is_override = models.BooleanField(default=False)
    cancelled_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True, help_text="It was called off before it began."
    )

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start")]
        indexes = [models.Index(fields=["roster", "ends_at"], name="shift_by_end")]

    def __str__(self) -> str:
        return f"Shift {self.pk}"


class Absence(models.Model):
    """A person is away in [starts_at, ends_at): on no roster on call."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    starts_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField("from")
    ends_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField("until")
    cancelled_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True, help_text="It was called off before it began."
    )

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_start")]
        indexes = [models.Index(fields=["user", "ends_at"], name="absence_by_end")]

    def __str__(self) -> str:
        return f"Absence {self.pk}"
