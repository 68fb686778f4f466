"""What clocks came to, kept as it was said; and the acts by which that is worked out anew."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from mainstay.desk.facts import ClockOutcome, RecomputationState
from mainstay.desk.models.choices import choices, known


class ClockResult(models.Model):
    """How a clock ended, with what it was measured by. The database refuses to change what it says (a trigger).

    `agreement` is the version whose promised times held, `calendar` the one whose office hours and holidays did (both
    empty: the default terms), `tzdata_version` the time-zone data. `used` and `total` are in the time that the clock
    counts; both are empty where it ended before results were kept. One that corrects another says why and who did it;
    of several of one clock and one end, the newest holds. A clock that is opened again gets a further one when it ends.
    """

    clock = models.ForeignKey("desk.TicketClock", on_delete=models.CASCADE, related_name="results")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=choices(ClockOutcome))
    priority = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()
    used = models.DurationField(null=True)
    total = models.DurationField(null=True)
    agreement = models.ForeignKey("clients.Agreement", on_delete=models.PROTECT, null=True, related_name="+")
    calendar = models.ForeignKey("clients.Agreement", on_delete=models.PROTECT, null=True, related_name="+")
    tzdata_version = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()
    corrects = models.OneToOneField("self", on_delete=models.CASCADE, null=True, related_name="corrected_by")
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["clock", "id"]
        constraints = [
            known("outcome", ClockOutcome, "clock_result_outcome_known"),
            models.CheckConstraint(
                condition=models.Q(corrects__isnull=True) | (models.Q(by__isnull=False) & ~models.Q(reason="")),
                name="clock_result_correction_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["client", "at"], condition=models.Q(corrects__isnull=False), name="clock_result_corrections"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} of clock {self.clock_id}"


class Recomputation(models.Model):
    """Clocks under way counted anew by the calendars now in force: looked at first, then confirmed, then carried out.

    `client` is the one whose tickets are meant; empty: all. `seen` is what looking found, `reason` what the clients
    read. `last_id` is the ticket up to which it came; `done` of `clocks` are looked at, `changed` due otherwise.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=choices(RecomputationState), default=RecomputationState.LOOKING)
    reason = models.CharField(max_length=500, blank=True)
    seen: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    clocks = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            known("state", RecomputationState, "recomputation_state_known"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~models.Q(reason="")),
                name="recomputation_confirmed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"recomputation {self.pk}"

    @property
    def url(self) -> str:
        """Its page in the console."""
        return reverse("console-recomputation", args=[self.pk])

    @property
    def percent(self) -> int:
        """How far it is, in whole per cent."""
        return 100 * self.done // self.clocks if self.clocks else 0

    @property
    def is_busy(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in (RecomputationState.LOOKING, RecomputationState.RUNNING)


class ClockRecount(models.Model):
    """One clock that a recomputation moved: by which calendar and when it was due before, and since then."""

    recomputation = models.ForeignKey("desk.Recomputation", on_delete=models.PROTECT, related_name="recounts")
    clock = models.ForeignKey("desk.TicketClock", on_delete=models.CASCADE, related_name="recounts")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    calendar_before = models.ForeignKey("clients.Agreement", on_delete=models.PROTECT, null=True, related_name="+")
    calendar_after = models.ForeignKey("clients.Agreement", on_delete=models.PROTECT, null=True, related_name="+")
    due_before = models.DateTimeField(null=True)
    due_after = models.DateTimeField(null=True)

    class Meta:
        ordering = ["clock", "id"]
        constraints = [
            models.UniqueConstraint(fields=["recomputation", "clock"], name="clock_recounted_once"),
        ]
        indexes = [models.Index(fields=["client", "at"], name="clock_recount_by_instant")]

    def __str__(self) -> str:
        return f"clock {self.clock_id} of recomputation {self.recomputation_id}"
