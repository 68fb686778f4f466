"""An import taken away again, as long as nothing was done with what it brought."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, ProtectedError, Q

from mainstay.access.models import User
from mainstay.clients.models import Contact
from mainstay.common import facts, files
from mainstay.common.facts import FactRecord
from mainstay.common.models import StoredFile
from mainstay.desk.actions.errors import CannotUndo
from mainstay.desk.facts import ImportState, ImportUndone, TicketImportUndone
from mainstay.desk.models import Attachment, Draft, Import, ImportedContact, Message, Ticket, TicketLink, TicketMerge

AT_ONCE = 500
NAMED_MAX = 20
QUIET = ("desk.ticket_imported",)
"""Facts that say nothing was done: the import itself."""


@transaction.atomic
def begin_undo(*, moving: Import, by: User, at: datetime) -> Import:
    """Let everything that an import brought be taken away.

    Raises:
        CannotUndo: something was done on one of its tickets since; the text names them. Or it is not taken in.
    """
    if touched := touched_tickets(moving):
        named = ", ".join(each.reference for each in touched[:NAMED_MAX])
        more = f" and {len(touched) - NAMED_MAX} more" if len(touched) > NAMED_MAX else ""
        raise CannotUndo(f"Something was done since on {named}{more}. Nothing was taken away.")
    ready = Import.objects.filter(pk=moving.pk, state=ImportState.TAKEN)
    if not ready.update(state=ImportState.UNDOING, total=moving.tickets.count(), done=0):
        raise CannotUndo("Only what was taken in can be undone, and once.")
    moving.refresh_from_db()
    return moving


@transaction.atomic
def undo_turn(*, moving: Import, by: User | facts.Process, at: datetime, limit: int = 100) -> bool:
    """Take the next tickets away; False when all are gone. One that somebody has just worked on stays."""
    moving.refresh_from_db()
    if moving.state != ImportState.UNDOING:
        return False
    last = moving.found.get("undone_to", 0)
    tickets = Ticket.objects.filter(foreign__taken_by=moving, pk__gt=last).order_by("pk")
    some = list(tickets.select_for_update(of=("self",)).select_related("client")[:limit])
    if not some:
        _finish(moving, by, at)
        return False
    worked_on = _worked_on([each.pk for each in some])
    gone = [each for each in some if each.pk not in worked_on]
    for each in gone:
        facts.record(TicketImportUndone(ticket_id=each.pk, import_id=moving.pk), by=by, at=at, client=each.client)
    _delete(gone)
    moving.found["undone_to"] = some[-1].pk
    Import.objects.filter(pk=moving.pk).update(found=moving.found, done=F("done") + len(some))
    return True


def touched_tickets(moving: Import) -> list[Ticket]:
    """The tickets of an import on which something was done since it brought them, by their references."""
    ids = list(moving.tickets.order_by("ticket").values_list("ticket", flat=True))
    found: set[int] = set()
    for start in range(0, len(ids), AT_ONCE):
        found |= _worked_on(ids[start : start + AT_ONCE])
    return list(Ticket.objects.filter(pk__in=found).order_by("reference")) if found else []


def _worked_on(ids: list[int]) -> set[int]:
    """Which of these tickets somebody did something with: by what is on record of them, and by what hangs on them."""
    subjects = {f"ticket:{pk}": pk for pk in ids}
    by_itself = Q(kind="desk.ticket_closed", by__isnull=True)  # what stays resolved is closed in time
    done = FactRecord.objects.filter(subject__in=list(subjects)).exclude(kind__in=QUIET).exclude(by_itself)
    found = {subjects[each] for each in done.values_list("subject", flat=True).distinct()}
    found |= set(Ticket.objects.filter(previous__in=ids).values_list("previous", flat=True))
    found |= set(Ticket.objects.filter(merged_into__in=ids).values_list("merged_into", flat=True))
    found |= set(TicketLink.objects.filter(other__in=ids).values_list("other", flat=True))
    found |= set(TicketMerge.objects.filter(target__in=ids).values_list("target", flat=True))
    return found | set(Draft.objects.filter(ticket__in=ids).values_list("ticket", flat=True))


def _delete(tickets: Iterable[Ticket]) -> None:
    """The tickets with all that hangs on them; their files go when that is settled."""
    ids = [each.pk for each in tickets]
    held = list(StoredFile.objects.filter(pk__in=Attachment.objects.filter(message__ticket__in=ids).values("file")))
    Ticket.objects.filter(pk__in=ids).delete()
    for each in held:
        files.remove(each)


def _finish(moving: Import, by: User | facts.Process, at: datetime) -> None:
    """The tickets are gone; the contacts that nobody needs go too."""
    for each in moving.contacts.select_related("contact"):
        _drop_contact(each)
    kept = moving.tickets.count()
    Import.objects.filter(pk=moving.pk).update(state=ImportState.UNDONE, undone_at=at)
    fact = ImportUndone(import_id=moving.pk, removed=moving.done - kept, kept=kept)
    facts.record(fact, by=by, at=at, client=moving.client)


def _drop_contact(made: ImportedContact) -> None:
    """Take a contact away that the import made, unless somebody knows them by now."""
    contact: Contact = made.contact
    is_known = (
        contact.user_id is not None
        or contact.invited_at is not None
        or Ticket.objects.filter(requester=contact).exists()
        or Message.objects.filter(contact=contact).exists()
    )
    if is_known:
        return
    try:
        with transaction.atomic():
            contact.delete()
    except ProtectedError:
        return
