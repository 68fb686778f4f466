"""An exclusion: time of an outage that is not charged to the downtime budget."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from mainstay.policy.terms import Cause
from mainstay.watch.facts import ExclusionEnd


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    """Exclusions, those that came to nothing among them."""

    def waiting(self) -> "ExclusionQuerySet":
        """Those that the client has not answered."""
        return self.filter(end="", granted_at__isnull=True)

    def counting(self) -> "ExclusionQuerySet":
        """Those that take time out of the charge."""
        return self.filter(end="", granted_at__isnull=False)


class Exclusion(models.Model):
    """[`starts_at`, `ends_at`) of an outage, asked by the agency to be left out of the charge as `cause`.

    It counts from `granted_at` on: by the client's consent (`granted_by`), or at once where the agreement needs none.
    It ends without effect when it is refused, withdrawn before an answer, or revoked after one. `outage` is the one
    that was first on record. Where it begins with the outage, `starts_after` is the last good check before that: the
    upper bound of downtime reaches back to it.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    website = models.ForeignKey("clients.Website", on_delete=models.PROTECT, related_name="+")
    outage = models.ForeignKey("watch.Outage", on_delete=models.PROTECT, related_name="exclusions")
    cause = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Cause])
    starts_after = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField(max_length=2000)
    reference = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    needs_consent = models.BooleanField()
    granted_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    end = models.CharField(
        max_length=10, blank=True, default="", choices=[(each.value, each.value) for each in ExclusionEnd]
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    end_reason = models.TextField(max_length=2000, blank=True)

    objects: ClassVar[ExclusionQuerySet] = ExclusionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="watch_exclusion_one", fields=["outage"], condition=Q(end="")),
            models.CheckConstraint(name="watch_exclusion_order", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="watch_exclusion_granted",
                condition=Q(granted_at__isnull=True, granted_by__isnull=True)
                | Q(granted_at__isnull=False, granted_by__isnull=False)
                | Q(granted_at__isnull=False, granted_by__isnull=True, needs_consent=False),
            ),
            models.CheckConstraint(
                name="watch_exclusion_ended",
                condition=Q(end="", ended_at__isnull=True, ended_by__isnull=True)
                | (~Q(end="") & Q(ended_at__isnull=False, ended_by__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="watch_exclusion_client", fields=["client", "starts_at"])]

    def __str__(self) -> str:
        return f"Exclusion {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return not self.end and self.granted_at is None

    @property
    def is_granted(self) -> bool:
        return not self.end and self.granted_at is not None

    @property
    def reaches_back_to(self) -> datetime:
        """From when on nothing is charged by any bound."""
        return self.starts_after or self.starts_at

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def cause_label(self) -> str:
        """The cause in words: `client's network`."""
        return CAUSE_WORDS[Cause(self.cause)]

    @property
    def portal_url(self) -> str:
        return reverse("portal-exclusion", args=[self.client.slug, self.pk])


CAUSE_WORDS = {
    Cause.PLANNED: "planned work",
    Cause.CLIENT: "the client’s change",
    Cause.CLIENT_NETWORK: "the client’s network",
    Cause.THIRD_PARTY: "a third party",
}
