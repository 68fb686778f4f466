"""What staff write down about a client."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ClientNote(models.Model):
    """One note for the agency's own people; the client never sees it. `text` is the present version of it.

    What it said before is in its versions. One that is taken away is kept, and shown to nobody.
    """

    client = models.ForeignKey("clients.Organisation", models.CASCADE, related_name="notes")
    text = models.TextField()
    version = models.PositiveSmallIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-written_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(version__gte=1), name="client_note_version_from_one"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="client_note_removed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["client", "-written_at"], name="client_note_latest")]

    def __str__(self) -> str:
        return f"Note {self.pk}, version {self.version}"


class ClientNoteVersion(models.Model):
    """What a note said: each version once, also the present one."""

    client = models.ForeignKey("clients.Organisation", models.CASCADE, related_name="+")
    note = models.ForeignKey(ClientNote, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["note", "-number"]
        constraints = [models.UniqueConstraint(fields=["note", "number"], name="client_note_version_once")]

    def __str__(self) -> str:
        return f"Version {self.number} of note {self.note_id}"
