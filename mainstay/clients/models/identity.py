"""How a client's people are signed in, and managed, by the client's own identity provider."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mainstay.access.facts import Role
from mainstay.clients.models.asking import DOMAIN_ROLES
from mainstay.common import sealed


class ProviderConnection(models.Model):
    """The client's OpenID provider. It speaks for addresses at the client's verified domains alone.

    `makes_accounts`: who is new gets an account with `role`. `is_required`: who has an address there is signed in by it
    alone. `trusts_addresses` and `is_private` are for administrators of the agency to say: that its addresses count as
    verified though it does not say so, and that it stands in a private network.
    """

    client = models.OneToOneField("clients.Organisation", on_delete=models.CASCADE, related_name="provider_connection")
    name = models.CharField(max_length=80)
    issuer = models.URLField(max_length=300)
    application = models.CharField(max_length=200)
    sealed_secret = models.TextField(blank=True)
    makes_accounts = models.BooleanField(default=False)
    role = models.CharField(
        max_length=32, choices=[(role.value, role.label) for role in DOMAIN_ROLES], default=Role.VIEWER
    )
    is_required = models.BooleanField(default=False)
    trusts_addresses = models.BooleanField(default=False)
    is_private = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["client"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed_secret="") | Q(sealed_secret__startswith=sealed.MARK),  # nosec B106 # nothing, or sealed
                name="provider_connection_secret_sealed",
            ),
            models.CheckConstraint(condition=Q(role__in=sorted(DOMAIN_ROLES)), name="provider_connection_role_small"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        """The secret of Mainstay at the provider. Raises `sealed.CannotBeOpened` where the key is another one."""
        return sealed.unseal(self.sealed_secret)


class ProviderLink(models.Model):
    """Whom the provider calls `subject` is `user`. Found by issuer and subject, never by an address alone."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey("clients.ProviderConnection", on_delete=models.CASCADE, related_name="links")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="provider_links")
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "subject"], name="provider_link_subject_once"),
            models.UniqueConstraint(fields=["connection", "user"], name="provider_link_person_once"),
        ]

    def __str__(self) -> str:
        return f"person {self.user_id} by {self.connection_id}"


class ProvisioningToken(models.Model):
    """A key with which the client's directory manages the client's people (SCIM). Only its SHA-256 is kept."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="provisioning_tokens")
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="provisioning_token_expires_after_creation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"
