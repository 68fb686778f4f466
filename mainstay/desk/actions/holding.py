"""Agreed holds: the client agreed that the time for a solution stands until a day. The day ends it by itself."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from mainstay.clients.models import Contact
from mainstay.common import facts
from mainstay.desk.actions import clocks, posting, story
from mainstay.desk.actions.authors import DESK, By, of, person
from mainstay.desk.actions.errors import HoldRefused, NotInFuture
from mainstay.desk.actions.locking import locked, running
from mainstay.desk.agreed_facts import HoldBegan, HoldEnded
from mainstay.desk.facts import Channel, HoldEnd, MessageKind
from mainstay.desk.models import Ticket, TicketHold
from mainstay.desk.queries.wordings import language_of
from mainstay.kit.dates import day, instant

LONGEST = timedelta(days=366)


@transaction.atomic
def agree_hold(
    *, ticket: Ticket, reason: str, until: date, agreed_by: Contact, agreed_how: str, by: By, at: datetime
) -> TicketHold:
    """Let the resolution clock stand from now to the beginning of `until` in the client's zone; no other clock does.

    The client is told: whoever asked, and whoever agreed.

    Args:
        agreed_by: the person of the client who agreed.
        agreed_how: where that is on record: a call, a mail, a message.

    Raises:
        HoldRefused: without a reason or a record, agreed by nobody of the client, longer than a year, or a hold is on.
        NotInFuture: the day has begun already.
        TicketIsOver: it was resolved or closed meanwhile.
    """
    ticket = running(ticket)
    _lapse(ticket, at=at)
    ends_at = datetime.combine(until, time(), ticket.client.zone)
    _check(ticket, reason, ends_at, agreed_by, agreed_how, at)
    hold = TicketHold.objects.create(
        ticket=ticket, client=ticket.client, reason=reason.strip()[:250], agreed_by=agreed_by,
        agreed_name=agreed_by.name[:120], agreed_how=agreed_how.strip()[:200], starts_at=at, ends_at=ends_at,
        made_by=person(by),
    )  # fmt: skip
    clocks.hold(ticket, hold.pk, at=at, until=ends_at)
    fact = HoldBegan(ticket_id=ticket.pk, hold_id=hold.pk, until=ends_at.isoformat(), contact_id=agreed_by.pk)
    facts.record(fact, by=by, at=at, client=ticket.client)
    _tell(ticket, _words_of_beginning(ticket, hold, until), by=by, at=at, also=agreed_by.email)
    return hold


@transaction.atomic
def end_hold(*, ticket: Ticket, by: By, at: datetime) -> None:
    """End the hold that is on before its day; the client is told. Nothing happens when none is on."""
    ticket = locked(ticket)
    _lapse(ticket, at=at)
    if hold := _open(ticket):
        clocks.release(ticket, hold.pk, at=at)
        _ended(ticket, hold, HoldEnd.EARLY, by=by, at=at)


@transaction.atomic
def lapse_hold(*, ticket: Ticket, at: datetime) -> None:
    """End the hold whose day has come, as of that day's beginning, however late anybody looks."""
    _lapse(locked(ticket), at=at)


def over(ticket: Ticket, *, by: By, at: datetime) -> None:
    """The ticket, which is locked, has ended: nothing is left that could stand, and nobody need be told."""
    _lapse(ticket, at=at, tells=False)
    if hold := _open(ticket):
        _ended(ticket, hold, HoldEnd.OVER, by=by, at=at, tells=False)


def goes_on(ticket: Ticket, hold_id: int | None, *, by: By, at: datetime) -> None:
    """The end of a ticket, which is locked, is taken back, and with it that of the hold that was on."""
    hold = TicketHold.objects.filter(ticket=ticket, pk=hold_id, end=HoldEnd.OVER).first() if hold_id else None
    if hold is None or hold.agreed_by is None:
        return
    hold.ended_at, hold.end = None, ""
    hold.save(update_fields=["ended_at", "end"])
    fact = HoldBegan(
        ticket_id=ticket.pk, hold_id=hold.pk, until=hold.ends_at.isoformat(), contact_id=hold.agreed_by.pk
    )  # fmt: skip
    facts.record(fact, by=by, at=at, client=ticket.client)


def _lapse(ticket: Ticket, *, at: datetime, tells: bool = True) -> None:
    hold = _open(ticket)
    if hold is not None and hold.ends_at <= at:
        clocks.refresh(ticket, at=hold.ends_at)
        _ended(ticket, hold, HoldEnd.DAY, by=DESK, at=hold.ends_at, tells=tells and not ticket.is_over)


def _open(ticket: Ticket) -> TicketHold | None:
    return TicketHold.objects.filter(ticket=ticket, ended_at=None).first()


def _ended(ticket: Ticket, hold: TicketHold, end: HoldEnd, *, by: By, at: datetime, tells: bool = True) -> None:
    hold.ended_at, hold.end = at, end
    hold.save(update_fields=["ended_at", "end"])
    facts.record(HoldEnded(ticket_id=ticket.pk, hold_id=hold.pk, end=end), by=by, at=at, client=ticket.client)
    if tells:
        _tell(ticket, _words_of_end(ticket), by=by, at=at)


def _check(ticket: Ticket, reason: str, ends_at: datetime, agreed_by: Contact, agreed_how: str, at: datetime) -> None:
    if not reason.strip() or not agreed_how.strip():
        raise HoldRefused("Say why the time stands, and where it is on record that the client agreed.")
    if agreed_by.client_id != ticket.client_id or not agreed_by.is_active:
        raise HoldRefused("Somebody of the client has to agree.")
    if ends_at <= at:
        raise NotInFuture("Choose a day that lies ahead.")
    if ends_at - at > LONGEST:
        raise HoldRefused("A hold lasts a year at most. Agree on an earlier day; you can agree on another hold then.")
    if _open(ticket):
        raise HoldRefused("A hold is on already. End it before you record another one.")


def _tell(ticket: Ticket, text: str, *, by: By, at: datetime, also: str = "") -> None:
    """An entry that the client reads, and a letter to whoever asked and, once, to `also`."""
    message = story.write(
        ticket, kind=MessageKind.EVENT, channel=Channel.CONSOLE, text=text, author=of(by), at=at, is_public=True,
        is_automatic=True, code="hold",
    )  # fmt: skip
    posting.send_reply(ticket, message, at=at)
    posting.send_copies(ticket, message, [also], at=at)


def _words_of_beginning(ticket: Ticket, hold: TicketHold, until: date) -> str:
    said = {"reason": hold.reason, "name": hold.agreed_name, "how": hold.agreed_how, "day": ""}
    with translation.override(language_of(ticket)):
        said["day"] = day(until)
        return (
            _(
                "The time for a solution stands, as agreed: %(reason)s\n\n"
                "Agreed by %(name)s (%(how)s). It goes on by itself on %(day)s. You get answers as before."
            )
            % said
        )


def _words_of_end(ticket: Ticket) -> str:
    due = ticket.clocks.filter(kind="resolution", stopped_at=None, cancelled_at=None).values_list("due_at", flat=True)
    due_at = due.first()
    with translation.override(language_of(ticket)):
        if due_at is None:
            return _("The agreed hold is over.")
        when = f"{instant(due_at.astimezone(ticket.client.zone))} ({ticket.client.zone.key})"
        return _("The agreed hold is over. A solution is due by %(when)s.") % {"when": when}
