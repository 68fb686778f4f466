"""The verdict of a clause, kept from the moment it became another one."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q

VERDICTS = ("kept", "at_risk", "broken", "unproven")


class SnapshotsAreAppendOnly(TypeError):
    """Somebody tried to change a kept verdict. A new verdict is a new row."""


class VerdictSnapshot(models.Model):
    """One verdict of one client's clause. It holds from `since_at` until the next row of the same client and clause.

    `agreement` is the version of the terms it was judged by, empty before the first. `judged_at` is when that was
    found. A clause that several websites have a part in is judged by the worst of them.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey("clients.Agreement", on_delete=models.PROTECT, null=True, related_name="+")
    clause = models.CharField(max_length=4)
    verdict = models.CharField(max_length=8, choices=[(each, each) for each in VERDICTS])
    since_at = models.DateTimeField()
    actual = models.CharField(max_length=200, blank=True)
    target = models.CharField(max_length=200, blank=True)
    sentence = models.TextField()
    judged_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ["client", "clause", "judged_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="verdict_snapshot_known"),
            models.CheckConstraint(
                condition=Q(since_at__lte=models.F("judged_at")), name="verdict_snapshot_since_order"
            ),
            models.UniqueConstraint(fields=["client", "clause", "judged_at"], name="verdict_snapshot_once"),
        ]
        indexes = [models.Index(fields=["client", "clause", "-judged_at"], name="verdict_snapshot_latest")]

    def __str__(self) -> str:
        return f"{self.clause} {self.verdict}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the verdict.

        Raises:
            SnapshotsAreAppendOnly: it was kept before.
        """
        if not self._state.adding:
            raise SnapshotsAreAppendOnly("a kept verdict is not changed: keep a new one")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise SnapshotsAreAppendOnly("a kept verdict is not deleted")
