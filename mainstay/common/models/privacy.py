"""What people can ask for about themselves, and what they agreed to."""

from datetime import datetime

from django.db import models
from django.db.models import Q


class PersonalCopy(models.Model):
    """A copy of what is kept about a person, asked for by that person, made by a job, and taken once.

    `file` is there from `made_at` until it is taken or runs out.
    """

    person = models.ForeignKey("access.User", models.CASCADE, related_name="personal_copies")
    asked_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    made_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    ended_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    file = models.ForeignKey("common.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at__isnull=True), name="copy_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"copy of {self.asked_at:%Y-%m-%d}"


class Consent(models.Model):
    """A person agreed to a wording at an instant. `wording` is the text as it was shown, in its language."""

    person = models.ForeignKey("access.User", models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    wording = models.TextField()
    language = models.CharField(max_length=8)
    given_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(wording=""), name="consent_has_its_wording")]

    def __str__(self) -> str:
        return f"{self.purpose}, {self.given_at:%Y-%m-%d}"
