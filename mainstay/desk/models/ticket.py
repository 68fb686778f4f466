"""The policy's "call"."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse

from mainstay.clients.facts import Audience
from mainstay.desk.facts import Category, Channel, TicketState
from mainstay.desk.models.choices import choices, known
from mainstay.desk.rules import PRIORITIES
from mainstay.policy.terms.words import Level


class Ticket(models.Model):
    """A request or an incident, logged and tracked under its reference until it is closed.

    `agreement` is the one in force at `opened_at`: its terms are what this ticket was promised, whatever is signed
    later (empty: the default terms). `next_due_at` is the earliest instant at which a running clock is due, kept so
    that queues sort in the database; it can be computed again from the clocks' events at any time.
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

    requester = models.ForeignKey("clients.Contact", on_delete=models.SET_NULL, null=True, related_name="tickets")
    requester_name = models.CharField(max_length=200, blank=True)
    requester_address = models.CharField(max_length=254, blank=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField()
    waiting_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_code = models.CharField(max_length=16, blank=True)
    next_due_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            known("audience", Audience, "ticket_audience_known"),
            known("channel", Channel, "ticket_channel_known"),
            known("category", Category, "ticket_category_known"),
            known("impact", Level, "ticket_impact_known"),
            known("urgency", Level, "ticket_urgency_known"),
            known("state", TicketState, "ticket_state_known"),
            models.CheckConstraint(condition=models.Q(priority__in=PRIORITIES), name="ticket_priority_known"),
            models.CheckConstraint(
                condition=models.Q(state=TicketState.WAITING, waiting_at__isnull=False)
                | (~models.Q(state=TicketState.WAITING) & models.Q(waiting_at__isnull=True)),
                name="ticket_waiting_has_its_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_due_at"], name="ticket_by_time_left"),
            models.Index(fields=["client", "state", "next_due_at"], name="ticket_of_client_by_time"),
            models.Index(fields=["assignee", "state"], name="ticket_of_assignee"),
            models.Index(fields=["client", "-opened_at"], name="ticket_of_client_opened"),
            models.Index(fields=["requester_address", "-opened_at"], name="ticket_of_address"),
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
        return self.state in (TicketState.RESOLVED, TicketState.CLOSED)

    @property
    def ended_at(self) -> datetime | None:
        """When it was resolved, or closed without that."""
        return self.resolved_at or self.closed_at

    @property
    def answer_address(self) -> str:
        """Where answers go by mail; empty when nobody asked by name."""
        return self.requester.email if self.requester else self.requester_address

    @property
    def asked_by(self) -> str:
        """Who asked, as people read it."""
        if self.requester:
            return self.requester.name
        return self.requester_name or self.requester_address or "Mainstay"
