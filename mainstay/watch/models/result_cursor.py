"""How far the results on the message server were taken in."""

from django.db import models


class ResultCursor(models.Model):
    """One partition of the results. `sequence` is the last message taken in, written with what was taken in.

    `mark` is the digest of that message. A message server that lost its last messages, or all, counts anew from there:
    then another message, or none, has that number.
    """

    partition = models.PositiveSmallIntegerField(primary_key=True)
    mark = models.CharField(max_length=64, blank=True)
    sequence = models.PositiveBigIntegerField(default=0)
    waiting = models.PositiveBigIntegerField(default=0, help_text="Messages that were behind it at the last look.")
    looked_at = models.DateTimeField(null=True)
    judge = models.CharField(max_length=80, blank=True, help_text="Which process looked.")
