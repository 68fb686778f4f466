"""What the team keeps about a ticket: tags, links, watchers, minutes, drafts, and who has it open."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from mainstay.access.models import User
from mainstay.common import facts
from mainstay.desk.actions.authors import By
from mainstay.desk.actions.errors import CannotLink
from mainstay.desk.actions.locking import locked
from mainstay.desk.facts import DraftKind, LinkKind, TicketLinked, TicketTagged, TimeSpent
from mainstay.desk.models import (
    Draft,
    Message,
    Presence,
    Ticket,
    TicketLink,
    TicketTag,
    TicketWatch,
    TimeEntry,
)
from mainstay.desk.rules import TAGS_MAX, tag_of


@transaction.atomic
def tag(*, ticket: Ticket, words: Iterable[str], by: By, at: datetime) -> list[str]:
    """Give the ticket these tags and no others: lower case, each once, at most 20."""
    ticket = locked(ticket)
    wanted = sorted(dict.fromkeys(filter(None, map(tag_of, words))))[:TAGS_MAX]
    before = set(ticket.tickettags.values_list("word", flat=True))
    if before == set(wanted):
        return wanted
    ticket.tickettags.exclude(word__in=wanted).delete()
    new = [TicketTag(ticket=ticket, client=ticket.client, word=word) for word in wanted if word not in before]
    TicketTag.objects.bulk_create(new)
    facts.record(TicketTagged(ticket_id=ticket.pk, count=len(wanted)), by=by, at=at, client=ticket.client)
    return wanted


@transaction.atomic
def link(*, ticket: Ticket, other: Ticket, kind: LinkKind | str, by: By, at: datetime) -> TicketLink:
    """Say how the ticket belongs to another; said again it replaces what was said. Clients never see it.

    Raises:
        CannotLink: it is the same ticket.
    """
    if ticket.pk == other.pk:
        raise CannotLink("A ticket cannot be linked to itself.")
    ticket = locked(ticket)
    made, _ = TicketLink.objects.update_or_create(
        ticket=ticket, other=other, defaults={"client": ticket.client, "kind": LinkKind(kind)}
    )
    _record_link(ticket, other, made.kind, by=by, at=at)
    return made


@transaction.atomic
def unlink(*, ticket: Ticket, other: Ticket, by: By, at: datetime) -> None:
    """Take the link between the two away, whichever way it was made."""
    ticket = locked(ticket)
    rows = TicketLink.objects.filter(ticket__in=(ticket, other), other__in=(ticket, other))
    if rows.delete()[0]:
        _record_link(ticket, other, "removed", by=by, at=at)


def _record_link(ticket: Ticket, other: Ticket, code: str, *, by: By, at: datetime) -> None:
    """On record of both tickets, so that it stands in both stories."""
    made = TicketLinked(ticket_id=ticket.pk, other_id=other.pk, code=code)
    facts.record(made, by=by, at=at, client=ticket.client)
    mirrored = TicketLinked(ticket_id=other.pk, other_id=ticket.pk, code=code, is_from_other=True)
    facts.record(mirrored, by=by, at=at, client=other.client)


def watch(*, ticket: Ticket, by: User, at: datetime) -> None:
    """Tell `by` of news on the ticket from here on."""
    given = {"client": ticket.client, "since_at": at}
    TicketWatch.objects.get_or_create(ticket=ticket, user=by, defaults=given)


def unwatch(*, ticket: Ticket, by: User, at: datetime) -> None:
    """Tell `by` no more."""
    TicketWatch.objects.filter(ticket=ticket, user=by).delete()


@transaction.atomic
def spend_time(*, ticket: Ticket, minutes: int, by: User, at: datetime, message: Message | None = None) -> TimeEntry:
    """Keep that `by` worked on the ticket for so many minutes (1 to 1,440)."""
    entry = TimeEntry.objects.create(
        ticket=ticket, client=ticket.client, user=by, message=message, minutes=minutes, at=at
    )
    fact = TimeSpent(ticket_id=ticket.pk, minutes=minutes, message_id=message.pk if message else None)
    facts.record(fact, by=by, at=at, client=ticket.client)
    return entry


def keep_draft(*, ticket: Ticket, kind: DraftKind | str, text: str, by: User, at: datetime) -> None:
    """Keep what `by` has typed; nothing typed leaves nothing behind."""
    if not text.strip():
        drop_draft(ticket=ticket, kind=kind, by=by)
        return
    given = {"client": ticket.client, "text": text, "updated_at": at}
    Draft.objects.update_or_create(ticket=ticket, user=by, kind=DraftKind(kind), defaults=given)


def drop_draft(*, ticket: Ticket, kind: DraftKind | str, by: User) -> None:
    """What was typed has been sent."""
    Draft.objects.filter(ticket=ticket, user=by, kind=DraftKind(kind)).delete()


def be_present(*, ticket: Ticket, writing: str, by: User, at: datetime) -> None:
    """Keep that `by` has the ticket open at `at`, and what they are writing, if anything."""
    word = writing if writing in set(DraftKind) else ""
    given = {"client": ticket.client, "seen_at": at, "writing": word}
    Presence.objects.update_or_create(ticket=ticket, user=by, defaults=given)
