"""How far a periodic task has come."""

from django.db import models


class PeriodicSlot(models.Model):
    """The latest slot of a periodic task for which a job was made. It only moves forward, so a slot runs once."""

    task = models.CharField(max_length=160, unique=True)
    slot_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task} at {self.slot_at:%Y-%m-%d %H:%M:%S}"
