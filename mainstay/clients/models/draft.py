"""A version of the policy before it is signed: the agency's draft, and what of it was sent to the client."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from mainstay.clients.facts import OfferEnd


class AgreementDraft(models.Model):
    """The terms that the agency is working on for a client; one at a time. What is signed never changes with it.

    `terms` are in full. `closed_at` is when it was signed or dropped.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="drafts")
    terms = models.JSONField()
    starts_on = models.DateField("contract begins on")
    effective_from = models.DateField("these terms hold from")
    note = models.TextField("why, for the client", blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["client", "-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(closed_at__isnull=True), name="agreement_draft_one_open"
            ),
            models.CheckConstraint(
                condition=Q(effective_from__gte=models.F("starts_on")), name="agreement_draft_effective_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk} for {self.client}"


class AgreementOffer(models.Model):
    """What was sent to a client to be signed: the exact text and terms, fixed when it was sent.

    `end` is empty while it waits; then it was signed, recalled by the agency, or refused by the client with a reason.
    `follows` is the version that it amends; None for the first.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="offers")
    draft = models.ForeignKey(AgreementDraft, on_delete=models.PROTECT, related_name="offers")
    follows = models.ForeignKey("clients.Agreement", on_delete=models.PROTECT, null=True, related_name="+")
    terms = models.JSONField()
    starts_on = models.DateField()
    effective_from = models.DateField()
    holidays = models.JSONField(default=list)
    note = models.TextField(blank=True)
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    end = models.CharField(max_length=8, blank=True, choices=[(each.value, each.value) for each in OfferEnd])
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["client", "-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=Q(end=""), name="agreement_offer_one_open"),
            models.CheckConstraint(
                condition=Q(end="", ended_at__isnull=True) | (~Q(end="") & Q(ended_at__isnull=False)),
                name="agreement_offer_end_with_time",
            ),
            models.CheckConstraint(
                condition=(Q(end="refused") & ~Q(reason="")) | (~Q(end="refused") & Q(reason="")),
                name="agreement_offer_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk} to {self.client}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for the client."""
        return not self.end

    @property
    def version(self) -> int:
        """The number that it has once it is signed."""
        return self.follows.version + 1 if self.follows else 1

    @property
    def portal_url(self) -> str:
        return reverse("portal-agreement-offer", args=[self.client.slug, self.pk])
