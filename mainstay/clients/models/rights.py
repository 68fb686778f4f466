"""Rights beyond a person's role for the client: at one website, and the highest one before it is confirmed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.access.facts import WEBSITE_ROLES, Role

VALID = timedelta(days=7)


class WebsiteRole(models.Model):
    """What a client's person is for one website, besides what they are for the client."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey("clients.Contact", on_delete=models.CASCADE, related_name="website_roles")
    website = models.ForeignKey("clients.Website", on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=32, choices=[(role.value, role.label) for role in Role if role in WEBSITE_ROLES])
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["website", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contact", "website"], name="website_role_once"),
            models.CheckConstraint(condition=Q(role__in=sorted(WEBSITE_ROLES)), name="website_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of website {self.website_id}"

    @property
    def role_label(self) -> str:
        return Role(self.role).label


class AdministratorGrant(models.Model):
    """`asked_by` wants `contact` to be the client's administrator.

    Somebody else confirms within a week, or it lapses.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="administrator_grants")
    contact = models.ForeignKey("clients.Contact", on_delete=models.CASCADE, related_name="administrator_grants")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    is_confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(answered_at__isnull=True), name="administrator_grant_one_open"
            ),
            models.CheckConstraint(
                condition=Q(is_confirmed=False) | Q(answered_at__isnull=False),
                name="administrator_grant_confirmed_by_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"for contact {self.contact_id}"

    def waits_at(self, at: datetime) -> bool:
        """Whether it can be answered at `at`."""
        return self.answered_at is None and at < self.asked_at + VALID
