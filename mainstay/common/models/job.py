"""A piece of work that is done outside a request, at least once."""

from django.db import models
from django.db.models import Q


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REPLACED = "replaced"


class Job(models.Model):
    """One call of a task.

    A running job belongs to the holder of `token` until `lease_until`; afterwards another worker takes it.
    Of waiting jobs of a task, one has a given `key`; jobs of the same key never run at the same time.
    """

    task = models.CharField(max_length=160)
    queue = models.CharField(max_length=20)
    arguments = models.JSONField(default=dict)
    priority = models.SmallIntegerField(default=0)
    run_after = models.DateTimeField()
    key = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField()
    token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "key"],
                condition=Q(state=JobState.WAITING) & ~Q(key=""),
                name="job_key_once_while_waiting",
            ),
            models.CheckConstraint(
                condition=(Q(state=JobState.RUNNING) & Q(lease_until__isnull=False) & ~Q(token=""))  # nosec B106 # nobody's lease
                | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True)),
                name="job_lease_while_running",
            ),
            models.CheckConstraint(condition=Q(max_attempts__gte=1), name="job_tried_at_least_once"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["queue", "-priority", "run_after", "id"],
                condition=Q(state=JobState.WAITING),
                name="job_waiting",
            ),
            models.Index(fields=["lease_until"], condition=Q(state=JobState.RUNNING), name="job_running"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk} ({self.state})"
