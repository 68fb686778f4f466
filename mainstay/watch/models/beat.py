"""A task's heartbeat: its address, when it was heard, when it is due; and the signals themselves."""

from datetime import datetime
from hashlib import sha256

from django.db import models
from django.db.models import Q

from mainstay.watch.facts import Signal

NOTE_MAX = 10 * 1024


def hashed(token: str) -> str:
    """A token as it is looked for. It holds 192 random bits, so that a plain hash gives nothing away."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


class Beat(models.Model):
    """What is known of the task that calls one monitor. The meaning of its instants is that of `rules.beats.Pulse`.

    Whoever has the token may say how the task stands, and nothing else. It is kept sealed to be shown again, and
    hashed to be found.
    """

    monitor = models.OneToOneField("watch.Monitor", on_delete=models.CASCADE, primary_key=True, related_name="beat")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    token = models.CharField(max_length=300)
    heard_at = models.DateTimeField(null=True, blank=True, help_text="The latest signal.")
    started_at = models.DateTimeField(null=True, blank=True)
    due_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True, db_index=True, help_text="Empty while nobody waits for the task."
    )
    overdue_at = models.DateTimeField(null=True, blank=True)
    noted_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(
        help_text="What was noted last is dated to this instant; what comes next lies after it."
    )
    signals_heard = models.PositiveBigIntegerField(default=0, help_text="How many there were in all; it numbers them.")


class BeatSignal(models.Model):
    """One call of a heartbeat's address. The newest are kept; what they meant lives on in checks and spells."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    monitor = models.ForeignKey("watch.Monitor", on_delete=models.CASCADE, related_name="signals")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Signal])
    exit_status = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_us = models.PositiveBigIntegerField(null=True, blank=True, help_text="Of a run whose start is known.")
    note = models.TextField(blank=True, max_length=NOTE_MAX)
    from_address = models.CharField(max_length=45, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="watch_signal_number", fields=["monitor", "number"]),
            models.CheckConstraint(name="watch_signal_kind", condition=Q(kind__in=[each.value for each in Signal])),
            models.CheckConstraint(
                name="watch_signal_exit",
                condition=Q(exit_status__isnull=True)
                | Q(exit_status__lte=255, kind__in=[Signal.SUCCESS.value, Signal.FAIL.value]),
            ),
        ]

    @property
    def duration_s(self) -> float | None:
        """How long the run took."""
        return None if self.duration_us is None else self.duration_us / 1_000_000

    @property
    def note_begins(self) -> str:
        """The note's first line that says something, cut short."""
        line = next((each.strip() for each in self.note.splitlines() if each.strip()), "")
        return line if len(line) <= 80 else f"{line[:79]}…"
