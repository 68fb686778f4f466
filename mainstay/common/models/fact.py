"""A fact: who, what, when. Written once."""

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q


class FactsAreAppendOnly(TypeError):
    """Somebody tried to change or delete a fact. A correction is a new fact that names the old one."""


class FactQuerySet(models.QuerySet["FactRecord"]):
    """Facts can be read and added, nothing else."""

    def update(self, **values: Any) -> NoReturn:
        raise FactsAreAppendOnly("facts are not changed: record a new one with corrects=")

    def delete(self) -> NoReturn:
        raise FactsAreAppendOnly("facts are not deleted: record a new one with corrects=")

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> NoReturn:
        raise FactsAreAppendOnly("facts are not changed: record a new one with corrects=")


class FactRecord(models.Model):
    """One fact. `at` is when it became true, `recorded_at` when Mainstay wrote it down.

    Either a person (`by`) or a part of Mainstay (`process`) is responsible, never both. `body` holds ids, codes,
    numbers and ISO times; personal text belongs in rows that can be erased.
    """

    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    client = models.ForeignKey("clients.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+")
    process = models.CharField(max_length=40, blank=True)
    body = models.JSONField(default=dict)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")

    objects: ClassVar[Any] = FactQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        base_manager_name = "objects"
        indexes = [
            models.Index(fields=["subject", "id"], name="fact_subject"),
            models.Index(fields=["kind", "at"], name="fact_kind_at"),
            models.Index(fields=["client", "at"], name="fact_client_at"),
            models.Index(fields=["at", "id"], name="fact_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, process="") | (Q(by__isnull=True) & ~Q(process="")),
                name="fact_by_person_or_process",
            ),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(subject=""), name="fact_kind_and_subject_named"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} #{self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the fact down.

        Raises:
            FactsAreAppendOnly: it was written before.
        """
        if not self._state.adding:
            raise FactsAreAppendOnly("facts are not changed: record a new one with corrects=")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise FactsAreAppendOnly("facts are not deleted: record a new one with corrects=")
