"""Notes of staff about a client: every version is kept."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from mainstay.access.models import User
from mainstay.clients.facts import NoteKept
from mainstay.clients.models import ClientNote, ClientNoteVersion, Organisation
from mainstay.common import facts


class NoteChanged(ValueError):
    """Somebody else wrote the note anew, or took it away, since it was read."""


@transaction.atomic
def write_note(*, client: Organisation, text: str, by: User, at: datetime) -> ClientNote:
    """Write something down about a client, for staff alone."""
    note = ClientNote.objects.create(client=client, text=text, written_at=at, written_by=by)
    return _keep(note, by, at)


@transaction.atomic
def rewrite_note(*, note: ClientNote, text: str, seen_version: int, by: User, at: datetime) -> ClientNote:
    """Write a note anew; what it said before stays in its history. The same words again change nothing.

    Raises:
        NoteChanged: it is no longer at `seen_version`.
    """
    if text == note.text and seen_version == note.version:
        return note
    found = ClientNote.objects.filter(pk=note.pk, version=seen_version, removed_at__isnull=True)
    if not found.update(text=text, version=F("version") + 1, written_at=at, written_by=by):
        raise NoteChanged("Somebody else has changed this note since you opened it: read it again before you save.")
    return _keep(ClientNote.objects.select_related("client").get(pk=note.pk), by, at)


@transaction.atomic
def remove_note(*, note: ClientNote, by: User, at: datetime) -> None:
    """Take a note away; it is kept and no longer shown. Doing it again changes nothing."""
    if ClientNote.objects.filter(pk=note.pk, removed_at__isnull=True).update(removed_at=at, removed_by=by):
        fact = NoteKept(client_id=note.client_id, note_id=note.pk, version=note.version, removed=True)
        facts.record(fact, by=by, at=at, client=note.client)


def _keep(note: ClientNote, by: User, at: datetime) -> ClientNote:
    ClientNoteVersion.objects.create(
        client=note.client, note=note, number=note.version, text=note.text, written_at=at, written_by=by
    )
    fact = NoteKept(client_id=note.client_id, note_id=note.pk, version=note.version)
    facts.record(fact, by=by, at=at, client=note.client)
    return note
