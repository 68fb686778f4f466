"""The promises of time on a ticket, and everything that happened to them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from mainstay.desk.models.choices import choices, known
from mainstay.policy.clocks import Act, Kind

if TYPE_CHECKING:
    from mainstay.clients.models import Agreement


class TicketClock(models.Model):
    """One clock of a ticket. Its truth is its events; the instants here are what they came to, for queues and figures.

    `number` counts the clocks of one kind: a ticket has one first response and one resolution, but a next response
    for each time the client waited. `due_at` is empty while the clock is paused and nobody knows for how long, and
    where its calendar never holds so much time. `calendar` is the version of the agreement whose office hours and
    holidays it counts in since they were worked out anew; empty: the ticket's own. `began_on` is the ticket on which it
    began and whose terms it keeps, where that was merged into the one that it runs on now. What it came to when it
    ended stands in its `ClockResult`.
    """

    ticket = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, related_name="clocks")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=choices(Kind))
    number = models.PositiveIntegerField(default=1)
    priority = models.PositiveSmallIntegerField()
    calendar = models.ForeignKey("clients.Agreement", on_delete=models.PROTECT, null=True, related_name="+")
    began_on = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, null=True, related_name="+")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["ticket", "started_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind", "number"], name="ticket_clock_numbered"),
            known("kind", Kind, "ticket_clock_kind_known"),
            models.UniqueConstraint(
                fields=["ticket", "kind"],
                condition=models.Q(stopped_at__isnull=True, cancelled_at__isnull=True),
                name="ticket_clock_one_running_a_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "kind", "stopped_at"], name="ticket_clock_by_stop"),
            models.Index(fields=["client", "kind", "due_at"], name="ticket_clock_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.ticket_id}"

    @property
    def is_over(self) -> bool:
        """Whether it has stopped or was cancelled."""
        return self.stopped_at is not None or self.cancelled_at is not None

    @property
    def promised(self) -> "Agreement | None":
        """The version of the agreement whose promised times hold for it; None: the default terms."""
        return (self.began_on or self.ticket).agreement

    def is_late(self, at: datetime) -> bool:
        """Whether it was due before `at`."""
        return self.due_at is not None and self.due_at < at


class ClockEvent(models.Model):
    """Something that happened to a clock. Only ever added; `cause` says by what: "reply:12", "waiting", "resolved",
    "hold:3". A hold's end is added with its beginning, at the instant agreed, which lies ahead then."""

    clock = models.ForeignKey("desk.TicketClock", on_delete=models.CASCADE, related_name="events")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=8, choices=choices(Act))
    at = models.DateTimeField()
    cause = models.CharField(max_length=40)

    class Meta:
        ordering = ["clock", "at", "id"]
        constraints = [known("act", Act, "clock_event_act_known")]

    def __str__(self) -> str:
        return f"{self.act} of clock {self.clock_id}"
