"""A warning about a website's downtime budget."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mainstay.promises.facts import WarningKind


class WarningQuerySet(models.QuerySet["BudgetWarning"]):
    """Warnings, those that hold no more among them."""

    def going(self) -> "WarningQuerySet":
        """Rates of use that are warned of and still hold."""
        return self.filter(kind=WarningKind.BURN, ended_at__isnull=True)


class BudgetWarning(models.Model):
    """That a share of the year's hours was reached, that the forecast passed them, or that they are used up too fast.

    `value` is the share in per cent, or the rate. Of shares reached at once only the greatest is told (`is_told`). A
    rate ends when it no longer holds; shares and forecasts are said once a year.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="+")
    website = models.ForeignKey("clients.Website", on_delete=models.CASCADE, related_name="budget_warnings")
    kind = models.CharField(max_length=10, choices=[(each.value, each.value) for each in WarningKind])
    value = models.CharField(max_length=12)
    year_start = models.DateTimeField()
    charged_s = models.PositiveIntegerField()
    limit_s = models.PositiveIntegerField()
    forecast_s = models.PositiveIntegerField(null=True, blank=True)
    said_at = models.DateTimeField()
    is_told = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[WarningQuerySet] = WarningQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["said_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="budget_warning_once_a_year",
                fields=["website", "year_start", "kind", "value"],
                condition=~Q(kind=WarningKind.BURN.value),
            ),
            models.UniqueConstraint(
                name="budget_warning_one_rate",
                fields=["website"],
                condition=Q(kind=WarningKind.BURN.value, ended_at__isnull=True),
            ),
        ]
        indexes = [models.Index(name="budget_warning_client", fields=["client", "said_at"])]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """`50 % of the hours used`."""
        if self.kind == WarningKind.MARK:
            return f"{self.value} % of the hours used"
        if self.kind == WarningKind.FORECAST:
            return "Heading past the hours"
        return f"Used up {self.value} times as fast as the year allows"
