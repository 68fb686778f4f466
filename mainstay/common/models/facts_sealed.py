"""Up to which fact each day's facts are sealed."""

from django.db import models


class FactsSealed(models.Model):
    """The facts that were recorded by the end of `day` (UTC) are sealed: those up to the number `upto`."""

    day = models.DateField(primary_key=True)
    upto = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"Facts of {self.day}"
