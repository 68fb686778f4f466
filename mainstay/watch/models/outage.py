"""An outage: a confirmed interval in which an environment of a website was down."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mainstay.watch.codes import code_choices, sentence
from mainstay.watch.facts import Source, VoidReason


class OutageQuerySet(models.QuerySet["Outage"]):
    """Outages, those that were taken back among them."""

    def valid(self) -> "OutageQuerySet":
        """Those that were not taken back: what ledgers, lists and reports are made of."""
        return self.filter(voided_at__isnull=True)


class Outage(models.Model):
    """One outage, back-dated to its first failing check.

    Detection is only as fine as the interval: the true start lies between `started_after` (the last good check
    before it) and `started_at`, the true end between `ended_after` (the last failed check) and `ended_at`.

    What turned out to be otherwise is never changed: it is taken back (`voided_at`, and why), and another outage with
    the right figures `corrects` it. That names the one which was on record first, however often it was corrected.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    website = models.ForeignKey("clients.Website", on_delete=models.PROTECT, related_name="outages")
    environment = models.ForeignKey("clients.Environment", on_delete=models.PROTECT, related_name="outages")
    started_at = models.DateTimeField()
    started_after = models.DateTimeField(null=True, help_text="Empty when nobody was watching before.")
    confirmed_at = models.DateTimeField(help_text="When the judge was sure.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_after = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=30, choices=code_choices)
    detail = models.CharField(max_length=255, blank=True)
    source = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in Source], default=Source.PROBER.value
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    acknowledgement_note = models.TextField(blank=True, max_length=2000)
    cause = models.ForeignKey(
        "watch.DependencyFailure", on_delete=models.PROTECT, related_name="outages", null=True, blank=True
    )
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, related_name="corrections", null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(
        max_length=10, blank=True, default="", db_default="", choices=[(each.value, each.value) for each in VoidReason]
    )

    objects: ClassVar[OutageQuerySet] = OutageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="watch_outage_one_open",
                fields=["environment"],
                condition=Q(ended_at__isnull=True, voided_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="watch_outage_once", fields=["environment", "started_at"], condition=Q(voided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="watch_outage_voided",
                condition=Q(voided_at__isnull=True, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
            models.CheckConstraint(
                name="watch_outage_end",
                condition=Q(ended_at__isnull=True, ended_after__isnull=True)
                | Q(
                    ended_at__isnull=False,
                    ended_after__isnull=False,
                    ended_at__gte=F("ended_after"),
                    ended_after__gte=F("started_at"),
                ),
            ),
            models.CheckConstraint(
                name="watch_outage_start",
                condition=Q(started_after__isnull=True) | Q(started_after__lte=F("started_at")),
            ),
            models.CheckConstraint(
                name="watch_outage_acknowledged",
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="watch_outage_website", fields=["website", "started_at"]),
            models.Index(name="watch_outage_client", fields=["client", "started_at"]),
        ]

    def __str__(self) -> str:
        return f"Outage {self.pk}"

    @property
    def lasted(self) -> timedelta | None:
        """How long it was down; None while it goes on."""
        return self.ended_at - self.started_at if self.ended_at is not None else None

    @property
    def because(self) -> str:
        """What made it, where that is known: `the host web-3 was down`."""
        if self.cause is None:
            return ""
        return f"{self.cause.dependency.label} {'is' if self.is_open and self.cause.goes_on else 'was'} down"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.voided_at is None

    @property
    def is_seen_up(self) -> bool:
        """Whether a good check, or a person's word, ended it; else it ended where it was last seen down, since nobody
        looks any more.
        """
        if self.ended_at is None or self.ended_after is None:
            return False
        return self.is_stated or self.ended_at > self.ended_after

    @property
    def is_stated(self) -> bool:
        """Whether its times are a person's word."""
        return self.source == Source.PERSON

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None

    @property
    def first_id(self) -> int:
        """The number of the outage as it was first on record: its ticket and its letters go by that."""
        return self.corrects_id or self.pk

    @property
    def is_acknowledged(self) -> bool:
        return self.acknowledged_at is not None

    @property
    def sentence(self) -> str:
        return sentence(self.code, self.detail)
