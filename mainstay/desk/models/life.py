"""What belongs to the life of a ticket: who watches it, its tags, links, merges, drafts, who is on it, and minutes."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from mainstay.desk.facts import DraftKind, LinkKind
from mainstay.desk.models.choices import choices, known

MINUTES_MAX = 24 * 60


class OfTicket(models.Model):
    """A row that belongs to one ticket, and so to its client."""

    ticket = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, related_name="%(class)ss")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class TicketTag(OfTicket):
    """A word that the agency sorts tickets by. Clients do not see it."""

    word = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar = ["word"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "word"], name="ticket_tag_once")]
        indexes: ClassVar = [models.Index(fields=["word", "ticket"], name="ticket_tag_by_word")]

    def __str__(self) -> str:
        return self.word


class TicketWatch(OfTicket):
    """A member of staff who is told of news on a ticket, whether or not it is theirs."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "user"], name="ticket_watched_once")]

    def __str__(self) -> str:
        return f"{self.user_id} watches {self.ticket_id}"


class TicketLink(OfTicket):
    """`ticket` is related to `other`, a duplicate of it, or caused by it. Seen by the agency alone."""

    other = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=12, choices=choices(LinkKind))

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            known("kind", LinkKind, "ticket_link_kind_known"),
            models.UniqueConstraint(fields=["ticket", "other"], name="ticket_linked_once"),
            models.CheckConstraint(condition=~models.Q(ticket=models.F("other")), name="ticket_link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


class TicketMerge(OfTicket):
    """`ticket` went into `target` at `at`. Until `settled_at` it can be undone, and no clock has been touched."""

    target = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state_before = models.CharField(max_length=8)
    waiting_before = models.DateTimeField(null=True)
    snoozed_before = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True) | models.Q(undone_at__isnull=True),
                name="ticket_merge_settled_or_undone",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["at"],
                condition=models.Q(settled_at__isnull=True, undone_at__isnull=True),
                name="ticket_merge_unsettled",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} into {self.target_id}"


class Draft(OfTicket):
    """What somebody has typed on a ticket and not sent. Only they see it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=choices(DraftKind))
    text = models.TextField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            known("kind", DraftKind, "ticket_draft_kind_known"),
            models.UniqueConstraint(fields=["ticket", "user", "kind"], name="ticket_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id} on {self.ticket_id}"


class Presence(OfTicket):
    """When somebody last had a ticket open, and when they last wrote an answer or note on it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    writing = models.CharField(max_length=8, choices=choices(DraftKind), blank=True)

    class Meta:
        constraints: ClassVar = [
            known("writing", DraftKind, "ticket_presence_writing_known", blank=True),
            models.UniqueConstraint(fields=["ticket", "user"], name="ticket_presence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.ticket_id}"


class TimeEntry(OfTicket):
    """Minutes that somebody worked on a ticket, with the answer they went into or by themselves."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey("desk.Message", on_delete=models.SET_NULL, null=True, related_name="times")
    minutes = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1, minutes__lte=MINUTES_MAX), name="time_entry_minutes_in_a_day"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["client", "at"], name="time_entry_of_client")]

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.ticket_id}"
