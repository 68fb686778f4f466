"""Whom to alert of what, by which way, and when."""

from datetime import datetime, time

from django.db import models
from django.db.models import Q

from mainstay.watch.alert_facts import Event, Who

MINUTES_MAX = 10_080


class AlertRule(models.Model):
    """One line of who is told. Without client it holds for the agency, without website for all of the client's.

    Of a website the most specific set counts: its own rules, else its client's, else the agency's. `events` and
    `urgent` hold values of `alert_facts.Event`; `urgent` ones are told also in quiet hours. A person is told by mail
    where no `channel` is named; `other_channel` is where it is said when that fails.
    """

    client = models.ForeignKey("clients.Organisation", models.CASCADE, null=True, blank=True, related_name="+")
    website = models.ForeignKey("clients.Website", models.CASCADE, null=True, blank=True, related_name="+")
    events = models.JSONField(default=list)
    who = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Who])
    person = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+")
    roster = models.ForeignKey("clients.Roster", models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.ForeignKey("common.Channel", models.PROTECT, null=True, blank=True, related_name="+")
    other_channel = models.ForeignKey("common.Channel", models.PROTECT, null=True, blank=True, related_name="+")
    after_minutes = models.PositiveIntegerField(default=0)
    repeat_minutes = models.PositiveIntegerField(default=0, help_text="0: not repeated.")
    quiet_from: "models.TimeField[time | None, time | None]" = models.TimeField(null=True, blank=True)
    quiet_until: "models.TimeField[time | None, time | None]" = models.TimeField(null=True, blank=True)
    quiet_in_client_zone = models.BooleanField(default=False)
    urgent = models.JSONField(default=list, blank=True)
    retired_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="alert_rule_website_of_client", condition=Q(website__isnull=True) | Q(client__isnull=False)
            ),
            models.CheckConstraint(
                name="alert_rule_who",
                condition=Q(who__in=[Who.MANAGER.value, Who.DEPUTY.value], person__isnull=True, roster__isnull=True)
                | Q(who=Who.PERSON.value, person__isnull=False, roster__isnull=True)
                | Q(who=Who.ON_CALL.value, person__isnull=True, roster__isnull=False)
                | Q(who=Who.CHANNEL.value, person__isnull=True, roster__isnull=True, channel__isnull=False),
            ),
            models.CheckConstraint(
                name="alert_rule_minutes",
                condition=Q(after_minutes__lte=MINUTES_MAX, repeat_minutes__lte=MINUTES_MAX),
            ),
            models.CheckConstraint(
                name="alert_rule_quiet_pair",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["client"], condition=Q(retired_at__isnull=True), name="alert_rule_client")]

    def __str__(self) -> str:
        return f"Alert rule {self.pk}"

    @property
    def who_label(self) -> str:
        """Whom it alerts, in words."""
        named = {Who.PERSON: self.person, Who.CHANNEL: self.channel}.get(Who(self.who))
        if named is not None:
            return str(named)
        return f"{Who.ON_CALL.label} ({self.roster})" if self.who == Who.ON_CALL else Who(self.who).label

    @property
    def events_said(self) -> str:
        """Of what it alerts, in words."""
        return "; ".join(Event(each).label for each in self.events)

    @property
    def urgent_said(self) -> str:
        """Of what it alerts in quiet hours too, in words."""
        return "; ".join(Event(each).label for each in self.urgent if each in self.events)
