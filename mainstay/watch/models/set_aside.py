"""Results that were sent and not taken in, and why."""

from django.db import models

from mainstay.watch.facts import SetAsideReason

WHY = {
    SetAsideReason.UNREADABLE: "cannot be read",
    SetAsideReason.NOT_ITS_OWN: "speaks for another place",
    SetAsideReason.UNSIGNED: "is not signed by the prober it is said to be from",
    SetAsideReason.WITHDRAWN: "is from a prober that was withdrawn or never added",
    SetAsideReason.CLOCK: "is from a prober whose clock is wrong",
    SetAsideReason.REFUSED: "cannot be stored",
}


class SetAside(models.Model):
    """One message, or one record of it, as it came. It is kept for some weeks, so that somebody can look."""

    prober = models.CharField(max_length=80)
    reason = models.CharField(max_length=20, choices=[(each.value, each.value) for each in SetAsideReason])
    detail = models.CharField(max_length=255, blank=True)
    body = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [models.Index(name="watch_set_aside_at", fields=["received_at"])]

    @property
    def why(self) -> str:
        """What is wrong with it, to be read after "a message that"."""
        return WHY[SetAsideReason(self.reason)]
