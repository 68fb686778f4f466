"""The looks at canaries of the last two days."""

from django.db import models

from mainstay.watch.codes import code_choices


class CanaryCheck(models.Model):
    """One look of a place's prober at something that the agency chose because it hardly ever fails."""

    place = models.CharField(max_length=40)
    address = models.CharField(max_length=2000)
    at = models.DateTimeField()
    is_good = models.BooleanField()
    code = models.CharField(max_length=30, choices=code_choices)

    class Meta:
        constraints = [models.UniqueConstraint(name="watch_canary_once", fields=["place", "at", "address"])]
        indexes = [models.Index(name="watch_canary_at", fields=["at"])]
