"""The clocks of a ticket through answers, waiting, resolving and re-opening. P3: first 1 working day, resolution 5."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mainstay.clients import actions as clients
from mainstay.desk import actions
from mainstay.desk.actions.authors import DESK
from mainstay.desk.models import Ticket
from mainstay.policy.terms.words import Level
from tests.cast import TESTS
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 30) -> datetime:
    """An instant of March 2026, before the clocks change."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_due_by_the_terms(stage: Stage):
    ticket = stage.ticket()
    assert stage.clock(ticket, "first_response").due_at == at(5, 10)
    assert stage.clock(ticket, "resolution").due_at == at(11, 10)
    assert ticket.__class__.objects.get(pk=ticket.pk).next_due_at == at(5, 10)


def test_a_persons_answer_stops_the_first_response(stage: Stage):
    ticket = stage.ticket()
    stage.later(hours=2)
    stage.reply(ticket)
    assert stage.clock(ticket, "first_response").state == "met"
    assert Ticket.objects.get(pk=ticket.pk).next_due_at == at(11, 10)


def test_neither_a_machine_nor_a_note_is_an_answer(stage: Stage):
    ticket = stage.ticket()
    stage.reply(ticket, by=DESK)
    actions.note(ticket=ticket, text="Known fault.", by=stage.cast.helper, at=stage.now)
    actions.add_event(ticket=ticket, text="Up again.", code="up", by=DESK, at=stage.now)
    assert stage.clock(ticket, "first_response").state == "running"


def test_a_late_answer_is_missed(stage: Stage):
    ticket = stage.ticket()
    stage.later(days=2)
    assert stage.clock(ticket, "first_response").state == "late"
    stage.reply(ticket)
    assert stage.clock(ticket, "first_response").state == "missed"


def test_the_next_response_starts_at_the_oldest_unanswered_message(stage: Stage):
    ticket = stage.ticket()
    stage.wrote(ticket)
    assert stage.kinds(ticket) == ["first_response 1 running", "resolution 1 running"]
    stage.reply(ticket)
    first = stage.later(hours=1)
    stage.wrote(ticket)
    stage.later(hours=1)
    stage.wrote(ticket, "Hello?")
    clock = stage.clock(ticket, "next_response")
    assert clock.due_at == first + timedelta(days=1)
    stage.reply(ticket)
    assert stage.clock(ticket, "next_response").state == "met"
    stage.later(hours=1)
    stage.wrote(ticket)
    assert stage.clock(ticket, "next_response", 2).state == "running"


def test_waiting_for_the_client_pauses_the_resolution_alone(stage: Stage):
    ticket = stage.ticket()
    stage.later(hours=1)
    actions.wait_for_client(ticket=ticket, by=stage.cast.helper, at=stage.now)
    assert (stage.clock(ticket, "resolution").state, stage.clock(ticket, "resolution").due_at) == ("paused", None)
    assert stage.clock(ticket, "first_response").state == "running"
    stage.later(hours=3)
    stage.wrote(ticket)
    assert Ticket.objects.get(pk=ticket.pk).state == "open"
    assert stage.clock(ticket, "resolution").due_at == at(11, 13)


def test_an_answer_that_asks_something_waits(stage: Stage):
    ticket = stage.ticket()
    stage.reply(ticket, "Which page?", then_wait=True)
    assert Ticket.objects.get(pk=ticket.pk).state == "waiting"
    assert Ticket.objects.get(pk=ticket.pk).next_due_at is None
    actions.resume(ticket=ticket, by=stage.cast.helper, at=stage.later(hours=2))
    assert stage.clock(ticket, "resolution").due_at == at(11, 12)


def test_resolving_with_words_stops_all(stage: Stage):
    ticket = stage.ticket()
    actions.resolve(ticket=ticket, text="It is back.", by=stage.cast.helper, at=stage.later(hours=1))
    assert stage.kinds(ticket) == ["first_response 1 met", "resolution 1 met"]
    with pytest.raises(actions.TicketIsOver):
        actions.resolve(ticket=ticket, by=stage.cast.helper, at=stage.now)


def test_nobody_resolves_in_silence_what_nobody_answered(stage: Stage):
    ticket = stage.ticket()
    with pytest.raises(actions.AnswerNeeded):
        actions.resolve(ticket=ticket, by=stage.cast.helper, at=stage.now)
    assert Ticket.objects.get(pk=ticket.pk).state == "open"


def test_what_mainstay_resolves_by_itself_owes_no_answer(stage: Stage):
    ticket = stage.ticket(channel="watch", category="outage", requester=None, by=DESK)
    actions.resolve(ticket=ticket, by=DESK, at=stage.later(minutes=10))
    assert stage.kinds(ticket) == ["first_response 1 cancelled", "resolution 1 met"]


def test_a_late_clock_stays_missed_when_the_ticket_is_closed(stage: Stage):
    ticket = stage.ticket()
    stage.later(days=2)
    actions.close(ticket=ticket, code="spam", by=stage.cast.helper, at=stage.now)
    assert stage.kinds(ticket) == ["first_response 1 missed", "resolution 1 cancelled"]


def test_re_opened_the_same_resolution_goes_on(stage: Stage):
    ticket = stage.ticket()
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.later(hours=2))
    stage.later(days=1)
    stage.wrote(ticket, "It is gone again.")
    assert Ticket.objects.get(pk=ticket.pk).state == "open"
    assert stage.clock(ticket, "resolution").state == "running"
    assert stage.clock(ticket, "resolution").reading.consumed == timedelta(hours=2)
    assert stage.clock(ticket, "next_response").state == "running"


def test_after_a_fortnight_it_is_a_new_linked_ticket(stage: Stage):
    ticket = stage.ticket()
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now)
    stage.later(days=14, seconds=1)
    message = stage.wrote(ticket, "It is gone again.")
    assert message.ticket.pk != ticket.pk
    assert message.ticket.previous_id == ticket.pk
    assert Ticket.objects.get(pk=ticket.pk).state == "resolved"


def test_another_priority_counts_from_the_old_start(stage: Stage):
    ticket = stage.ticket()
    start = stage.now
    stage.later(minutes=30)
    actions.set_priority(ticket=ticket, impact=Level.HIGH, urgency=Level.HIGH, by=stage.cast.helper, at=stage.now)
    assert stage.clock(ticket, "first_response").due_at == start + timedelta(hours=1)
    assert stage.clock(ticket, "resolution").due_at == start + timedelta(hours=4)


def test_an_ended_clock_keeps_its_priority(stage: Stage):
    ticket = stage.ticket()
    stage.later(hours=3)
    stage.reply(ticket)
    actions.set_priority(ticket=ticket, impact=Level.HIGH, urgency=Level.HIGH, by=stage.cast.helper, at=stage.now)
    assert (stage.clock(ticket, "first_response").state, stage.clock(ticket, "first_response").priority) == ("met", 3)


def test_an_override_needs_a_reason(stage: Stage):
    ticket = stage.ticket()
    judged = {"impact": Level.LOW, "urgency": Level.LOW, "by": stage.cast.helper, "at": stage.now}
    with pytest.raises(actions.ReasonNeeded):
        actions.set_priority(ticket=ticket, override=2, **judged)
    actions.set_priority(ticket=ticket, override=2, reason="The shop opens today.", **judged)
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert (fresh.priority, fresh.priority_reason) == (2, "The shop opens today.")


def test_the_cached_instants_are_what_the_events_come_to(stage: Stage):
    ticket = stage.ticket()
    stage.reply(ticket, then_wait=True)
    stage.later(hours=30)
    stage.wrote(ticket)
    stage.later(hours=1)
    for row in ticket.clocks.all():
        assert row.due_at == stage.clock(ticket, row.kind, row.number).due_at


@pytest.mark.parametrize(
    ("pause", "first", "resolution"),
    [
        ({}, "running", "paused"),
        ({"resolution": []}, "running", "running"),
        ({"first": ["waiting_for_client"]}, "paused", "paused"),
        ({"first": ["waiting_for_client"], "resolution": []}, "paused", "running"),
    ],
)
def test_what_waits_for_the_client_is_what_was_agreed(stage: Stage, pause: dict, first: str, resolution: str) -> None:
    starts, day = date(2025, 2, 1), stage.now.date() + timedelta(days=1)
    clients.sign_agreement(
        client=stage.cast.a, starts_on=starts, effective_from=day, terms={"pause": pause}, by=TESTS, at=stage.now
    )
    stage.later(days=1)
    ticket = stage.ticket()
    actions.wait_for_client(ticket=ticket, by=stage.cast.helper, at=stage.later(minutes=5))
    stage.later(minutes=10)
    assert stage.kinds(ticket) == [f"first_response 1 {first}", f"resolution 1 {resolution}"]
    stage.wrote(ticket)
    used = [stage.clock(ticket, kind).reading.consumed for kind in ("first_response", "resolution")]
    assert used == [timedelta(minutes=5 if each == "paused" else 15) for each in (first, resolution)]
    assert stage.kinds(ticket) == ["first_response 1 running", "resolution 1 running"]
