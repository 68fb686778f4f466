"""How far periodic tasks and lanes have come."""

from django.db import models


class PeriodicSlot(models.Model):
    """The latest slot of a periodic task for which a job was made, or of a lane ("lane:mail") that has turned.

    It only moves forward, so a slot runs once.
    """

    task = models.CharField(max_length=160, unique=True)
    slot_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task} at {self.slot_at:%Y-%m-%d %H:%M:%S}"
