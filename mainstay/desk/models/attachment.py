"""Files that came with a message."""

from django.db import models
from django.urls import reverse

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser may show in place, by what is in the file: pixels, nothing that could act."""
PICTURE_BYTES_MIN, PICTURE_BYTES_MAX = 2_000, 10_000_000
"""What is smaller is a mark in a signature or counts who reads; what is larger is for downloading."""


class Attachment(models.Model):
    """A file of a message: what it was called there, and where its content is kept.

    `content_id` is what `cid:` addresses in the message's HTML call it (RFC 2392); empty where it has none.
    """

    message = models.ForeignKey("desk.Message", on_delete=models.CASCADE, related_name="attachments")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("common.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    content_id = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Where it is served, to those who may read its message."""
        return reverse("desk-attachment", args=[self.pk])

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown in place."""
        return self.file.media_type in PICTURES and self.file.size_bytes <= PICTURE_BYTES_MAX

    @property
    def is_worth_showing(self) -> bool:
        """Whether a reader wants to see it beside the text."""
        return self.is_picture and self.file.size_bytes >= PICTURE_BYTES_MIN

    @property
    def picture_url(self) -> str:
        """Where it is shown as a picture, to those who may read its message."""
        return reverse("desk-picture", args=[self.pk])
