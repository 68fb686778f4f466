"""Where the judge stands with a monitor: what it must remember from one check to the next."""

from django.db import models
from django.db.models import Q

from mainstay.watch.codes import State, code_choices, sentence


class Standing(models.Model):
    """The judge's memory of one monitor. The meaning of each field is that of `rules.judge.Memory`.

    `state`, `code`, `detail` and what follows them are of the latest check, for the pages that show how things stand.
    """

    monitor = models.OneToOneField("watch.Monitor", on_delete=models.CASCADE, primary_key=True, related_name="standing")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    is_down = models.BooleanField(default=False)
    bad_count = models.PositiveIntegerField(default=0)
    good_count = models.PositiveIntegerField(default=0)
    first_bad_at = models.DateTimeField(null=True)
    last_bad_at = models.DateTimeField(null=True)
    first_good_at = models.DateTimeField(null=True)
    last_good_at = models.DateTimeField(null=True)
    down_since = models.DateTimeField(null=True)
    down_after = models.DateTimeField(null=True)
    up_since = models.DateTimeField(null=True)
    up_after = models.DateTimeField(null=True)
    bad_code = models.CharField(max_length=30, choices=code_choices, blank=True)
    bad_detail = models.CharField(max_length=255, blank=True)
    state = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in State], default=State.UNKNOWN.value
    )
    code = models.CharField(max_length=30, choices=code_choices, blank=True)
    detail = models.CharField(max_length=255, blank=True)
    seen_at = models.DateTimeField(null=True, help_text="The last check that was judged.")
    vouched_until = models.DateTimeField(null=True)
    place = models.CharField(max_length=40, blank=True, default="", db_default="")
    slow_since = models.DateTimeField(null=True)
    pace_doubted_at = models.DateTimeField(null=True)
    views = models.JSONField(null=True, help_text="What each of several places saw last; empty while one alone looks.")
    total_us = models.PositiveBigIntegerField(default=0)
    cert_not_after = models.DateTimeField(null=True)
    address = models.CharField(
        max_length=45, blank=True, default="", db_default="", help_text="The address looked at last."
    )

    class Meta:
        indexes = [
            models.Index(
                name="watch_standing_suspected", fields=["last_bad_at"], condition=Q(is_down=False, bad_count__gt=0)
            )
        ]

    @property
    def sentence(self) -> str:
        return sentence(self.code, self.detail, self.monitor.kind) if self.code else ""
