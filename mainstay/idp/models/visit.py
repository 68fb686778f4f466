"""Who was signed in where."""

from django.conf import settings
from django.db import models


class Visit(models.Model):
    """`user` was signed in at `party`, the last time at `last_at`, and knows that it is told `scopes`.

    `put_out_at` is when what there was of it was ended; the party is told, which `told_at` says, or `problem` why not.
    """

    party = models.ForeignKey("idp.RelyingParty", on_delete=models.CASCADE, related_name="visits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visits_elsewhere")
    scopes = models.JSONField(default=list)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    put_out_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-last_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["party", "user"], name="visit_once_a_party_and_person")]
        indexes = [models.Index(fields=["put_out_at", "last_at"], name="visit_open")]

    def __str__(self) -> str:
        return f"person {self.user_id} at {self.party_id}"
