"""What the downtime promise of each website is heading for, kept so that a page need not work it out."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

CHANCE_MAX = 10_000


def chance_words(chance_bp: int | None) -> str:
    """A chance in words: never a bare 0 or 100 while it is open."""
    if chance_bp is None:
        return "Too little observed to say"
    if chance_bp == CHANCE_MAX:
        return "Broken"
    if chance_bp < 100:
        return "Below 1 %"
    return "Above 99 %" if chance_bp > 9_900 else f"{round(chance_bp / 100)} %"


class WebsiteForecast(models.Model):
    """One website's budget and chance as they stood at `as_of`. It is worked out again, never evidence.

    `chance_bp` with its bounds is empty where too little was observed to say. `lengths_s` are the charged outages of
    the year, which other websites' forecasts learn from. `cause` is what cost most, in words, and `cause_s` how much.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="+")
    website = models.OneToOneField("clients.Website", on_delete=models.CASCADE, related_name="+")
    limit_s = models.PositiveIntegerField()
    charged_s = models.PositiveIntegerField()
    left_s = models.PositiveIntegerField()
    observed_s = models.PositiveIntegerField()
    used_percent = models.PositiveIntegerField()
    forecast_s = models.PositiveIntegerField(null=True)
    chance_bp = models.PositiveSmallIntegerField(null=True)
    low_bp = models.PositiveSmallIntegerField(null=True)
    high_bp = models.PositiveSmallIntegerField(null=True)
    lengths_s = models.JSONField(default=list)
    cause = models.CharField(max_length=200, blank=True)
    cause_s = models.PositiveIntegerField(default=0)
    year_start = models.DateTimeField()
    year_end = models.DateTimeField()
    as_of = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ["-chance_bp", "id"]
        constraints = [
            models.CheckConstraint(
                name="website_forecast_bounds",
                condition=Q(chance_bp__isnull=True, low_bp__isnull=True, high_bp__isnull=True)
                | Q(low_bp__lte=models.F("chance_bp"), high_bp__gte=models.F("chance_bp"), high_bp__lte=CHANCE_MAX),
            ),
        ]
        indexes = [models.Index(fields=["as_of"], name="website_forecast_as_of")]

    def __str__(self) -> str:
        return f"{self.website_id}: {self.chance_bp}"

    @property
    def chance(self) -> str:
        return chance_words(self.chance_bp)

    @property
    def bounds(self) -> str:
        if self.low_bp is None or self.high_bp is None or self.chance_bp == CHANCE_MAX:
            return ""
        return f"{self.low_bp // 100}–{-(-self.high_bp // 100)} %"
