"""Single stretches of duty, and times in which somebody is away.

What was rostered stays: a row counts from `noted_at` on, even where it was typed for an earlier time, and one that was
cut while it ran keeps in `was_until` how long it was to last.
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mainstay.clients.facts import Reason


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
    noted_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    was_until: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start")]
        indexes = [models.Index(fields=["roster", "ends_at"], name="shift_by_end")]

    def __str__(self) -> str:
        return f"Shift {self.pk}"


class Absence(models.Model):
    """A person is away in [starts_at, ends_at). `deputy` holds their duties in that time; without one they are gaps.

    Why somebody is away may be a matter of health: it is shown to that person and to those who keep the rosters alone.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    starts_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField("from")
    ends_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField("until")
    reason = models.CharField(
        max_length=8,
        default=Reason.OTHER.value,
        db_default=Reason.OTHER.value,
        choices=[(each.value, each.label) for each in Reason],
    )
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True, help_text="It was called off before it began."
    )
    noted_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    was_until: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_start"),
            models.CheckConstraint(
                condition=Q(reason__in=[each.value for each in Reason]), name="absence_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("user")), name="absence_deputy_is_another"
            ),
        ]
        indexes = [models.Index(fields=["user", "ends_at"], name="absence_by_end")]

    def __str__(self) -> str:
        return f"Absence {self.pk}"
