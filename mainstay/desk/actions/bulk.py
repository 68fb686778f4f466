"""Many tickets changed at once: each as a single change would do it, with a fact of its own, and undone likewise.

What is asked for is written down with every ticket first, then carried out in turns of fifty, so that nobody else is
kept waiting and it goes on after a crash where it stood.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from mainstay.access.models import User
from mainstay.common import facts, jobs
from mainstay.desk.actions.ending import close, standing_of, undo_close
from mainstay.desk.actions.errors import BulkRefused, ChangedSince, NotInFuture, TicketIsOver
from mainstay.desk.actions.handling import assign, categorise, sort_back, sorted_as
from mainstay.desk.actions.keeping import tag
from mainstay.desk.actions.snoozing import bring_back, snooze
from mainstay.desk.facts import BulkChange, LineState, TicketsChangedTogether
from mainstay.desk.models import Ticket, TicketBulk, TicketBulkLine
from mainstay.desk.rules import TAG_LENGTH_MAX, TAGS_MAX

TURN = 50
TICKETS_MAX = 5_000
BATCH = 1_000
ALREADY = "It is so already."
REFUSALS = (BulkRefused, ChangedSince, NotInFuture, TicketIsOver)


@dataclass(frozen=True)
class _Way:
    """How one kind of change is done to a ticket. `read` is what it changes, as JSON keeps it."""

    read: Callable[[Ticket], Any]
    wanted: Callable[[Ticket, Any], Any]
    do: Callable[..., Any]


@transaction.atomic
def change_many(*, among: QuerySet[Ticket], change: BulkChange | str, value: Any, by: User, at: datetime) -> TicketBulk:
    """Change all of `among`, the first fifty at once and the others in the background.

    Args:
        value: assign: a person's id or None; category: one; tag, untag: a word; rest: an instant as ISO 8601 (empty:
            back from rest); close: the code, as `close` has it.

    Raises:
        BulkRefused: they are none, or more than 5,000.
    """
    pairs = list(among.order_by("pk").values_list("pk", "client_id")[: TICKETS_MAX + 1])
    if not pairs:
        raise BulkRefused("No ticket is ticked.")
    if len(pairs) > TICKETS_MAX:
        raise BulkRefused(f"One bulk change reaches at most {TICKETS_MAX:,} tickets: narrow the list.")
    bulk = TicketBulk.objects.create(made_by=by, made_at=at, wanted={"change": BulkChange(change), "value": value})
    _fill(bulk, [TicketBulkLine(bulk=bulk, ticket_id=pk, client_id=client) for pk, client in pairs], by, at)
    return bulk


@transaction.atomic
def undo_many(*, bulk: TicketBulk, by: User, at: datetime) -> TicketBulk:
    """Set back what was changed, where nobody changed it since. A second undo returns the first.

    Raises:
        BulkRefused: it has not ended, its time for undoing is over, or it is an undo itself.
    """
    bulk = TicketBulk.objects.select_for_update().get(pk=bulk.pk)
    if (undone := TicketBulk.objects.filter(undoes=bulk).first()) is not None:
        return undone
    if bulk.undo_until is None:
        raise BulkRefused("It has not ended yet: it can be undone then.")
    if bulk.undoes_id is not None or at > bulk.undo_until:
        raise BulkRefused("It can be undone for 15 minutes, which are over: make another bulk change.")
    done = (
        bulk.lines.filter(state=LineState.DONE).order_by("pk").values_list("ticket_id", "client_id", "before", "after")
    )
    undone = TicketBulk.objects.create(made_by=by, made_at=at, wanted=bulk.wanted, undoes=bulk)
    lines = [
        TicketBulkLine(bulk=undone, ticket_id=pk, client_id=client, before=after, after=before)
        for pk, client, before, after in done
    ]
    _fill(undone, lines, by, at)
    return undone


def carry_on_bulk(*, at: datetime) -> int:
    """Change the next 50 tickets of the oldest bulk change under way. Returns how many; 0 when none is left."""
    under_way = TicketBulk.objects.filter(finished_at__isnull=True).order_by("made_at")
    return _turn(under_way, at) if under_way.exists() else 0


def _fill(bulk: TicketBulk, lines: list[TicketBulkLine], by: User, at: datetime) -> None:
    TicketBulkLine.objects.bulk_create(lines, batch_size=BATCH)
    facts.record(TicketsChangedTogether(bulk.pk, len(lines), bulk.wanted["change"]), by=by, at=at)
    if _turn(TicketBulk.objects.filter(pk=bulk.pk), at) == TURN:
        jobs.wake("bulk")


@transaction.atomic
def _turn(under_way: QuerySet[TicketBulk], at: datetime) -> int:
    bulk = under_way.select_for_update(of=("self",)).select_related("made_by").first()
    if bulk is None:
        return 0
    lines = list(bulk.lines.filter(state=LineState.WAITING).select_related("ticket__client").order_by("pk")[:TURN])
    for line in lines:
        _change(bulk, line, at)
    TicketBulkLine.objects.bulk_update(lines, ["before", "after", "state", "reason"])
    if len(lines) < TURN:
        bulk.finished_at = at
        bulk.save(update_fields=["finished_at"])
    return max(1, len(lines))


def _change(bulk: TicketBulk, line: TicketBulkLine, at: datetime) -> None:
    try:
        with transaction.atomic():
            (_undo if bulk.undoes_id else _do)(bulk, line, at)
    except REFUSALS as problem:
        line.state, line.reason = LineState.LEFT, str(problem)[:200]
    else:
        line.state = LineState.DONE


def _do(bulk: TicketBulk, line: TicketBulkLine, at: datetime) -> None:
    ticket, way = line.ticket, _WAYS[bulk.wanted["change"]]
    line.before = way.read(ticket)
    after = way.wanted(ticket, bulk.wanted["value"])
    if after == line.before:
        raise BulkRefused(ALREADY)
    way.do(ticket, after, by=bulk.made_by, at=at)
    line.after = way.read(Ticket.objects.get(pk=ticket.pk))


def _undo(bulk: TicketBulk, line: TicketBulkLine, at: datetime) -> None:
    """`before` and `after` of an undo are those of what it undoes, the other way round."""
    way = _WAYS[bulk.wanted["change"]]
    if way.read(line.ticket) != line.before:
        raise ChangedSince("It was changed since.")
    way.do(line.ticket, line.after, by=bulk.made_by, at=at)


def _assign(ticket: Ticket, value: int | None, *, by: User, at: datetime) -> None:
    person = User.objects.filter(pk=value, is_active=True).first() if value else None
    if value and (person is None or not person.is_staff_member):
        raise BulkRefused("Whoever should have it is not with the agency any more.")
    assign(ticket=ticket, assignee=person, by=by, at=at)


def _words(ticket: Ticket) -> list[str]:
    return sorted(ticket.tickettags.values_list("word", flat=True))


def _tag(ticket: Ticket, words: list[str], *, by: User, at: datetime) -> None:
    if len(words) > TAGS_MAX:
        raise BulkRefused(f"It has {TAGS_MAX} tags already, which is the most.")
    tag(ticket=ticket, words=words, by=by, at=at)


def _rest(ticket: Ticket, until: str, *, by: User, at: datetime) -> None:
    if until:
        snooze(ticket=ticket, until=datetime.fromisoformat(until), by=by, at=at)
    else:
        bring_back(ticket=ticket, by=by, at=at)


def _close(ticket: Ticket, wanted: str | dict[str, Any], *, by: User, at: datetime) -> None:
    if isinstance(wanted, str):
        close(ticket=ticket, code=wanted, by=by, at=at)
    else:
        undo_close(ticket=ticket, before=wanted, by=by, at=at)


def _closed(ticket: Ticket, code: str) -> str | dict[str, Any]:
    """Nothing is to be done to what is closed so already."""
    return standing_of(ticket) if ticket.close_code == code else code


def _sort(ticket: Ticket, wanted: str | dict[str, Any], *, by: User, at: datetime) -> None:
    if isinstance(wanted, str):
        categorise(ticket=ticket, category=wanted, by=by, at=at)
    else:
        sort_back(ticket=ticket, before=wanted, by=by, at=at)


def _clean(word: str) -> str:
    return " ".join(word.split()).lower()[:TAG_LENGTH_MAX].strip()


_WAYS = {
    BulkChange.ASSIGN: _Way(lambda ticket: ticket.assignee_id, lambda _, value: value, _assign),
    BulkChange.CATEGORY: _Way(
        sorted_as, lambda ticket, category: sorted_as(ticket) if ticket.category == category else category, _sort
    ),
    BulkChange.TAG: _Way(_words, lambda ticket, word: sorted({*_words(ticket), _clean(word)}), _tag),
    BulkChange.UNTAG: _Way(_words, lambda ticket, word: sorted({*_words(ticket)} - {_clean(word)}), _tag),
    BulkChange.REST: _Way(
        lambda ticket: ticket.snoozed_until.isoformat() if ticket.snoozed_until else "", lambda _, value: value, _rest
    ),
    BulkChange.CLOSE: _Way(standing_of, _closed, _close),
}
