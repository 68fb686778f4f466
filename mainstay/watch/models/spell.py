"""Observations as runs: a monitor was in one state, with one code, from here to there."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from mainstay.watch.codes import State, code_choices, sentence
from mainstay.watch.facts import Source


class Spell(models.Model):
    """A run of like checks.

    `from_at` is the first of them; `to_at` is how far the last one vouches (until the next was due, and its grace).
    Time that no spell covers is unknown.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    monitor = models.ForeignKey("watch.Monitor", on_delete=models.CASCADE, related_name="spells")
    place = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=[(each.value, each.value) for each in State])
    code = models.CharField(max_length=30, choices=code_choices)
    detail = models.CharField(max_length=255, blank=True)
    from_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    to_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    last_at = models.DateTimeField(help_text="The last check of the run.")
    checks = models.PositiveIntegerField(default=1)
    source = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in Source], default=Source.PROBER.value
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="watch_spell_once", fields=["monitor", "place", "from_at"]),
            models.CheckConstraint(
                name="watch_spell_order", condition=Q(from_at__lte=F("last_at"), last_at__lte=F("to_at"))
            ),
        ]
        indexes = [models.Index(name="watch_spell_end", fields=["monitor", "to_at"])]

    @property
    def is_demo(self) -> bool:
        return self.source == Source.DEMO.value

    @property
    def sentence(self) -> str:
        return sentence(self.code, self.detail, self.monitor.kind)
