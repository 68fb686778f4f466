"""A reason for an account manager to act before the client asks."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.promises.facts import ReminderKind


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reminders, those that are over among them."""

    def open(self) -> "ReminderQuerySet":
        """Those that nobody has ticked, and that have not settled themselves."""
        return self.filter(over_at__isnull=True)


class Reminder(models.Model):
    """One cause, once: `key` names it. It is open until somebody ticks it (`over_by`), or it has settled itself.

    `about`, `value` and `due_on` say what of; `target_id` is the website, review, report or survey. `again_on` is the
    day until which it was put off. `told_at` is when it was last told by mail.
    """

    client = models.ForeignKey("clients.Organisation", models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=16, choices=[(each.value, each.value) for each in ReminderKind])
    key = models.CharField(max_length=60)
    about = models.CharField(max_length=120, blank=True)
    value = models.PositiveIntegerField(default=0)
    due_on = models.DateField(null=True, blank=True)
    target_id = models.PositiveBigIntegerField(null=True, blank=True)
    raised_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    again_on = models.DateField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    over_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[ReminderQuerySet] = ReminderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["raised_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="reminder_once_a_cause"),
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in ReminderKind]), name="reminder_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(over_by__isnull=True) | Q(over_at__isnull=False), name="reminder_over_by_when_over"
            ),
        ]
        indexes = [
            models.Index(fields=["client", "raised_at"], name="reminder_open", condition=Q(over_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.key})"
