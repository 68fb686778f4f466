"""Finding tickets and changing many: what full-text search knows, views that people keep, bulk changes."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models

from mainstay.common import search
from mainstay.desk.facts import LineState
from mainstay.desk.models.choices import choices, known

UNDO_FOR = timedelta(minutes=15)


class MessageText(models.Model):
    """The words of a message with its ticket's subject and people, for full-text search."""

    message = models.OneToOneField(
        "desk.Message", on_delete=models.CASCADE, primary_key=True, db_column="rowid", related_name="+"
    )
    words = search.WordsField()

    def __str__(self) -> str:
        return f"words of message {self.message_id}"


class SavedView(models.Model):
    """A list of tickets that somebody keeps under a name, as the filters that make it; `is_shared` with the team."""

    name = models.CharField(max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField(default=False)
    query = models.CharField(max_length=1000, blank=True, help_text="The filters as they stand in the address.")

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name


class TicketBulk(models.Model):
    """One change to many tickets, carried out in turns of fifty. `wanted` is what is to be done, with its value."""

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    wanted = models.JSONField()
    finished_at = models.DateTimeField(null=True)
    undoes = models.OneToOneField("self", on_delete=models.CASCADE, null=True, related_name="undone_by")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["made_at"], condition=models.Q(finished_at__isnull=True), name="ticket_bulk_under_way")
        ]

    def __str__(self) -> str:
        return f"bulk change {self.pk}"

    @property
    def undo_until(self) -> datetime | None:
        """Until when it can be undone; None before it has ended."""
        return self.finished_at + UNDO_FOR if self.finished_at else None


class TicketBulkLine(models.Model):
    """One ticket of a bulk change. `before` and `after` are what stood and stands in the place that was changed."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    bulk = models.ForeignKey(TicketBulk, on_delete=models.CASCADE, related_name="lines")
    ticket = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    state = models.CharField(max_length=8, choices=choices(LineState), default=LineState.WAITING)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            known("state", LineState, "ticket_bulk_line_state_known"),
            models.UniqueConstraint(fields=["bulk", "ticket"], name="ticket_bulk_line_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["bulk", "state"], name="ticket_bulk_line_state")]

    def __str__(self) -> str:
        return f"{self.ticket_id} in bulk change {self.bulk_id}"
