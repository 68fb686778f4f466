"""The policy's "call"."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse

from mainstay.clients.facts import Audience
from mainstay.desk.facts import Category, Channel, Standing, TicketState
from mainstay.desk.models.choices import choices, known
from mainstay.desk.rules import PRIORITIES
from mainstay.policy.terms.words import Level

OVER = (TicketState.RESOLVED, TicketState.CLOSED)


class Ticket(models.Model):
    """A request or an incident, logged and tracked under its reference until it is closed.

    `agreement` is the one in force at `opened_at`: its terms are what this ticket was promised, whatever is signed
    later (empty: the default terms); `procedure` is the escalation procedure in force then (empty: the standard one).
    `next_due_at` is the earliest instant at which a running clock is due, kept so
    that queues sort in the database; it can be computed again from the clocks' events at any time.
    `snoozed_until` puts it out of the team's sight and stops no clock; `returned_at` says since when it is back, and
    leads the queue until somebody of the team writes. `standing` and `stands_at` are its place in the queue: what is
    over or rests comes last, so that the queue is read from the front of an index however many tickets have ended.
    `escalate_at` is when a step of the procedure, or a reminder of one, is due next, as far as is known; `reckoned_at`
    is when the time of its clocks was last reckoned anew.
    `came_to` is the address that it was written to, to which answers come back; empty for the first of the settings.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="tickets")
    agreement = models.ForeignKey("clients.Agreement", on_delete=models.PROTECT, null=True, related_name="+")
    website = models.ForeignKey("clients.Website", on_delete=models.PROTECT, null=True, related_name="tickets")
    outage = models.ForeignKey("watch.Outage", on_delete=models.PROTECT, null=True, related_name="tickets")
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="follow_ups")
    reference = models.CharField(max_length=24, unique=True)
    key = models.CharField(max_length=200, unique=True, null=True, editable=False)  # noqa: DJ001 - empty keys must not collide

    subject = models.CharField("subject", max_length=250)
    audience = models.CharField(max_length=24, choices=choices(Audience))
    channel = models.CharField(max_length=8, choices=choices(Channel))
    category = models.CharField(max_length=16, choices=choices(Category), default=Category.OTHER)
    impact = models.CharField(max_length=8, choices=choices(Level))
    urgency = models.CharField(max_length=8, choices=choices(Level))
    priority = models.PositiveSmallIntegerField(choices=[(each, f"Priority {each}") for each in PRIORITIES])
    priority_reason = models.CharField(max_length=250, blank=True)
    state = models.CharField(max_length=8, choices=choices(TicketState), default=TicketState.OPEN)
    needs_hand = models.BooleanField(default=False)
    is_imported = models.BooleanField(
        default=False, help_text="History of another help desk: runs no clock, counts nowhere."
    )

    requester = models.ForeignKey("clients.Contact", on_delete=models.SET_NULL, null=True, related_name="tickets")
    requester_name = models.CharField(max_length=200, blank=True)
    requester_phone = models.CharField(max_length=40, blank=True, default="", db_default="")
    requester_address = models.CharField(max_length=254, blank=True)
    language = models.CharField(
        max_length=8, blank=True, help_text="In which language somebody who is no contact asked; empty: not known."
    )
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    came_to = models.ForeignKey(
        "desk.DeskAddress", on_delete=models.SET_NULL, null=True, db_index=False, related_name="+"
    )

    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField()
    waiting_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_code = models.CharField(max_length=16, blank=True)
    next_due_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_from")
    snoozed_until = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    standing = models.GeneratedField(
        expression=models.Case(
            models.When(state__in=OVER, then=models.Value(Standing.OVER.value)),
            models.When(snoozed_until__isnull=False, then=models.Value(Standing.RESTING.value)),
            models.When(returned_at__isnull=False, then=models.Value(Standing.RETURNED.value)),
            models.When(next_due_at__isnull=False, then=models.Value(Standing.DUE.value)),
            default=models.Value(Standing.UNDUE.value),
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    stands_at = models.GeneratedField(
        expression=Coalesce("returned_at", "next_due_at", "updated_at"),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    procedure = models.ForeignKey("desk.EscalationProcedure", on_delete=models.PROTECT, null=True, related_name="+")
    escalate_at = models.DateTimeField(null=True)
    reckoned_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            known("audience", Audience, "ticket_audience_known"),
            known("channel", Channel, "ticket_channel_known"),
            known("category", Category, "ticket_category_known"),
            known("impact", Level, "ticket_impact_known"),
            known("urgency", Level, "ticket_urgency_known"),
            known("state", TicketState, "ticket_state_known"),
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("pk")), name="ticket_merged_into_another"),
            models.CheckConstraint(condition=models.Q(priority__in=PRIORITIES), name="ticket_priority_known"),
            models.CheckConstraint(
                condition=models.Q(state=TicketState.WAITING, waiting_at__isnull=False)
                | (~models.Q(state=TicketState.WAITING) & models.Q(waiting_at__isnull=True)),
                name="ticket_waiting_has_its_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["standing", "stands_at", "id"], name="ticket_queue"),
            models.Index(fields=["client", "standing", "stands_at", "id"], name="ticket_queue_of_client"),
            models.Index(fields=["assignee", "standing", "stands_at", "id"], name="ticket_queue_of_assignee"),
            models.Index(fields=["-updated_at", "-id"], name="ticket_moved"),
            models.Index(fields=["client", "-updated_at", "-id"], name="ticket_of_client_moved"),
            models.Index(fields=["assignee", "-updated_at", "-id"], name="ticket_of_assignee_moved"),
            models.Index(fields=["-opened_at", "-id"], name="ticket_opened"),
            models.Index(fields=["client", "-opened_at", "-id"], name="ticket_of_client_opened"),
            models.Index(fields=["category", "-updated_at", "-id"], name="ticket_of_category_moved"),
            models.Index(fields=["website", "-updated_at", "-id"], name="ticket_of_website_moved"),
            models.Index(fields=["resolved_at"], condition=models.Q(state="resolved"), name="ticket_resolved"),
            models.Index(fields=["id"], condition=models.Q(needs_hand=True), name="ticket_needs_hand"),
            models.Index(
                fields=["snoozed_until"], condition=models.Q(snoozed_until__isnull=False), name="ticket_by_snooze"
            ),
            models.Index(
                fields=["escalate_at"], condition=models.Q(escalate_at__isnull=False), name="ticket_by_escalation"
            ),
            models.Index(fields=["requester_address", "-opened_at"], name="ticket_of_address"),
            models.Index(  # nearly all are merged into nothing: a whole index looks useless to a planner
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="ticket_merged"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def url(self) -> str:
        """Its page in the console."""
        return reverse("console-ticket", args=[self.reference])

    @property
    def portal_url(self) -> str:
        """Its page in the client's portal."""
        return reverse("portal-ticket", args=[self.client.slug, self.reference])

    @property
    def is_over(self) -> bool:
        """Whether nobody is expected to do anything: resolved or closed."""
        return self.state in OVER

    @property
    def ended_at(self) -> datetime | None:
        """When it was resolved, or closed without that."""
        return self.resolved_at or self.closed_at

    @property
    def answer_address(self) -> str:
        """Where answers go by mail; empty when nobody asked by name."""
        return self.requester.email if self.requester else self.requester_address

    @property
    def phone(self) -> str:
        """The number to call back at: the one that was given with the call, else the contact's."""
        return self.requester_phone or (self.requester.phone if self.requester else "")

    @property
    def asked_by(self) -> str:
        """Who asked, as people read it."""
        if self.requester:
            return self.requester.name
        return self.requester_name or self.requester_address or "Mainstay"
