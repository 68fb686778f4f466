"""Asking how content somebody was."""

from django.db import models

from mainstay.desk.facts import Score
from mainstay.desk.models.choices import choices, known


class Survey(models.Model):
    """Whoever asked for a ticket was asked how content they are with its end; once a ticket.

    `score` is empty until somebody answers; `comment` may follow.
    """

    ticket = models.OneToOneField("desk.Ticket", on_delete=models.CASCADE, related_name="survey")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    score = models.CharField(max_length=8, choices=choices(Score), blank=True)
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            known("score", Score, "survey_score_known", blank=True),
            models.CheckConstraint(
                condition=models.Q(score="", answered_at__isnull=True)
                | (~models.Q(score="") & models.Q(answered_at__isnull=False)),
                name="survey_answered_with_score",
            ),
        ]
        indexes = [models.Index(fields=["client", "asked_at"], name="survey_by_client")]

    def __str__(self) -> str:
        return f"survey on {self.ticket_id}: {self.score or 'no answer'}"
