"""A failure that had gone before it was confirmed: on record, charged nothing."""

from django.db import models

from mainstay.watch.codes import code_choices, sentence


class Blip(models.Model):
    """Failed checks of one monitor that did not become an outage."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    monitor = models.ForeignKey("watch.Monitor", on_delete=models.CASCADE, related_name="blips")
    from_at = models.DateTimeField(help_text="The first failed check.")
    to_at = models.DateTimeField(help_text="The good check after it.")
    checks = models.PositiveIntegerField()
    code = models.CharField(max_length=30, choices=code_choices)
    detail = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["-from_at"]
        constraints = [models.UniqueConstraint(name="watch_blip_once", fields=["monitor", "from_at"])]

    @property
    def sentence(self) -> str:
        return sentence(self.code, self.detail)
