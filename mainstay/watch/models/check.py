"""The checks of the last two days, one a row."""

from datetime import datetime

from django.db import models

from mainstay.watch.codes import State, code_choices, sentence

PHASES = ("name_us", "connect_us", "tls_us", "first_byte_us", "body_us")
"""The columns whose sum is the response time."""


class CheckRow(models.Model):
    """One observation as it was made. Older ones live on in spells and histograms."""

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    monitor = models.ForeignKey("watch.Monitor", on_delete=models.CASCADE, related_name="checks")
    place = models.CharField(max_length=40)
    prober = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="Which one, where a place may have several."
    )
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(each.value, each.value) for each in State])
    code = models.CharField(max_length=30, choices=code_choices)
    detail = models.CharField(max_length=255, blank=True)
    status = models.PositiveSmallIntegerField(default=0)
    name_us = models.PositiveIntegerField(default=0)
    connect_us = models.PositiveIntegerField(default=0)
    tls_us = models.PositiveIntegerField(default=0)
    first_byte_us = models.PositiveIntegerField(default=0)
    body_us = models.PositiveIntegerField(default=0)
    duration_us = models.PositiveIntegerField(default=0)
    address = models.CharField(max_length=45, blank=True)
    cert_not_after = models.DateTimeField(null=True)
    cert_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="watch_check_once", fields=["monitor", "place", "at"]),
        ]
        indexes = [models.Index(name="watch_check_at", fields=["at"])]

    @property
    def sentence(self) -> str:
        return sentence(self.code, self.detail, self.monitor.kind)

    @property
    def duration_ms(self) -> int:
        """How long the whole check took."""
        return round(self.duration_us / 1000)
