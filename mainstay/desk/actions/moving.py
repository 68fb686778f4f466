"""Imports as a whole: asked for, looked through, taken in turns. Undoing stands in `undoing`."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import DataError, IntegrityError, transaction

from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.common import facts, files
from mainstay.common.errors import text_of
from mainstay.desk import exchange
from mainstay.desk.actions.errors import CannotImport
from mainstay.desk.actions.importing import import_contacts, import_ticket, owners_left_out, taken_already
from mainstay.desk.exchange import contacts
from mainstay.desk.exchange.draft import FileRefused, LeftOut, TicketDraft
from mainstay.desk.facts import ImportBegun, ImportSource, ImportState, ImportTaken
from mainstay.desk.letters.parsed import Part
from mainstay.desk.models import ForeignTicket, Import

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula (OWASP, CSV injection)."""

COLUMNS = ("ticket", "what", "why", "whole ticket")
SHOWN_MAX = 50
FAILED_MAX = 200
log = structlog.get_logger()


@transaction.atomic
def ask_import(
    *,
    source: ImportSource | str,
    parts: Sequence[Part],
    client: Organisation | None = None,
    places: dict[str, Organisation] | None = None,
    by: User,
    at: datetime,
) -> Import:
    """Keep the files of an export, to be looked through. Nothing is taken in by it.

    Args:
        client: whose tickets or contacts all of them are.
        places: without `client`: by organisation or mail domain, in lower case, whose they are.
    """
    if (client is None) == (not places):
        raise CannotImport("Choose one client, or say for each organisation or mail domain whose it is.")
    moving = Import.objects.create(
        source=ImportSource(source), client=client, places={name: each.pk for name, each in (places or {}).items()},
        asked_by=by, asked_at=at,
    )  # fmt: skip
    kept = [
        files.store(each.content, media_type="application/octet-stream", at=at, file_name=each.name) for each in parts
    ]
    moving.files.set(kept)
    return moving


def look_into(*, moving: Import, at: datetime) -> None:
    """Say what would be taken and what would not, and take nothing. Safe to do twice."""
    if moving.state != ImportState.LOOKING:
        return
    try:
        found, left_out = _contacts_found(moving) if moving.source == ImportSource.CONTACTS else _tickets_found(moving)
    except FileRefused as problem:
        _settle(moving, state=ImportState.REFUSED, problem=str(problem)[:500])
        return
    found["left_out"] = len(left_out)
    found["first"] = [[each.ticket, each.what, each.why, each.is_whole] for each in left_out[:SHOWN_MAX]]
    kept = files.store(_as_csv(left_out), media_type="text/csv", at=at, file_name="not-taken.csv") if left_out else None
    if not _settle(moving, state=ImportState.READY, found=found, left_out=kept, total=found["fresh"]) and kept:
        files.remove(kept)


@transaction.atomic
def begin_import(*, moving: Import, by: User, at: datetime) -> Import:
    """Let it be taken in.

    Raises:
        CannotImport: it was not looked through yet, was begun or thrown away already, or holds nothing new.
    """
    if not moving.found.get("fresh"):
        raise CannotImport("There is nothing in it that is not here already.")
    if not Import.objects.filter(pk=moving.pk, state=ImportState.READY).update(state=ImportState.TAKING, done=0):
        raise CannotImport("It was begun or thrown away already, or is still being looked through.")
    moving.refresh_from_db()
    fact = ImportBegun(import_id=moving.pk, source=moving.source, expected=moving.total)
    facts.record(fact, by=by, at=at, client=moving.client)
    return moving


class Taking:
    """Takes an import in, a turn at a time. Its files are read once."""

    def __init__(self, moving: Import) -> None:
        self.moving = moving
        self._places = _places_of(moving)
        self._waiting: list[TicketDraft] | None = None

    def turn(self, at: datetime, limit: int = 25) -> bool:
        """Take the next tickets in, each in a transaction of its own; False when all are taken.

        What was taken is never taken again, by whomever: a turn that was broken off is simply done anew.
        """
        moving = self.moving
        moving.refresh_from_db()
        if moving.state != ImportState.TAKING:
            return False
        if moving.source == ImportSource.CONTACTS:
            self._take_contacts(at)
            return False
        if self._waiting is None:
            self._waiting = self._left()
        for draft in self._waiting[:limit]:
            self._take(draft, at)
        del self._waiting[:limit]
        done = ForeignTicket.objects.filter(taken_by=moving).count()
        Import.objects.filter(pk=moving.pk).update(done=done, found=moving.found)
        if not self._waiting:
            _end_taking(moving, done, at)
            return False
        return True

    def _left(self) -> list[TicketDraft]:
        drafts = exchange.read(self.moving.source, _contents(self.moving)).drafts
        there = taken_already(self.moving.source, [each.foreign_id for each in drafts])
        failed = {each[0] for each in self.moving.found.get("failed", [])}
        return [
            each for each in drafts
            if each.foreign_id not in there and each.foreign_id not in failed and self._place(each) is not None
        ]  # fmt: skip

    def _place(self, draft: TicketDraft) -> Organisation | None:
        return place_of(draft, self._places)

    def _take(self, draft: TicketDraft, at: datetime) -> None:
        """One that the database refuses is listed; the others go on."""
        client = self._place(draft)
        assert client is not None  # noqa: S101 - _left chose those with a place
        moving = self.moving
        try:
            import_ticket(
                client=client, product=moving.source, draft=draft, by=moving.asked_by, at=at, moving=moving
            )  # fmt: skip
        except (DataError, IntegrityError, ValueError) as problem:
            log.warning("ticket not taken in", imported=moving.pk, ticket=draft.foreign_id, exc_info=problem)
            failed = moving.found.setdefault("failed", [])
            if len(failed) < FAILED_MAX:
                failed.append([draft.foreign_id, draft.number, text_of(problem)[:200]])

    @transaction.atomic
    def _take_contacts(self, at: datetime) -> None:
        moving = self.moving
        assert moving.client is not None  # noqa: S101 - contacts are one client's
        lines = contacts.read(_contents(moving)[0]).lines
        done = import_contacts(client=moving.client, lines=lines, by=moving.asked_by, at=at, moving=moving)
        _end_taking(moving, moving.contacts.count() or done, at)


@transaction.atomic
def discard_import(*, moving: Import, at: datetime) -> None:
    """Throw away what was never taken in, with its files."""
    states = (ImportState.LOOKING, ImportState.READY, ImportState.REFUSED)
    if Import.objects.filter(pk=moving.pk, state__in=states).update(state=ImportState.UNDONE, undone_at=at):
        _forget_files(moving)


def place_of(draft: TicketDraft, places: dict[str, Organisation]) -> Organisation | None:
    """Whose a ticket is: the one client's, that of its organisation, or that of the mail domain of who asked."""
    domain = draft.requester.address.rpartition("@")[2]
    return places.get("") or places.get(draft.organisation.lower() or "-") or places.get(domain or "-")


@transaction.atomic
def _end_taking(moving: Import, done: int, at: datetime) -> None:
    ended = Import.objects.filter(pk=moving.pk, state=ImportState.TAKING)
    if ended.update(state=ImportState.TAKEN, done=done, taken_at=at):
        _forget_files(moving)
        facts.record(ImportTaken(import_id=moving.pk, taken=done), by=moving.asked_by, at=at, client=moving.client)


def _forget_files(moving: Import) -> None:
    """The files of an export hold what other people wrote; once they are taken in nobody needs them."""
    for each in list(moving.files.all()):
        moving.files.remove(each)
        files.remove(each)


def _settle(moving: Import, **values: Any) -> bool:
    return bool(Import.objects.filter(pk=moving.pk, state=ImportState.LOOKING).update(**values))


def _contents(moving: Import) -> list[bytes]:
    return [files.read(each) for each in moving.files.order_by("pk")]


def _places_of(moving: Import) -> dict[str, Organisation]:
    if moving.client:
        return {"": moving.client}
    found = Organisation.objects.in_bulk(list(moving.places.values()))
    return {name: found[pk] for name, pk in moving.places.items() if pk in found}


def _tickets_found(moving: Import) -> tuple[dict[str, Any], list[LeftOut]]:
    reading = exchange.read(moving.source, _contents(moving))
    there = taken_already(moving.source, [each.foreign_id for each in reading.drafts])
    places, left_out = _places_of(moving), list(reading.left_out)
    fresh: list[TicketDraft] = []
    by_client: Counter[str] = Counter()
    for draft in reading.drafts:
        place = place_of(draft, places)
        if draft.foreign_id in there:
            continue
        if place is None:
            whose = draft.organisation or draft.requester.address or "nobody named"
            left_out.append(LeftOut(draft.number, "ticket", f"no client is chosen for {whose}", is_whole=True))
        else:
            fresh.append(draft)
            by_client[place.name] += 1
    left_out += owners_left_out(fresh)
    said = [message for draft in fresh for message in draft.messages]
    return {
        "tickets": len(reading.drafts), "there": len(there), "fresh": len(fresh), "messages": len(said),
        "attachments": sum(len(each.parts) for each in said),
        "people": len({each.requester.address for each in fresh if each.requester.address}),
        "by_client": by_client.most_common(SHOWN_MAX),
        "subjects": [[each.number, each.subject[:120], each.requester.address] for each in fresh[:SHOWN_MAX]],
    }, left_out  # fmt: skip


def _contacts_found(moving: Import) -> tuple[dict[str, Any], list[LeftOut]]:
    assert moving.client is not None  # noqa: S101 - contacts are one client's
    found = contacts.read(_contents(moving)[0])
    there = set(moving.client.contacts.values_list("email", flat=True))
    fresh = [each for each in found.lines if each.email not in there]
    left_out = [
        *found.columns,
        *(LeftOut(f"line {number}", "contact", why, is_whole=True) for number, why in found.bad),
    ]
    left_out += [
        LeftOut(f"line {number}", "line", "the same address as an earlier line; joined") for number in found.doubles
    ]
    return {
        "tickets": len(found.lines), "there": len(found.lines) - len(fresh), "fresh": len(fresh),
        "subjects": [[f"line {each.line}", each.name, each.email] for each in fresh[:SHOWN_MAX]],
    }, left_out  # fmt: skip


def _as_csv(left_out: Iterable[LeftOut]) -> bytes:
    """The list of what is not taken, as a spreadsheet reads it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in left_out:
        writer.writerow(
            [_harmless(each.ticket), _harmless(each.what), _harmless(each.why), "yes" if each.is_whole else "no"]
        )
    return text.getvalue().encode("utf-8-sig")


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value
