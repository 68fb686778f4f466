"""Entries in a ticket's story."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mainstay.desk.facts import Channel, MessageKind
from mainstay.desk.models.choices import choices, known

if TYPE_CHECKING:
    from mainstay.desk.models.attachment import Attachment

CHANNEL_WORDS = {
    Channel.MAIL: _("wrote by mail"),
    Channel.PORTAL: _("wrote by portal"),
    Channel.PHONE: _("wrote by phone"),
    Channel.API: _("wrote by API"),
    Channel.WATCH: _("wrote by Mainstay"),
    Channel.CONSOLE: _("wrote by console"),
    Channel.WEBSITE: _("wrote by help page"),
}


class Message(models.Model):
    """Something said or done on a ticket.

    `is_indexed` says whether full-text search knows it as it is now; a worker sees to those it does not know.
    `is_public` says whether the client may read it; a note never is, and the database refuses one that would be.
    `text` is what is new, `full_text` the whole mail where that is more. `html_clean` was cleaned on arrival.
    The author is a member of staff, a contact, or, with both empty, what `author_name` names. `is_doubted`: no mail
    server of ours has confirmed that the mail is from there. What came in and is not public is held back until somebody
    of the team releases it: `released_at`, `released_by`.
    """

    ticket = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, related_name="messages")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=choices(MessageKind))
    channel = models.CharField(max_length=8, choices=choices(Channel))
    is_public = models.BooleanField()
    is_automatic = models.BooleanField(default=False)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    contact = models.ForeignKey("clients.Contact", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    author_address = models.CharField(max_length=254, blank=True)
    is_participant = models.BooleanField(default=True)
    is_doubted = models.BooleanField(default=False, db_default=False)
    released_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    code = models.CharField(max_length=32, blank=True)
    text = models.TextField()
    full_text = models.TextField(blank=True)
    html_clean = models.TextField(blank=True)
    raw = models.ForeignKey("desk.RawMail", on_delete=models.SET_NULL, null=True, related_name="messages")
    mail = models.ForeignKey("common.OutgoingMail", on_delete=models.SET_NULL, null=True, related_name="+")
    message_id = models.CharField(max_length=500, blank=True)
    in_reply_to = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=200, unique=True, null=True, editable=False)  # noqa: DJ001 - empty keys must not collide
    is_indexed = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            known("kind", MessageKind, "message_kind_known"),
            known("channel", Channel, "message_channel_known"),
            models.CheckConstraint(
                condition=~models.Q(kind=MessageKind.NOTE) | models.Q(is_public=False), name="message_note_never_public"
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "at"], name="message_of_ticket"),
            models.Index(fields=["message_id"], name="message_by_mail_id"),
            models.Index(fields=["id"], condition=models.Q(is_indexed=False), name="message_to_index"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.ticket_id}"

    @property
    def is_note(self) -> bool:
        return self.kind == MessageKind.NOTE

    @property
    def is_held(self) -> bool:
        """Whether it came in and the client does not read it yet."""
        return self.kind == MessageKind.INBOUND and not self.is_public

    @property
    def manner(self) -> str:
        """How it was said, as it stands beside the author's name."""
        if self.kind == MessageKind.REPLY:
            if self.channel == Channel.PHONE:
                return str(_("answered by phone"))
            return str(_("answered automatically") if self.is_automatic else _("answered"))
        return str(CHANNEL_WORDS[Channel(self.channel)]) if self.kind == MessageKind.INBOUND else ""

    @property
    def portrait_url(self) -> str:
        """The author's picture; empty without one."""
        return self.user.portrait_url if self.user else ""

    @property
    def initials(self) -> str:
        """Two letters that stand in for a picture."""
        words = [word for word in self.author_name.split() if word[0].isalnum()]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"

    @property
    def pictures(self) -> list["Attachment"]:
        """The files that a reader wants to see beside the text."""
        return [each for each in self.attachments.all() if each.is_worth_showing]

    @property
    def layout_url(self) -> str:
        """Where it is shown as it was laid out; empty where it was plain text."""
        return reverse("desk-message-layout", args=[self.pk]) if self.html_clean else ""

    @property
    def has_more(self) -> bool:
        """Whether the whole mail says more than what was new in it."""
        return bool(self.full_text) and self.full_text.strip() != self.text.strip()
