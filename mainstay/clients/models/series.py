"""Planned work that comes again and again."""

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from mainstay.clients.rules.recurrence import Schedule, parsed


class WindowSeries(models.Model):
    """One version of a series of windows: it holds for what begins in [valid_from, valid_until).

    A change ends this version and begins another, so that what was planned and announced for the past stays as it was.
    `follows` is the first version of the series. Times of day are those of `time_zone`.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="window_series")
    website = models.ForeignKey("clients.Website", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    rule = models.CharField("how often", max_length=200)
    starts_on = models.DateField("first day")
    from_time = models.TimeField("from")
    until_time = models.TimeField("until")
    time_zone = models.CharField(max_length=64)
    reason = models.CharField("what is done", max_length=200)
    announced_at = models.DateTimeField("client told")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    down_minutes = models.PositiveIntegerField("minutes down", null=True, blank=True)
    approved_by = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approval = models.CharField("why it was approved", max_length=200, blank=True)
    follows = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="versions")

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True, approval="")
                | (models.Q(approved_by__isnull=False) & ~models.Q(approval="")),
                name="window_series_approved",
            ),
            models.CheckConstraint(
                name="window_series_valid", condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from"))
            ),
            models.CheckConstraint(name="window_series_lasts", condition=~Q(from_time=F("until_time"))),
        ]
        indexes = [models.Index(fields=["client", "valid_from"], name="window_series_by_start")]

    def __str__(self) -> str:
        return self.reason

    @property
    def schedule(self) -> Schedule:
        zone = ZoneInfo(self.time_zone)
        return Schedule(parsed(self.rule), self.starts_on, self.from_time, self.until_time, zone)

    @property
    def words(self) -> str:
        """As people say it: `every week on Tuesday, 03:00–06:00`."""
        return f"{parsed(self.rule).words}, {self.from_time:%H:%M}–{self.until_time:%H:%M}"

    @property
    def first_id(self) -> int:
        """The number of the series' first version."""
        return self.follows_id or self.pk


class SkippedWindow(models.Model):
    """One occurrence of a series that was called off before it began."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="+")
    series = models.ForeignKey("clients.WindowSeries", on_delete=models.CASCADE, related_name="skipped")
    starts_at = models.DateTimeField()
    cancelled_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="skipped_window_once", fields=["series", "starts_at"])]
