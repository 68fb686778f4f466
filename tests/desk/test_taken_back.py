"""What is taken back is as if it had not been: closing many, and what a saved answer set."""

from datetime import timedelta
from typing import Any

import pytest

from mainstay.common.models import FactRecord
from mainstay.desk import actions
from mainstay.desk.actions import saved
from mainstay.desk.models import EscalationStep, Ticket, TicketBulk, TicketClock, TicketHold
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db

KEPT = ("state", "waiting_at", "resolved_at", "closed_at", "close_code", "needs_hand", "next_due_at", "priority")


def closed_and_undone(stage: Stage, ticket: Ticket, **later: float) -> TicketBulk:
    among = Ticket.objects.filter(pk=ticket.pk)
    bulk = actions.change_many(among=among, change="close", value="spam", by=stage.cast.helper, at=stage.later(hours=1))
    assert among.get().state == "closed"
    bulk.refresh_from_db()
    return actions.undo_many(bulk=bulk, by=stage.cast.helper, at=stage.later(**(later or {"minutes": 10})))


def kept(ticket: Ticket) -> dict[str, Any]:
    return Ticket.objects.filter(pk=ticket.pk).values(*KEPT).get()


def rows(ticket: Ticket) -> list[Any]:
    return list(TicketClock.objects.filter(ticket=ticket).order_by("pk").values())


def hold(stage: Stage, ticket: Ticket, days: int = 5) -> None:
    contact = stage.cast.a.contacts.get(user=stage.cast.a_requester)
    until = stage.now.date() + timedelta(days=days)
    given = {"reason": "Logo", "until": until, "agreed_by": contact, "agreed_how": "call"}
    actions.agree_hold(ticket=ticket, by=stage.cast.helper, at=stage.later(minutes=30), **given)


@pytest.mark.parametrize("stands", ["new", "answered", "waiting", "held", "both", "resolved", "late"])
def test_closing_many_is_taken_back_with_all(stage: Stage, stands: str) -> None:
    ticket = stage.ticket()
    if stands in ("answered", "waiting", "held", "both", "resolved"):
        stage.reply(ticket, then_wait=stands in ("waiting", "both"))
    if stands in ("held", "both"):
        hold(stage, ticket)
    if stands == "resolved":
        actions.resolve(ticket=ticket, by=stage.cast.helper, at=stage.later(hours=1))
    if stands == "late":
        stage.later(days=2)
    state, clocks = kept(ticket), rows(ticket)
    used = [each.reading.consumed for each in [stage.clock(ticket, "resolution")]]
    undo = closed_and_undone(stage, ticket)
    assert undo.lines.get().state == "done"
    assert (kept(ticket), rows(ticket)) == (state, clocks)
    runs = stands in ("new", "answered", "late")
    now = stage.clock(ticket, "resolution").reading.consumed
    assert now == used[0] + (timedelta(hours=1, minutes=10) if runs else timedelta())
    assert TicketHold.objects.filter(ended_at=None).exists() is (stands in ("held", "both"))


def test_taken_back_waiting_goes_on_and_ends_with_the_clients_word(stage: Stage) -> None:
    ticket = stage.ticket()
    stage.reply(ticket, then_wait=True)
    closed_and_undone(stage, ticket)
    stage.wrote(ticket)
    assert stage.clock(ticket, "resolution").state == "running"


def test_a_hold_whose_day_came_meanwhile_is_over(stage: Stage) -> None:
    ticket = stage.ticket()
    hold(stage, ticket, days=1)
    stage.now = stage.now.replace(hour=22, minute=55)
    closed_and_undone(stage, ticket)
    assert TicketHold.objects.get().end == "day"
    assert stage.clock(ticket, "resolution").state == "running"


def test_a_step_that_waits_to_be_accepted_waits_on(stage: Stage) -> None:
    ticket = stage.ticket(priority=1)
    stage.reply(ticket)
    actions.escalate(ticket=ticket, at=stage.later(hours=3, minutes=5))
    closed_and_undone(stage, ticket)
    assert [each.is_open for each in EscalationStep.objects.filter(ticket=ticket)] == [True]
    actions.escalate(ticket=Ticket.objects.get(pk=ticket.pk), at=stage.later(minutes=1))
    steps = EscalationStep.objects.filter(ticket=ticket).values_list("percent", flat=True)
    assert sorted(steps) == [75, 100]


def test_what_was_opened_and_closed_since_is_left(stage: Stage) -> None:
    ticket = stage.ticket()
    among = Ticket.objects.filter(pk=ticket.pk)
    bulk = actions.change_many(among=among, change="close", value="spam", by=stage.cast.helper, at=stage.now)
    actions.reopen(ticket=ticket, by=stage.cast.helper, at=stage.later(minutes=1))
    actions.close(ticket=ticket, code="spam", by=stage.cast.helper, at=stage.later(minutes=1))
    bulk.refresh_from_db()
    undo = actions.undo_many(bulk=bulk, by=stage.cast.helper, at=stage.later(minutes=1))
    assert undo.lines.get().state == "left"


def macro(stage: Stage, ticket: Ticket, priority: int) -> dict[str, Any]:
    given = {"is_shared": True, "title": "Urgent", "text": "Hello", "priority": priority}
    kept_as = saved.save_reply(by=stage.cast.helper, at=stage.now, **given)
    return saved.use_macro(ticket=ticket, saved=kept_as, by=stage.cast.helper, at=stage.now)


@pytest.mark.parametrize("priority", [1, 2, 4])
def test_a_saved_answers_priority_is_taken_back_from_the_clocks(stage: Stage, priority: int) -> None:
    ticket = stage.ticket()
    stage.reply(ticket)
    stage.later(days=1)
    before = rows(ticket)
    set_by = macro(stage, ticket, priority)
    saved.undo_macro(ticket=ticket, by=stage.cast.helper, at=stage.later(seconds=10), **set_by)
    assert rows(ticket) == before
    assert stage.clock(ticket, "resolution").state == "running"
    told = FactRecord.objects.filter(kind="desk.priority_changed").order_by("pk").values_list("body", flat=True)
    assert [(each["before"], each["after"]) for each in told] == [(3, priority), (priority, 3)]


def test_after_a_quarter_of_an_hour_a_miss_stays(stage: Stage) -> None:
    ticket = stage.ticket()
    stage.later(days=1)
    set_by = macro(stage, ticket, 1)
    saved.undo_macro(ticket=ticket, by=stage.cast.helper, at=stage.later(minutes=16), **set_by)
    assert stage.clock(ticket, "resolution").state == "late"
    assert Ticket.objects.get(pk=ticket.pk).priority == 3
