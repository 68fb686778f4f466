"""Carrying out the escalation procedure: steps, reminders, what a client asks for itself, and accepting."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.common import facts
from mainstay.common.mail import Letter, LetterRefused
from mainstay.common.notify import tell
from mainstay.desk import escalation_words as words
from mainstay.desk.actions import escalation_times, posting, story
from mainstay.desk.actions.authors import DESK, of
from mainstay.desk.actions.conversation import add_message
from mainstay.desk.actions.errors import CannotEscalate, NothingToAccept
from mainstay.desk.actions.locking import locked, running
from mainstay.desk.escalation_facts import EscalationAccepted, EscalationRepeated, EscalationTaken
from mainstay.desk.facts import Channel, MessageKind
from mainstay.desk.letters.headers import one_line
from mainstay.desk.models import EscalationStep, EscalationTold, Ticket
from mainstay.desk.queries import escalation as queries
from mainstay.desk.queries.procedures import procedure_of
from mainstay.desk.queries.reaching import Reached, Reaching
from mainstay.desk.queries.timing import Yardstick, yardstick
from mainstay.desk.rules_escalation import ASK_EVERY, ProcedureStep, Reach, Way, may_ask
from mainstay.policy.clocks import Clock

CODE = "escalation"
LOOK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True)
class _Turn:
    """One look at a ticket: the instant, its measures, and whom roles reach now."""

    ticket: Ticket
    at: datetime
    measure: Yardstick
    reaching: Reaching

    @classmethod
    def of(cls, ticket: Ticket, at: datetime) -> "_Turn":
        return cls(ticket, at, yardstick(ticket), Reaching(ticket, at))


@transaction.atomic
def escalate(*, ticket: Ticket, at: datetime) -> int:
    """Take every step that is due on the ticket, and repeat what nobody has accepted. Returns how many of both.

    What was merged, ended or imported, and a clock that stands, is due nothing.
    """
    ticket = locked(ticket)
    turn = _Turn.of(ticket, at)
    found = [] if ticket.is_over or ticket.merged_into_id else queries.live_lines(ticket, turn.measure)
    escalation_times.note_lapse(ticket, at=at)
    done = sum(_carry_out(turn, line) for line in found)
    _look_again(turn)
    return done


@transaction.atomic
def put_off(*, ticket: Ticket, at: datetime) -> None:
    """A step could not be taken: it stays due, and is tried again in a minute, so that others go on."""
    Ticket.objects.filter(pk=ticket.pk).update(escalate_at=at + LOOK_AGAIN)


@transaction.atomic
def ask(*, ticket: Ticket, reason: str, by: User, at: datetime) -> EscalationStep:
    """The client takes a step by itself, for `reason`, which is a message on the ticket as well.

    Raises:
        CannotEscalate: it was not agreed, or was done within the last hour.
        TicketIsOver: it was resolved or closed meanwhile.
    """
    ticket = running(ticket)
    turn = _Turn.of(ticket, at)
    if not turn.measure.terms.escalation.client_may_escalate:
        raise CannotEscalate("The agreement does not provide for this. Your account manager can be reached as always.")
    if not may_ask(queries.latest_asked(ticket), at):
        raise CannotEscalate(f"You escalated this request within the last {int(ASK_EVERY / timedelta(minutes=1))} min.")
    add_message(ticket=ticket, text=reason, channel=Channel.PORTAL, by=by, at=at)
    ticket = locked(ticket)
    turn = _Turn.of(ticket, at)
    reach = procedure_of(ticket).asked
    step = _new(turn, reach, way=Way.CLIENT, reason=reason, asked_by=by, due_at=at, client_told_at=at)
    people = _say(turn, escalation_times.kept(step, queries.asked_clock(step, turn.measure), at), 0)
    step.save()
    text = words.asked_text(_named(people))
    _write(turn, text)
    _record(turn, step, people, clock="")
    _look_again(turn)
    return step


@transaction.atomic
def accept(*, ticket: Ticket, by: User, at: datetime) -> list[EscalationStep]:
    """Take on what the open steps of the ticket are about: nothing of it is repeated any more.

    Raises:
        NothingToAccept: somebody has accepted them, or nothing is owed any more.
    """
    ticket = locked(ticket)
    found = list(EscalationStep.objects.filter(queries.OPEN, ticket=ticket))
    if not found:
        raise NothingToAccept("Somebody has accepted it already, or it is no longer needed.")
    EscalationStep.objects.filter(pk__in=[each.pk for each in found]).update(accepted_at=at, accepted_by=by)
    turn = _Turn.of(ticket, at)
    if any(each.client_told_at for each in found):
        _write(turn, words.accepted_text(by.name))
    fact = EscalationAccepted(ticket_id=ticket.pk, step_ids=[each.pk for each in found])
    facts.record(fact, by=by, at=at, client=ticket.client)
    _look_again(turn)
    return found


def _carry_out(turn: _Turn, line: queries.Line) -> int:
    outlook = line.outlook(turn.ticket.reckoned_at, turn.at)
    for due in outlook.due:
        _take(turn, line, due.step, due.due_at)
    for step in line.steps:
        if step.pk in outlook.remind:
            _repeat(turn, step)
    return len(outlook.due) + len(outlook.remind)


def _take(turn: _Turn, line: queries.Line, planned: ProcedureStep, due_at: datetime) -> None:
    assert line.row is not None  # noqa: S101 - what the client asked for is taken at once
    step = _new(turn, planned, way=planned.way, clock=line.row, percent=planned.percent, due_at=due_at)
    step.priority = line.row.priority
    people = _say(turn, escalation_times.kept(step, line.clock, turn.at), 0, line.clock)
    if planned.tells_client and not (turn.ticket.client.is_agency or turn.ticket.needs_hand):
        _tell_client(turn, step, words.client_text(line.row.kind, planned.percent, _named(people)))
    step.save()
    _record(turn, step, people, clock=line.row.kind)


def _repeat(turn: _Turn, step: EscalationStep) -> None:
    step.reminders += 1
    step.told_at = turn.at
    people = _say(turn, step, step.reminders)
    step.save(update_fields=["reminders", "told_at", "told"])
    told = [each.user.pk for each in people]
    fact = EscalationRepeated(ticket_id=turn.ticket.pk, step_id=step.pk, number=step.reminders, told=told)
    facts.record(fact, by=DESK, at=turn.at, client=turn.ticket.client)


def _new(turn: _Turn, reach: Reach, **fields: object) -> EscalationStep:
    return EscalationStep.objects.create(
        ticket=turn.ticket,
        client=turn.ticket.client,
        procedure_id=turn.ticket.procedure_id,
        priority=turn.ticket.priority,
        tells=list(reach.tells),
        taken_at=turn.at,
        told_at=turn.at,
        accept_s=int(reach.accept_within.total_seconds()),
        repeat_s=int(reach.repeat_every.total_seconds()),
        **fields,
    )


def _say(turn: _Turn, step: EscalationStep, number: int, clock: Clock | None = None) -> list[Reached]:
    """Tell whoever the step reaches now; who was told. Somebody without a usable address keeps nobody else back."""
    people = turn.reaching.people(step.tells)
    told = []
    for each in people:
        letter = _letter(turn, step, each, [other for other in people if other is not each], number, clock)
        key = f"ticket:{turn.ticket.pk}:escalation:{step.pk}:{number}"
        try:
            with transaction.atomic():
                tell(each.user, letter, key=key, at=turn.at, client=turn.ticket.client)
        except LetterRefused:
            continue
        told.append(each)
    EscalationTold.objects.bulk_create(
        EscalationTold(
            step=step, client=step.client, user=each.user, rung=each.rung, stands_in=each.stands_in, number=number,
            at=turn.at,
        )
        for each in told
    )  # fmt: skip
    step.told = len(told)
    return told


def _letter(
    turn: _Turn, step: EscalationStep, to: Reached, others: list[Reached], number: int, clock: Clock | None
) -> Letter:
    ticket, zone = turn.ticket, to.user.zone
    kind = step.clock.kind if step.clock else None
    due_at = clock.state(turn.at).due_at if clock else (step.clock.due_at if step.clock else None)
    text = words.staff_text(
        head=f"{ticket.reference}: {one_line(ticket.subject)}\n{ticket.client.name}, priority {ticket.priority}",
        said=words.used(kind, step.percent),
        due=words.on(due_at, zone) if due_at else "",
        rung=to.rung,
        stands_in=to.stands_in,
        others=_named(others),
        reason=step.reason,
        accept_by=words.on(step.accept_by, zone) if step.accept_by and not number else "",
        repeat_every=timedelta(seconds=step.repeat_s),
        url=settings.MAINSTAY.url.rstrip("/") + ticket.url,
    )
    return Letter(subject=words.staff_subject(ticket.reference, kind, step.percent, number), text=text)


def _tell_client(turn: _Turn, step: EscalationStep, text: str) -> None:
    """On the ticket, and by mail to whoever asked; for Mainstay's own tickets to the client's administrators."""
    message = _write(turn, text)
    step.client_told_at = turn.at
    if posting.send_event(turn.ticket, message, at=turn.at):
        return
    letter = Letter(subject=f"{turn.ticket.reference}: {one_line(turn.ticket.subject)}"[:200], text=f"{text}\n")
    for contact in turn.ticket.client.contacts.filter(role=Role.CLIENT_ADMINISTRATOR, is_active=True)[:20]:
        key = f"ticket:{turn.ticket.pk}:escalation:{step.pk}:client"
        tell(contact, letter, key=key, at=turn.at, client=turn.ticket.client)


def _write(turn: _Turn, text: str):  # type: ignore[no-untyped-def]
    return story.write(
        turn.ticket, kind=MessageKind.EVENT, channel=Channel.CONSOLE, text=text, author=of(DESK), at=turn.at,
        is_public=True, is_automatic=True, code=CODE,
    )  # fmt: skip


def _record(turn: _Turn, step: EscalationStep, people: list[Reached], clock: str) -> None:
    fact = EscalationTaken(
        ticket_id=turn.ticket.pk, step_id=step.pk, way=step.way, clock=clock, percent=step.percent,
        told=[each.user.pk for each in people], client_told=step.client_told_at is not None,
        late_s=max(0, int((turn.at - step.due_at).total_seconds())),
    )  # fmt: skip
    facts.record(fact, by=step.asked_by or DESK, at=turn.at, client=turn.ticket.client)


def _look_again(turn: _Turn) -> None:
    found = queries.live_lines(turn.ticket, turn.measure)
    next_at = queries.next_at(found, turn.ticket)
    if next_at is not None and next_at <= turn.at:  # a hold began after it was due: nothing is due until that ends
        next_at = turn.at + LOOK_AGAIN
    turn.ticket.escalate_at = next_at
    turn.ticket.save(update_fields=["escalate_at"])


def _named(people: list[Reached]) -> list[str]:
    return [words.person(each.user.name, each.rung) for each in people]
