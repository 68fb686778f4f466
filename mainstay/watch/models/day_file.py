"""Day files of evidence: which there are, and what they held when they were written."""

from django.db import models
from django.db.models import Q


class DayFile(models.Model):
    """One file of the checks of a place and a UTC day. Part 0 holds what was there when the day closed, the others what
    came later.

    `upto` is the number of the last check row in it. `has_late` says that later checks of the day wait for a part of
    their own. A day is settled once every check row of it is known to be in a file: only then may the rows go.
    """

    place = models.CharField(max_length=40)
    day = models.DateField()
    part = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    upto = models.PositiveBigIntegerField()
    has_late = models.BooleanField(default=False)
    is_settled = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["day", "place", "part"]
        constraints = [
            models.UniqueConstraint(name="watch_day_file_once", fields=["place", "day", "part"]),
            models.CheckConstraint(name="watch_day_file_digest", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]
        indexes = [models.Index(name="watch_day_file_day", fields=["day"])]

    def __str__(self) -> str:
        return f"{self.place} {self.day} part {self.part}"
