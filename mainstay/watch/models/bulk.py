"""One change to many monitors: planned, confirmed, carried out line by line, and undone."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

UNDO_FOR = timedelta(minutes=15)


class BulkEdit(models.Model):
    """What a person wants changed on many monitors, of one client or of several; each line names its client.

    It is a plan until it is confirmed, and is carried out in turns from then on, in the name of who confirmed it.
    `wanted` is one field with its value.
    """

    made_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    made_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    wanted = models.JSONField()
    left_alone = models.JSONField(default=dict, help_text="Reasons why monitors stay as they are, each with how many.")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+", null=True)
    finished_at = models.DateTimeField(null=True)
    undoes = models.OneToOneField("self", on_delete=models.CASCADE, null=True, related_name="undone_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="watch_bulk_order",
                condition=Q(finished_at__isnull=True) | Q(confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Bulk edit {self.pk}"

    @property
    def undo_until(self) -> datetime | None:
        """Until when it can be undone; None before it has ended."""
        return self.finished_at + UNDO_FOR if self.finished_at else None


class LineState(models.TextChoices):
    """How far one monitor of a bulk edit is."""

    WAITING = "waiting"
    DONE = "done"
    LEFT = "left", "left alone"


class BulkLine(models.Model):
    """One monitor of a bulk edit, with what stood there before. `result` goes on in its place, where another does."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    edit = models.ForeignKey(BulkEdit, on_delete=models.CASCADE, related_name="lines")
    monitor = models.ForeignKey("watch.Monitor", on_delete=models.CASCADE, related_name="+")
    result = models.ForeignKey("watch.Monitor", on_delete=models.CASCADE, related_name="+", null=True)
    before = models.JSONField()
    state = models.CharField(max_length=8, choices=LineState.choices, default=LineState.WAITING)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="watch_bulk_line_once", fields=["edit", "monitor"])]
        indexes = [models.Index(name="watch_bulk_line_state", fields=["edit", "state"])]
