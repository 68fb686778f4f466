"""What was agreed about a ticket's time: a hold with the client, a day on which its helper looks again."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from mainstay.desk.facts import HoldEnd
from mainstay.desk.models.choices import choices, known
from mainstay.desk.models.life import OfTicket


class TicketHold(OfTicket):
    """The client agreed that the time for a solution stands until `ends_at`, for a reason; one at a time.

    `agreed_by` is the person of the client who agreed, `agreed_name` the name that stays when the contact is gone, and
    `agreed_how` where that is on record. `ended_at` is `ends_at` unless it was ended before.
    """

    reason = models.CharField(max_length=250)
    agreed_by = models.ForeignKey("clients.Contact", on_delete=models.SET_NULL, null=True, related_name="+")
    agreed_name = models.CharField(max_length=120)
    agreed_how = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, choices=choices(HoldEnd), blank=True)

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            known("end", HoldEnd, "ticket_hold_end_known", blank=True),
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(ended_at__isnull=True), name="ticket_hold_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="ticket_hold_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, end="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end="")),
                name="ticket_hold_ended_for_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ends_at"], condition=models.Q(ended_at__isnull=True), name="ticket_hold_by_end")
        ]

    def __str__(self) -> str:
        return f"hold of {self.ticket_id} until {self.ends_at:%Y-%m-%d}"


class TicketFollowUp(OfTicket):
    """A day on which the ticket comes back to its helper's list, with a note for the team; one at a time."""

    due_on = models.DateField()
    note = models.CharField(max_length=250, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(done_at__isnull=True), name="ticket_follow_up_one_at_a_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], condition=models.Q(done_at__isnull=True), name="ticket_follow_up_by_day")
        ]

    def __str__(self) -> str:
        return f"follow-up of {self.ticket_id} on {self.due_on}"
