"""Keys that tokens are signed with."""

from django.db import models
from django.db.models import F, Q

from mainstay.common import sealed


class SigningKey(models.Model):
    """A private RSA key, sealed: the database alone signs nothing.

    It signs from `signs_from` until another one does, and is published from the beginning until `ends_at`, so that
    nobody meets a token whose key they do not know yet, or no longer.
    """

    sealed_pem = models.TextField()
    made_at = models.DateTimeField()
    signs_from = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["signs_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("signs_from")), name="signing_key_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(sealed_pem__startswith=sealed.MARK), name="signing_key_sealed"),
        ]

    def __str__(self) -> str:
        return f"key {self.pk}"

    @property
    def pem(self) -> str:
        """The key. Raises `sealed.CannotBeOpened` where it was sealed with another installation's key."""
        return sealed.unseal(self.sealed_pem)
