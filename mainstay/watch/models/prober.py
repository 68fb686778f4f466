"""A prober's sign of life."""

from django.db import models


class Prober(models.Model):
    """The prober of one place: when it was last seen, and how it keeps up."""

    place = models.CharField(max_length=40, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, help_text="Set when it ended in good order.")
    monitors = models.PositiveIntegerField(default=0)
    lag_ms = models.PositiveIntegerField(default=0, help_text="How late the latest checks began, at worst.")
    queued = models.PositiveIntegerField(default=0, help_text="Checks that wait for the database.")
    lost = models.PositiveBigIntegerField(
        default=0, help_text="Checks that did not fit in the queue; their time is unknown."
    )
    spool_mark = models.CharField(
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text="How far its spool was taken in: written with what was taken in.",
    )
