"""A live demo website: a real server on loopback that can be broken and healed."""

from django.db import models
from django.db.models import Q

from mainstay.demo.facts import MEANING, Mode


class LiveSite(models.Model):
    """Where the website listens and what it does now. The server reads `mode` a few times a second."""

    website = models.OneToOneField("clients.Website", on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=120)
    scheme = models.CharField(max_length=5, choices=[("http", "http"), ("https", "https")])
    port = models.PositiveIntegerField(unique=True)
    mode = models.CharField(
        max_length=12, choices=[(mode.value, text) for mode, text in MEANING.items()], default=Mode.WORKING
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=[mode.value for mode in Mode]), name="demo_live_site_mode"),
            models.CheckConstraint(condition=Q(port__range=(1, 65535)), name="demo_live_site_port"),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/"
