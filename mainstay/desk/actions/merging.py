"""Two tickets become one, or one becomes two. What this does to the clocks is told in docs/use/tickets.md."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from mainstay.clients import queries as clients
from mainstay.common import facts
from mainstay.desk.actions import joining, parting, references
from mainstay.desk.actions.authors import By, person
from mainstay.desk.actions.errors import CannotMerge, CannotSplit
from mainstay.desk.actions.locking import locked, running, target_of
from mainstay.desk.facts import MergeUndone, MessageKind, TicketMerged, TicketOpened, TicketSplit, TicketState
from mainstay.desk.models import Message, Ticket, TicketMerge
from mainstay.desk.queries.procedures import version_at

UNDO_WITHIN = timedelta(minutes=15)


@transaction.atomic
def merge(*, ticket: Ticket, target: Ticket, by: By, at: datetime) -> TicketMerge:
    """Let `ticket` go on in `target`: its story is read there, and what is answered to it goes there.

    No message is moved and no clock touched until the merge is settled, so that undoing it leaves no trace.

    Raises:
        CannotMerge: they are one, of two clients, or one of them is merged away already; or `target` is over.
        TicketIsOver: `ticket` was resolved or closed meanwhile.
    """
    for pk in sorted({ticket.pk, target.pk}):  # always in the same order: two merges never wait for each other
        locked(Ticket(pk=pk))
    ticket, target = running(ticket), locked(target)
    _check(ticket, target)
    done = TicketMerge.objects.create(
        ticket=ticket, client=ticket.client, target=target, at=at, by=person(by),
        state_before=ticket.state, waiting_before=ticket.waiting_at, snoozed_before=ticket.snoozed_until,
    )  # fmt: skip
    ticket.state, ticket.waiting_at, ticket.closed_at, ticket.close_code = TicketState.CLOSED, None, at, joining.MERGED
    ticket.merged_into, ticket.snoozed_until, ticket.updated_at = target, None, at
    ticket.save()
    Ticket.objects.filter(merged_into=ticket).update(merged_into=target)
    facts.record(TicketMerged(ticket_id=ticket.pk, target_id=target.pk), by=by, at=at, client=ticket.client)
    return done


@transaction.atomic
def undo_merge(*, ticket: Ticket, by: By, at: datetime) -> Ticket:
    """Part what was merged within the last 15 minutes. What came in meanwhile stays in the target.

    Raises:
        CannotMerge: it was not merged, or longer ago.
    """
    ticket = locked(ticket)
    done = TicketMerge.objects.filter(ticket=ticket, settled_at=None, undone_at=None).order_by("-id").first()
    if done is None or at - done.at > UNDO_WITHIN:
        raise CannotMerge("A merge can be undone for 15 minutes.")
    done.undone_at = at
    done.save(update_fields=["undone_at"])
    ticket.state, ticket.waiting_at, ticket.snoozed_until = done.state_before, done.waiting_before, done.snoozed_before
    ticket.closed_at, ticket.close_code = None, ""
    ticket.merged_into, ticket.updated_at, ticket.reckoned_at = None, at, at
    ticket.save()
    _own(ticket, done).update(merged_into=ticket)
    facts.record(MergeUndone(ticket_id=ticket.pk, target_id=done.target_id), by=by, at=at, client=ticket.client)
    return ticket


@transaction.atomic
def settle_merge(*, merge: TicketMerge, at: datetime) -> None:
    """A merge can no longer be undone: of the clocks of both, those that were due first go on at the target.

    It takes the higher priority of both. The other clocks end as of the merge.
    """
    if not TicketMerge.objects.filter(pk=merge.pk, settled_at=None, undone_at=None).update(settled_at=at):
        return
    read_in = target_of(merge.target)
    answers = read_in.messages.filter(kind=MessageKind.REPLY, is_automatic=False, at__gte=merge.at)
    answered_at = answers.order_by("at").values_list("at", flat=True).first()
    joining.join(locked(merge.ticket), locked(merge.target), merged_at=merge.at, answered_at=answered_at, at=at)


def settle_due(at: datetime) -> None:
    """Settle every merge that can no longer be undone."""
    due = TicketMerge.objects.filter(settled_at=None, undone_at=None, at__lt=at - UNDO_WITHIN)
    for each in due.select_related("ticket", "target").order_by("at")[:500]:
        settle_merge(merge=each, at=at)


@transaction.atomic
def split(*, ticket: Ticket, messages: Collection[int], subject: str, by: By, at: datetime) -> Ticket:
    """Take chosen messages (their ids) out into a new ticket that follows this one.

    The client has waited since the oldest chosen message of theirs: the new clocks start then, and the first response
    stops with the first answer by a person after that, wherever it is now. What `ticket` owed for a message that has
    left is owed on the new one alone; all else of it goes on.

    Raises:
        CannotSplit: no message of the client's was chosen, or none would be left behind.
        TicketIsOver: it was resolved or closed meanwhile.
    """
    counter = references.lock_counter(clients.agency(), at)
    ticket = running(ticket)
    chosen = list(ticket.messages.filter(pk__in=messages).exclude(kind=MessageKind.EVENT).order_by("at", "id"))
    asked = [each for each in chosen if each.kind == MessageKind.INBOUND]
    if not asked:
        raise CannotSplit("Choose at least one message that the client wrote.")
    if not ticket.messages.exclude(pk__in=[each.pk for each in chosen]).exists():
        raise CannotSplit("Leave at least one message on this ticket.")
    owed = parting.judged(ticket.messages.all(), [each.pk for each in chosen])
    new = _copy(ticket, references.take(counter), subject, by=by, since=asked[0].at, at=at)
    Message.objects.filter(pk__in=[each.pk for each in chosen]).update(ticket=new, is_indexed=False)
    parting.part(ticket, new, owed, at=at)
    split_off = TicketSplit(ticket_id=ticket.pk, new_id=new.pk, messages=len(chosen))
    facts.record(split_off, by=by, at=at, client=ticket.client)
    return new


def _own(ticket: Ticket, done: TicketMerge) -> QuerySet[Ticket]:
    """What had been merged into `ticket` itself before it went on in its target."""
    earlier = TicketMerge.objects.filter(target=ticket, undone_at=None)
    return Ticket.objects.filter(merged_into=done.target, pk__in=earlier.values("ticket"))


def _check(ticket: Ticket, target: Ticket) -> None:
    if ticket.pk == target.pk:
        raise CannotMerge("A ticket cannot be merged into itself.")
    if ticket.client_id != target.client_id:
        raise CannotMerge("Only tickets of the same client can be merged.")
    if target.merged_into_id is not None:
        raise CannotMerge(f"{target.reference} was merged into another ticket itself.")
    if target.is_over:
        raise CannotMerge(f"{target.reference} is {target.state}. Open it again first.")
    if target.is_imported and not ticket.is_imported:
        raise CannotMerge(f"{target.reference} was imported and has no clocks. Merge it into {ticket.reference}.")


def _copy(ticket: Ticket, reference: str, subject: str, *, by: By, since: datetime, at: datetime) -> Ticket:
    """A new ticket about the same client, website and person."""
    new = Ticket.objects.create(
        client=ticket.client, agreement=clients.agreement_for(ticket.client, since), website=ticket.website,
        previous=ticket, reference=reference, subject=subject.strip()[:250] or ticket.subject,
        audience=ticket.audience, channel=ticket.channel, category=ticket.category, impact=ticket.impact,
        urgency=ticket.urgency, priority=ticket.priority, priority_reason=ticket.priority_reason,
        requester=ticket.requester, requester_name=ticket.requester_name, requester_address=ticket.requester_address,
        requester_phone=ticket.requester_phone,
        assignee=ticket.assignee, opened_at=since, opened_by=person(by), updated_at=at,
        procedure=version_at(since), reckoned_at=at,
    )  # fmt: skip
    fact = TicketOpened(
        ticket_id=new.pk, reference=reference, channel=new.channel, audience=new.audience, category=new.category,
        priority=new.priority, opened_at=since.isoformat(), website_id=new.website_id, previous_id=ticket.pk,
    )  # fmt: skip
    facts.record(fact, by=by, at=at, client=new.client)
    return new
