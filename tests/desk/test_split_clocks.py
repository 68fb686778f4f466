"""Splitting: what was answered stays answered, and what is owed is owed once."""

from datetime import timedelta

import pytest

from mainstay.desk import actions
from mainstay.desk.models import Ticket, TicketClock
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db


def split(stage: Stage, ticket: Ticket, *texts: str) -> Ticket:
    chosen = ticket.messages.filter(text__in=texts).values_list("pk", flat=True)
    return actions.split(ticket=ticket, messages=list(chosen), subject="x", by=stage.cast.helper, at=stage.now)


def owed(*tickets: Ticket) -> list[int]:
    rows = TicketClock.objects.filter(ticket__in=tickets, stopped_at=None, cancelled_at=None)
    return list(rows.exclude(kind="resolution").order_by("ticket").values_list("ticket", flat=True))


def test_an_answer_that_stays_behind_counts(stage: Stage) -> None:
    ticket = stage.ticket(priority=2)
    stage.later(hours=1)
    stage.wrote(ticket, "And the map.")
    stage.reply(ticket, "We look at both.", at=stage.later(minutes=30))
    stage.later(days=2)
    new = split(stage, ticket, "And the map.")
    clock = stage.clock(new, "first_response")
    assert (clock.state, clock.reading.consumed) == ("met", timedelta(minutes=30))
    assert owed(ticket, new) == []


def test_a_question_that_left_is_owed_there_alone(stage: Stage) -> None:
    ticket = stage.ticket(priority=2)
    stage.reply(ticket, at=stage.later(minutes=5))
    stage.later(minutes=30)
    stage.wrote(ticket, "And the map.")
    due = stage.clock(ticket, "next_response").due_at
    new = split(stage, ticket, "And the map.")
    assert owed(ticket, new) == [new.pk]
    assert stage.clock(new, "first_response").due_at == due
    ticket.refresh_from_db()
    assert ticket.next_due_at == stage.clock(ticket, "resolution").due_at


def test_a_late_question_is_missed_once(stage: Stage) -> None:
    ticket = stage.ticket(priority=2)
    stage.reply(ticket)
    stage.later(minutes=1)
    stage.wrote(ticket, "And the map.")
    stage.later(days=2)
    new = split(stage, ticket, "And the map.")
    assert stage.clock(ticket, "next_response").state == "cancelled"
    assert stage.clock(new, "first_response").state == "late"


def test_what_is_left_is_owed_since_it_was_written(stage: Stage) -> None:
    ticket = stage.ticket(priority=2)
    stage.reply(ticket)
    stage.later(minutes=1)
    stage.wrote(ticket, "And the map.")
    left_at = stage.later(minutes=20)
    stage.wrote(ticket, "Any news of the logo?")
    stage.later(minutes=20)
    new = split(stage, ticket, "And the map.")
    assert sorted(owed(ticket, new)) == sorted([ticket.pk, new.pk])
    assert stage.clock(ticket, "next_response", 2).reading.started_at == left_at


def test_what_left_after_an_answer_is_owed_on_the_new_one(stage: Stage) -> None:
    ticket = stage.ticket(priority=2)
    stage.wrote(ticket, "And the map.")
    stage.reply(ticket, at=stage.later(minutes=5))
    asked_at = stage.later(minutes=5)
    stage.wrote(ticket, "The map is still crooked.")
    new = split(stage, ticket, "And the map.", "The map is still crooked.")
    assert owed(ticket, new) == [new.pk]
    assert stage.clock(new, "first_response").state == "met"
    assert stage.clock(new, "next_response").reading.started_at == asked_at


def test_the_first_answer_goes_on_being_owed_where_a_question_is_left(stage: Stage) -> None:
    ticket = stage.ticket(priority=2)
    due = stage.clock(ticket, "first_response").due_at
    stage.later(minutes=5)
    stage.wrote(ticket, "And the map.")
    new = split(stage, ticket, "And the map.")
    assert sorted(owed(ticket, new)) == sorted([ticket.pk, new.pk])
    assert stage.clock(ticket, "first_response").due_at == due


@pytest.mark.parametrize("ended", ["it waited", "it waits", "it was resolved"])
def test_time_that_did_not_count_before_the_split_does_not_count_after(stage: Stage, ended: str) -> None:
    ticket = stage.ticket()
    stage.wrote(ticket, "And the map.")
    stage.reply(ticket, at=stage.later(hours=1))
    if ended == "it was resolved":
        actions.resolve(ticket=ticket, by=stage.cast.helper, at=stage.now)
    else:
        actions.wait_for_client(ticket=ticket, by=stage.cast.helper, at=stage.now)
    stage.later(days=2)
    if ended != "it waits":
        stage.wrote(ticket, "The logo.")
    new = split(stage, ticket, "And the map.")
    clock = stage.clock(new, "resolution")
    assert (clock.state, clock.reading.consumed) == ("running", timedelta(hours=1))
