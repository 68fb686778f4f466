"""What was taken from people who left."""

from django.conf import settings
from django.db import models


class Departure(models.Model):
    """Somebody left `client`; of the agency's own people that is the agency.

    `removed` holds pairs of a code and a count.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="departures")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="departures"
    )
    contact = models.ForeignKey(
        "clients.Contact", on_delete=models.CASCADE, null=True, blank=True, related_name="departures"
    )
    left_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    removed = models.JSONField(default=list)

    class Meta:
        ordering = ["-left_at", "-id"]
        indexes = [models.Index(fields=["client", "-left_at"], name="departure_of_client")]

    def __str__(self) -> str:
        return f"{self.client_id}, {self.left_at:%Y-%m-%d}"
