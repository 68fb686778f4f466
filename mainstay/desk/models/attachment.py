"""Files that came with a message."""

from django.db import models
from django.urls import reverse


class Attachment(models.Model):
    """A file of a message: what it was called there, and where its content is kept."""

    message = models.ForeignKey("desk.Message", on_delete=models.CASCADE, related_name="attachments")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("common.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Where it is served, to those who may read its message."""
        return reverse("desk-attachment", args=[self.pk])
