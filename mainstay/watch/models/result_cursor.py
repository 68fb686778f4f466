"""How far the results on the message server were taken in."""

from django.db import models


class ResultCursor(models.Model):
    """One partition of the results. `sequence` is the last message taken in, written with what was taken in.

    `stream` says which stream it counts in: a stream that was lost and made anew begins at 1.
    """

    partition = models.PositiveSmallIntegerField(primary_key=True)
    stream = models.CharField(max_length=40, blank=True)
    sequence = models.PositiveBigIntegerField(default=0)
    waiting = models.PositiveBigIntegerField(default=0, help_text="Messages that were behind it at the last look.")
    looked_at = models.DateTimeField(null=True)
    judge = models.CharField(max_length=80, blank=True, help_text="Which process looked.")
