"""What people are alerted of, the letters that say so, and who was told which step."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from mainstay.watch.alert_facts import Event
from mainstay.watch.rules.alerting import Step

EVENTS = [(each.value, each.value) for each in Event]
DOWN_WORDS = {
    Step.FIRST: "Down",
    Step.REPEAT: "Still down",
    Step.END: "Up again",
    Step.AFTERWARDS: "Was down",
    Step.TAKEN_BACK: "Was not down",
}
OTHER_WORDS = {
    Step.FIRST: "Begins",
    Step.REPEAT: "Still",
    Step.END: "Over",
    Step.AFTERWARDS: "Was",
    Step.TAKEN_BACK: "Was none",
}
STEPS = [(each.value, each.value) for each in Step]


class AlertCase(models.Model):
    """One event from its beginning to its end: of an outage, of a monitor, or of a doubt about a prober.

    `due_at` is when it is looked at next; None when nothing more can become due. `cause` is what events share.
    `nobody_at` is when it was noted that no rule leads to anybody. `failed_times` counts how often in a row it could
    not be told.
    """

    client = models.ForeignKey("clients.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    event = models.CharField(max_length=10, choices=EVENTS)
    outage = models.OneToOneField("watch.Outage", models.CASCADE, null=True, blank=True, related_name="alert_case")
    monitor = models.ForeignKey("watch.Monitor", models.CASCADE, null=True, blank=True, related_name="alert_cases")
    doubt = models.OneToOneField("watch.ProberDoubt", models.CASCADE, null=True, blank=True, related_name="alert_case")
    cause = models.CharField(max_length=80, blank=True)
    began_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    known_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    ended_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    due_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    nobody_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    failed_times = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="alert_case_of_one",
                condition=Q(outage__isnull=False, monitor__isnull=True, doubt__isnull=True)
                | Q(outage__isnull=True, monitor__isnull=False, doubt__isnull=True)
                | Q(outage__isnull=True, monitor__isnull=True, doubt__isnull=False),
            ),
            models.CheckConstraint(
                name="alert_case_order", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at"))
            ),
            models.UniqueConstraint(
                name="alert_case_one_open_a_monitor",
                fields=["monitor"],
                condition=Q(ended_at__isnull=True, monitor__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="alert_case_due")]

    def __str__(self) -> str:
        return f"Alert case {self.pk}"


class Alert(models.Model):
    """One letter about one or many cases, to one person by mail or on a channel.

    `settled_at` is when it was known to have arrived, or was raised elsewhere, or lost because there is nowhere left.
    `other_way` is where it is said next when it does not arrive.
    """

    client = models.ForeignKey(
        "clients.Organisation", models.PROTECT, null=True, blank=True, related_name="+", help_text="None: of several."
    )
    recipient = models.CharField(max_length=40)
    user = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+")
    way = models.ForeignKey("common.Channel", models.PROTECT, null=True, blank=True, related_name="+")
    other_way = models.ForeignKey("common.Channel", models.PROTECT, null=True, blank=True, related_name="+")
    event = models.CharField(max_length=10, choices=EVENTS)
    step = models.CharField(max_length=10, choices=STEPS)
    cause = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=500)
    text = models.TextField()
    sent_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    notification = models.OneToOneField(
        "common.Notification", models.PROTECT, null=True, blank=True, related_name="alert"
    )
    raised_from = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="raised")
    settled_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    is_lost = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="alert_lost_is_settled", condition=Q(is_lost=False) | Q(settled_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["sent_at"], name="alert_sent"),
            models.Index(fields=["id"], condition=Q(settled_at__isnull=True), name="alert_unsettled"),
            models.Index(fields=["settled_at"], condition=Q(is_lost=True), name="alert_lost"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def to(self) -> str:
        """Who was told, in words."""
        return " for ".join(str(each) for each in (self.way, self.user) if each is not None)

    @property
    def word(self) -> str:
        """What the recipient was told, in a word."""
        if self.event == Event.DOWN:
            return DOWN_WORDS[Step(self.step)]
        return OTHER_WORDS[Step(self.step)]


class AlertTold(models.Model):
    """That `recipient` ("user:7", "channel:3") was told a step of a case. `number` counts repeats from 1."""

    case = models.ForeignKey(AlertCase, models.CASCADE, related_name="told")
    client = models.ForeignKey("clients.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="told")
    recipient = models.CharField(max_length=40)
    step = models.CharField(max_length=10, choices=STEPS)
    number = models.PositiveSmallIntegerField(default=0)
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(name="alert_told_once", fields=["case", "recipient", "step", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.step} of case {self.case_id}"
