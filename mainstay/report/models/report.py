"""A report that was issued: frozen, numbered, with its files."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse


class ReportsAreFrozen(TypeError):
    """Somebody tried to change an issued report. What was wrong in it is put right in the next one."""


class ReportQuerySet(models.QuerySet["Report"]):
    """Issued reports can be read and added, nothing else."""

    def update(self, **values: Any) -> NoReturn:
        raise ReportsAreFrozen("an issued report is not changed")

    def delete(self) -> NoReturn:
        raise ReportsAreFrozen("an issued report is not deleted")


class Report(models.Model):
    """One client's service report of one month.

    `number` counts the client's reports from 1. `month` is written 2026-10. `figures_sha256` is the hash of the
    encoded figures, which `figures` holds; `pdf` was made from them. `issued_by` is empty when nobody's hand was
    needed.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="reports")
    month = models.CharField(max_length=7)
    number = models.PositiveIntegerField()
    figures_sha256 = models.CharField(max_length=64)
    figures = models.ForeignKey("common.StoredFile", on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey("common.StoredFile", on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "client"]
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["client", "month"], name="report_once_a_month"),
            models.UniqueConstraint(fields=["client", "number"], name="report_numbered"),
            models.CheckConstraint(condition=Q(number__gte=1), name="report_number_from_one"),
            models.CheckConstraint(condition=Q(month__regex=r"^[0-9]{4}-(0[1-9]|1[0-2])$"), name="report_month_form"),
            models.CheckConstraint(condition=Q(figures_sha256__regex=r"^[0-9a-f]{64}$"), name="report_sha256_form"),
        ]

    def __str__(self) -> str:
        return f"Report no. {self.number}, {self.month}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the report.

        Raises:
            ReportsAreFrozen: it was issued before.
        """
        if not self._state.adding:
            raise ReportsAreFrozen("an issued report is not changed")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ReportsAreFrozen("an issued report is not deleted")

    @property
    def url(self) -> str:
        """Its page in the console."""
        return reverse("console-report", args=[self.pk])

    @property
    def portal_url(self) -> str:
        """Its page in the client's portal."""
        return reverse("portal-report", args=[self.client.slug, self.pk])

    @property
    def file_stem(self) -> str:
        """What its files are called when they are downloaded."""
        return f"service-report-{self.client.slug}-{self.month}"
