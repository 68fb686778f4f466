"""The agency's duties, to be called or to be at the desk: a roster, and the rotations that fill it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mainstay.clients.facts import Duty

WEEKS_MAX = 8


class Roster(models.Model):
    """One duty of the agency, as "On call" or "Desk". Who holds it is said by `rules.roster.who_is_on_call`.

    Office hours are covered while anybody holds any of the rosters whose `duty` is the desk. `holder` is who held a
    roster on call when that was looked at last, `held_since` from when: what hand-overs are told by.
    """

    name = models.CharField("name", max_length=80, unique=True)
    duty = models.CharField(
        max_length=8,
        default=Duty.ON_CALL.value,
        db_default=Duty.ON_CALL.value,
        choices=[(each.value, each.label) for each in Duty],
    )
    time_zone = models.CharField("time zone", max_length=64, default="Europe/London")
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    held_since: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(holder__isnull=True) | Q(held_since__isnull=False), name="roster_held_since"
            ),
            models.CheckConstraint(condition=Q(duty__in=[each.value for each in Duty]), name="roster_duty_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_desk(self) -> bool:
        """Whether it says who is at the desk; else who is on call."""
        return self.duty == Duty.DESK

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Rotation(models.Model):
    """People in order, `weeks` each, handed over at a wall time of `time_zone`; it holds in [starts_at, ends_at).

    `people` holds their ids in order. A change ends the rotation and begins another: the past stays as it was.
    """

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="rotations")
    people = models.JSONField()
    first_on = models.DateField("first hand-over")
    hand_over_at = models.TimeField("handed over at")
    time_zone = models.CharField("time zone", max_length=64)
    weeks = models.PositiveSmallIntegerField("weeks each", default=1)
    starts_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    ends_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["roster"], condition=Q(ends_at__isnull=True), name="rotation_one_running"),
            models.CheckConstraint(condition=Q(weeks__gte=1, weeks__lte=WEEKS_MAX), name="rotation_weeks"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="rotation_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"Rotation {self.pk}"
