"""The written escalation procedure, and the steps that were taken by it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mainstay.desk.models.choices import choices, known
from mainstay.desk.rules_escalation import Procedure, Way, read
from mainstay.policy.terms.words import Rung


class EscalationProcedure(models.Model):
    """A version of the procedure. While `number` and `effective_at` are empty it is a draft, one for each writer.

    Once it was put in force nothing of it changes any more: the database refuses that. `steps` and `asked` are as
    `rules_escalation.written` gives them; `text` is Markdown, made safe whenever it is shown.
    """

    number = models.PositiveIntegerField(unique=True, null=True)
    text = models.TextField("introduction", blank=True)
    steps = models.JSONField()
    asked = models.JSONField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    effective_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(number__isnull=True, effective_at__isnull=True)
                | Q(number__gte=1, effective_at__isnull=False),
                name="escalation_procedure_numbered_when_in_force",
            ),
            models.UniqueConstraint(
                fields=["written_by"], condition=Q(effective_at__isnull=True), name="escalation_draft_once_a_writer"
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}" if self.number else "Draft"

    @property
    def procedure(self) -> Procedure:
        """What it says, as values."""
        return read(self.steps, self.asked)


class EscalationStep(models.Model):
    """A step of the ladder that a ticket came to.

    `clock` and `percent` are empty for what a client asked for by its own button, with `reason` and `asked_by`.
    `procedure` is the version by which it was taken (empty: the standard one). `taken_at` is empty for one that was due
    and that nobody took before its clock ended. `half_at` and `accept_by` are when half and all of the time to accept
    it are gone; empty while the clock stands. `ended_at` is when nothing was owed any more: answered, resolved, closed.
    """

    ticket = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, related_name="escalations")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    clock = models.ForeignKey("desk.TicketClock", on_delete=models.CASCADE, null=True, related_name="escalations")
    procedure = models.ForeignKey("desk.EscalationProcedure", on_delete=models.PROTECT, null=True, related_name="+")
    percent = models.PositiveSmallIntegerField(null=True)
    way = models.CharField(max_length=12, choices=choices(Way))
    tells = models.JSONField()
    priority = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    accept_s = models.PositiveIntegerField()
    repeat_s = models.PositiveIntegerField()
    half_at = models.DateTimeField(null=True)
    accept_by = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(default=0)
    reminders = models.PositiveSmallIntegerField(default=0)
    client_told_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["due_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock", "percent"], name="escalation_step_once_a_clock"),
            known("way", Way, "escalation_step_way_known"),
            models.CheckConstraint(
                condition=Q(clock__isnull=True, percent__isnull=True, way=Way.CLIENT.value)
                | Q(clock__isnull=False, percent__isnull=False) & ~Q(way=Way.CLIENT.value),
                name="escalation_step_of_a_clock_or_asked",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, taken_at__isnull=False),
                name="escalation_step_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, told_at__isnull=True)
                | Q(taken_at__gte=F("due_at"), told_at__gte=F("taken_at")),
                name="escalation_step_taken_when_due",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["client", "due_at"], name="escalation_of_client"),
            models.Index(
                fields=["taken_at"],
                condition=Q(taken_at__isnull=False, accepted_at__isnull=True, ended_at__isnull=True),
                name="escalation_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.way} step of ticket {self.ticket_id}"

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to accept it."""
        return self.taken_at is not None and self.accepted_at is None and self.ended_at is None


class EscalationTold(models.Model):
    """Somebody was told of a step: in which role, in whose place (empty: their own), the how manieth time."""

    step = models.ForeignKey("desk.EscalationStep", on_delete=models.CASCADE, related_name="people")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rung = models.CharField(max_length=16, choices=choices(Rung))
    stands_in = models.CharField(max_length=80, blank=True)
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step", "user", "number"], name="escalation_told_once_a_time"),
            known("rung", Rung, "escalation_told_rung_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} told of step {self.step_id}"
