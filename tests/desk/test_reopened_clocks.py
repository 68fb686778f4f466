"""Closing and opening again gives nobody time."""

from datetime import timedelta

import pytest

from mainstay.desk import actions
from mainstay.desk.models import EscalationStep, Ticket
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["agreed", "lapsed", "spam", "unresolved"])
@pytest.mark.parametrize("who", ["staff", "client"])
def test_closed_and_opened_again_the_resolution_goes_on(stage: Stage, code: str, who: str) -> None:
    ticket = stage.ticket(priority=2)
    stage.reply(ticket)
    due = stage.clock(ticket, "resolution", 1).due_at
    actions.close(ticket=ticket, code=code, by=stage.cast.helper, at=stage.later(hours=6))
    stage.later(hours=24)
    if who == "staff":
        actions.reopen(ticket=ticket, by=stage.cast.helper, at=stage.now)
    else:
        stage.wrote(ticket)
    clock = stage.clock(ticket, "resolution")
    assert (clock.state, clock.reading.consumed) == ("running", timedelta(hours=6))
    assert due is not None
    assert clock.due_at == due + timedelta(days=1)
    assert stage.clock(ticket, "next_response").state == "running"


def test_closed_while_it_waited_it_has_used_what_it_had(stage: Stage) -> None:
    ticket = stage.ticket()
    stage.reply(ticket, then_wait=True, at=stage.later(hours=3))
    actions.close(ticket=ticket, code="lapsed", by=stage.cast.helper, at=stage.later(days=2))
    stage.later(days=5)
    stage.wrote(ticket)
    assert stage.clock(ticket, "resolution").reading.consumed == timedelta(hours=3)


def test_an_answer_owed_at_closing_is_owed_on(stage: Stage) -> None:
    ticket = stage.ticket(priority=2)
    actions.close(ticket=ticket, code="spam", by=stage.cast.helper, at=stage.later(hours=1, minutes=50))
    actions.reopen(ticket=ticket, by=stage.cast.helper, at=stage.later(minutes=5))
    assert stage.kinds(ticket) == ["first_response 1 at_risk", "resolution 1 running"]
    assert stage.clock(ticket, "first_response").due_at == stage.now + timedelta(minutes=10)


def test_what_was_resolved_owes_a_new_answer(stage: Stage) -> None:
    ticket = stage.ticket()
    stage.reply(ticket)
    stage.wrote(ticket)
    actions.resolve(ticket=ticket, by=stage.cast.helper, at=stage.later(hours=1))
    actions.reopen(ticket=ticket, by=stage.cast.helper, at=stage.later(hours=1))
    assert stage.clock(ticket, "next_response", 2).reading.started_at == stage.now


def test_steps_go_on_after_closing_and_opening_again(stage: Stage) -> None:
    ticket = stage.ticket(priority=2)
    stage.reply(ticket)
    actions.escalate(ticket=ticket, at=stage.later(hours=6, minutes=45))
    actions.close(ticket=ticket, code="agreed", by=stage.cast.helper, at=stage.now)
    stage.later(days=1)
    actions.reopen(ticket=ticket, by=stage.cast.helper, at=stage.now)
    stage.reply(ticket)
    actions.escalate(ticket=Ticket.objects.get(pk=ticket.pk), at=stage.later(days=2))
    steps = EscalationStep.objects.filter(ticket=ticket, clock__kind="resolution").order_by("percent")
    assert [each.percent for each in steps] == [75, 100, 150]
