"""What is brought in from another help desk, one row an import."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from mainstay.desk.facts import ImportSource, ImportState
from mainstay.desk.models.choices import choices, known


class Import(models.Model):
    """Files of another help desk: looked through first, then taken in, and undone as long as nothing came of it.

    All tickets go to `client`, or each to the one that `places` names for its organisation or mail domain ({name:
    number of the client}). `found` holds what looking came to, `left_out` the file that lists what is not taken.
    `done` of `total` is how far the work under way is.
    """

    source = models.CharField("from", max_length=16, choices=choices(ImportSource))
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    places: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    files: "models.ManyToManyField[Any, Any]" = models.ManyToManyField("common.StoredFile", related_name="+")
    state = models.CharField(max_length=8, choices=choices(ImportState), default=ImportState.LOOKING)
    problem = models.CharField(max_length=500, blank=True)
    found: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    left_out = models.ForeignKey("common.StoredFile", on_delete=models.SET_NULL, null=True, related_name="+")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            known("source", ImportSource, "import_source_known"),
            known("state", ImportState, "import_state_known"),
        ]

    def __str__(self) -> str:
        return f"import {self.pk} from {self.source}"

    @property
    def url(self) -> str:
        """Its page in the console."""
        return reverse("console-import", args=[self.pk])

    @property
    def source_name(self) -> str:
        """What people call where it comes from."""
        return ImportSource(self.source).label

    @property
    def percent(self) -> int:
        """How far the work under way is, in whole per cent."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_busy(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in (ImportState.LOOKING, ImportState.TAKING, ImportState.UNDOING)


class ImportedContact(models.Model):
    """A contact that an import made, so that undoing it knows whom to take away."""

    made_by = models.ForeignKey("desk.Import", on_delete=models.CASCADE, related_name="contacts")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="+")
    contact = models.OneToOneField("clients.Contact", on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"contact {self.contact_id} of import {self.made_by_id}"
