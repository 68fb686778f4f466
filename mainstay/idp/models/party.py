"""A website or tool that signs people in with their Mainstay account."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.access.facts import Role


class RelyingParty(models.Model):
    """Belongs to a client, or to one website of it, and lets those in who hold one of the roles in `lets_in` there.

    `application` holds what the protocol is about: the identifier, the hash of the secret, the redirect addresses.
    `start_url` is where a person begins; `logout_url` is told when somebody is put out. `is_private`: an
    administrator has said that it stands in a private network. Without `needs_proof_key` it may do without one (PKCE),
    which only one with a secret may. From `removed_at` on it signs nobody in; the row stays until everybody there was
    put out.
    """

    application = models.OneToOneField(
        "allauth_idp_oidc.Client", on_delete=models.CASCADE, related_name="relying_party"
    )
    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="relying_parties")
    website = models.ForeignKey(
        "clients.Website", on_delete=models.CASCADE, null=True, blank=True, related_name="relying_parties"
    )
    lets_in = models.JSONField(default=list)
    start_url = models.URLField(max_length=500, blank=True)
    logout_url = models.URLField(max_length=500, blank=True)
    is_private = models.BooleanField(default=False)
    needs_proof_key = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    secret_made_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["client", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(lets_in=[]), name="relying_party_lets_somebody_in")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.application.name

    @property
    def is_confidential(self) -> bool:
        """Whether it can keep a secret: a server can, a program in a browser cannot."""
        return bool(self.application.type == "confidential")

    @property
    def role_labels(self) -> list[str]:
        """The roles that are let in, as people read them, in the order of their definition."""
        return [role.label for role in Role if role in self.lets_in]
