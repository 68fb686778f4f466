"""What ended clocks came to stays as it was said; what is under way is counted anew only when somebody confirms it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import Error, connection, transaction

from mainstay.clients import actions as clients
from mainstay.clients.models import Agreement, Organisation
from mainstay.common import facts
from mainstay.common.facts import Process
from mainstay.desk import actions, queries
from mainstay.desk.models import ClockRecount, ClockResult, Message, Recomputation, Ticket, TicketClock
from mainstay.desk.queries.recounting import Recounter
from mainstay.policy.terms.words import Level
from mainstay.promises.collect.timed import Timed, timed
from mainstay.promises.rules.outcome import Outcome
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db

CLOSED_THURSDAY = {"support": {"exceptions": {"2026-03-05": []}}}


def at(day: int, hour: int, minute: int = 30) -> datetime:
    """An instant of March 2026, before the clocks change."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def other_calendar(client: Organisation, effective_on: date = date(2026, 3, 4)) -> Agreement:
    """A further version of the client's agreement, by which Thursday 5 March is closed."""
    return clients.sign_agreement(
        client=client, effective_from=effective_on, terms=CLOSED_THURSDAY, by=Process("tests"), at=at(4, 8)
    )


def confirmed(stage: Stage, client: Organisation | None = None, reason: str = "5 March is a holiday.") -> Recomputation:
    """Looked at, confirmed and carried out."""
    asked = actions.ask_recomputation(client=client, by=stage.cast.administrator, at=stage.now)
    actions.look_through(recomputation=asked, at=stage.now)
    asked.refresh_from_db()
    actions.confirm_recomputation(recomputation=asked, reason=reason, by=stage.cast.administrator, at=stage.now)
    while actions.recompute_turn(recomputation=asked, at=stage.now, limit=2):
        pass
    asked.refresh_from_db()
    return asked


def said(ticket: Ticket, now: datetime) -> list[tuple[object, ...]]:
    """All that a ticket's clocks say, as pages and figures read it."""
    read = [
        (each.kind, each.state, each.due_at, each.left_s, each.priority, each.reading.consumed)
        for each in queries.clocks(Ticket.objects.select_related("agreement").get(pk=ticket.pk), now)
    ]
    kept = TicketClock.objects.filter(ticket=ticket).values_list("kind", "due_at", "stopped_at", "cancelled_at")
    return [*read, *kept.order_by("id")]


def read(stage: Stage, now: datetime) -> list[Timed]:
    """The clocks of client A as promises and reports read them at `now`."""
    return timed([stage.cast.a.pk], at(1, 0), now, measured=lambda clock: True)


def ended(stage: Stage) -> Ticket:
    """A ticket that was answered in time, paused for two hours, and resolved."""
    ticket = stage.ticket()
    stage.later(hours=1)
    stage.reply(ticket, then_wait=True)
    stage.later(hours=2)
    stage.wrote(ticket)
    stage.later(minutes=30)
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now)
    return ticket


def test_nothing_moves_what_an_ended_ticket_said(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    ticket = ended(stage)
    actions.close(ticket=ticket, code="agreed", by=stage.cast.helper, at=stage.later(hours=1))
    later = at(20, 12)
    before = said(ticket, later)
    assert [each[1] for each in before[:3]] == ["met", "met", "met"]
    version = other_calendar(stage.cast.a)
    assert said(ticket, later) == before, "by a new agreement"
    Ticket.objects.filter(pk=ticket.pk).update(agreement=version)
    assert said(ticket, later) == before, "by other terms altogether"
    monkeypatch.setattr("mainstay.policy.terms.Terms.office_hours", lambda self, holidays=(): 1 / 0)
    with pytest.raises(ZeroDivisionError):
        said(stage.ticket(), later)


def test_what_it_was_measured_by_is_kept(stage: Stage):
    ticket = ended(stage)
    kept = ClockResult.objects.get(clock__ticket=ticket, clock__kind="resolution")
    agreement = stage.cast.a.agreements.get()
    assert (kept.outcome, kept.agreement, kept.calendar) == ("met", agreement, agreement)
    assert (kept.used, kept.ended_at) == (timedelta(hours=1, minutes=30), stage.now)
    assert kept.tzdata_version == agreement.tzdata_version


def test_the_database_refuses_to_change_a_result(stage: Stage):
    kept = ClockResult.objects.get(clock__ticket=ended(stage), clock__kind="resolution")
    for change in ({"outcome": "missed"}, {"due_at": None}, {"reason": "x"}, {"used": timedelta()}):
        with pytest.raises(Error, match="never changed"), transaction.atomic():
            ClockResult.objects.filter(pk=kept.pk).update(**change)
    assert ClockResult.objects.filter(pk=kept.pk).update(client=stage.cast.b) == 1, "it moves with its ticket"


@pytest.mark.parametrize("change", ["move", "priority", "merge and part", "recompute"])
def test_what_is_done_later_leaves_a_result(stage: Stage, change: str):
    """An answered clock on a ticket that goes on."""
    client = stage.cast.agency if change == "move" else stage.cast.a
    given = {"client": client, "requester": None, "requester_address": "rita.alder@example.org", "channel": "mail"}
    ticket = stage.ticket(**(given if change == "move" else {}))
    other = stage.ticket()
    stage.later(hours=1)
    stage.reply(ticket)
    before = [each for each in said(ticket, stage.now) if each[0] == "first_response"]
    stage.later(hours=1)
    if change == "move":
        actions.move(ticket=ticket, client=stage.cast.a, by=stage.cast.helper, at=stage.now)
    elif change == "priority":
        actions.set_priority(
            ticket=ticket, impact=Level.HIGH, urgency=Level.HIGH, by=stage.cast.helper, at=stage.now
        )  # fmt: skip
    elif change == "recompute":
        other_calendar(stage.cast.a)
        assert confirmed(stage).changed == 3
    else:
        actions.merge(ticket=ticket, target=other, by=stage.cast.helper, at=stage.now)
        actions.undo_merge(ticket=ticket, by=stage.cast.helper, at=stage.now)
    assert [each for each in said(ticket, stage.now) if each[0] == "first_response"] == before


def test_looking_moves_nothing_and_says_what_would(stage: Stage):
    ticket, _other = stage.ticket(), stage.ticket(client=stage.cast.b)
    other_calendar(stage.cast.a)
    asked = actions.ask_recomputation(client=None, by=stage.cast.administrator, at=stage.now)
    actions.look_through(recomputation=asked, at=stage.now)
    asked.refresh_from_db()
    assert (asked.state, asked.seen["clocks"], asked.seen["moved"], asked.seen["tickets"]) == ("ready", 4, 2, 1)
    assert (asked.seen["later"], asked.seen["earlier"]) == (2, 0)
    assert asked.seen["examples"][0] == {
        "ticket": ticket.pk, "kind": "first_response", "before": at(5, 10).isoformat(), "after": at(6, 10).isoformat()
    }  # fmt: skip
    assert stage.clock(ticket, "first_response").due_at == at(5, 10)


def test_confirmed_it_moves_what_is_under_way_and_tells(stage: Stage):
    ticket = stage.ticket()
    other_calendar(stage.cast.a)
    assert stage.clock(ticket, "resolution").due_at == at(11, 10), "a new version alone moves nothing"
    done = confirmed(stage)
    assert (done.state, done.done, done.changed) == ("done", 2, 2)
    assert stage.clock(ticket, "first_response").due_at == at(6, 10)
    assert stage.clock(ticket, "resolution").due_at == at(12, 10)
    assert Ticket.objects.get(pk=ticket.pk).next_due_at == at(6, 10)
    told = Message.objects.get(ticket=ticket, code="recomputed")
    assert told.is_public
    assert "First response: due 6 March 2026, 10:30, before this 5 March 2026, 10:30." in told.text
    assert "5 March is a holiday." in told.text
    kinds = facts.FactRecord.objects.filter(kind__contains="recomput").values_list("kind", "client")
    assert set(kinds) == {
        ("desk.recomputation_confirmed", None), ("desk.ticket_recomputed", stage.cast.a.pk),
        ("desk.recomputation_done", None),
    }  # fmt: skip
    assert confirmed(stage).changed == 0, "a second one finds nothing to move"


def test_pauses_and_priorities_stay(stage: Stage):
    ticket = stage.ticket()
    actions.wait_for_client(ticket=ticket, by=stage.cast.helper, at=stage.later(hours=1))
    other_calendar(stage.cast.a)
    confirmed(stage)
    assert stage.clock(ticket, "resolution").state == "paused"
    stage.later(hours=2)
    actions.resume(ticket=ticket, by=stage.cast.helper, at=stage.now)
    assert stage.clock(ticket, "resolution").due_at == at(12, 12), "it goes on in the calendar it was counted by"
    actions.set_priority(ticket=ticket, impact=Level.LOW, urgency=Level.LOW, by=stage.cast.helper, at=stage.now)
    assert stage.clock(ticket, "first_response").due_at == at(9, 10)


def test_a_past_month_reads_as_it_stood(stage: Stage):
    """A verdict about an instant before a recomputation or a correction is the same after it."""
    ticket = stage.ticket()
    other_calendar(stage.cast.a)
    stage.later(days=1, hours=2)  # Thursday 12:30: the answer was due at 10:30
    then = stage.now
    before = read(stage, then)
    assert {(each.kind.value, each.outcome) for each in before} == {
        ("first_response", Outcome.MISSED), ("resolution", Outcome.RUNNING)
    }  # fmt: skip
    stage.later(minutes=1)
    done = confirmed(stage)
    assert done.seen["no_longer_late"] == 1
    assert read(stage, then) == before
    now = {each.kind.value: each.outcome for each in read(stage, stage.now)}
    assert now == {"first_response": Outcome.RUNNING, "resolution": Outcome.RUNNING}
    assert stage.clock(ticket, "first_response").state == "at_risk"


def test_it_is_confirmed_once_with_a_reason(stage: Stage):
    asked = actions.ask_recomputation(client=stage.cast.a, by=stage.cast.administrator, at=stage.now)
    who = {"by": stage.cast.administrator, "at": stage.now}
    with pytest.raises(actions.NotLookedAt):
        actions.confirm_recomputation(recomputation=asked, reason="Why not.", **who)
    actions.look_through(recomputation=asked, at=stage.now)
    with pytest.raises(actions.ReasonNeeded):
        actions.confirm_recomputation(recomputation=asked, reason=" ", **who)
    actions.drop_recomputation(recomputation=asked, at=stage.now)
    with pytest.raises(actions.NotLookedAt):
        actions.confirm_recomputation(recomputation=asked, reason="Why not.", **who)
    assert not actions.recompute_turn(recomputation=asked, at=stage.now)


def test_a_result_is_corrected_with_a_reason_and_the_old_one_kept(stage: Stage):
    ticket = stage.ticket()
    version = other_calendar(stage.cast.a)
    stage.later(days=1, hours=2)
    stage.reply(ticket)
    then, kept = stage.now, stage.clock(ticket, "first_response")
    assert (kept.state, kept.due_at) == ("missed", at(5, 10))
    before = read(stage, then)
    clock = TicketClock.objects.get(ticket=ticket, kind="first_response")
    stage.later(hours=1)
    who = {"by": stage.cast.administrator, "at": stage.now}
    with pytest.raises(actions.ReasonNeeded):
        actions.correct_result(clock=clock, calendar=version, reason="", **who)
    new = actions.correct_result(clock=clock, calendar=version, reason="5 March was a holiday.", **who)
    now = stage.clock(ticket, "first_response")
    assert (now.state, now.due_at) == ("met", at(6, 10))
    assert [(each.outcome, each.due_at) for each in ClockResult.objects.filter(clock=clock)] == [
        ("missed", at(5, 10)), ("met", at(6, 10))
    ]  # fmt: skip
    assert new.corrects is not None
    assert read(stage, then) == before
    with pytest.raises(actions.CannotCorrect, match="says the same"):
        actions.correct_result(clock=clock, calendar=version, reason="Again.", by=who["by"], at=stage.later(hours=1))
    others = stage.cast.b.agreements.get()
    with pytest.raises(actions.CannotCorrect, match="another client"):
        actions.correct_result(clock=clock, calendar=others, reason="Wrong.", **who)
    running = TicketClock.objects.get(ticket=ticket, kind="resolution")
    with pytest.raises(actions.CannotCorrect, match="has ended"):
        actions.correct_result(clock=running, calendar=version, reason="Early.", **who)


def test_a_cancelled_clock_that_is_opened_again_goes_on(stage: Stage):
    """It began anew, so that whoever closed a ticket and opened it again had all of the time once more."""
    ticket = stage.ticket()
    actions.close(ticket=ticket, code="unresolved", by=stage.cast.helper, at=stage.later(hours=1))
    stage.later(days=3)
    began, then = ticket.opened_at, stage.now
    Ticket.objects.filter(pk=ticket.pk).update(priority=2)
    actions.reopen(ticket=ticket, by=stage.cast.helper, at=then)
    clock = TicketClock.objects.get(ticket=ticket, kind="resolution")
    assert (clock.started_at, clock.priority, clock.cancelled_at) == (began, 2, None)
    assert stage.clock(ticket, "resolution").reading.consumed == timedelta(hours=1)
    assert ClockResult.objects.get(clock=clock).outcome == "cancelled"
    while_it_ran = read(stage, at(4, 11, 0))
    assert {each.kind.value for each in while_it_ran} == {"first_response", "resolution"}, "it is not forgotten"


def test_counting_many_costs_a_constant_number_of_queries(stage: Stage, django_assert_num_queries):
    ids = [stage.ticket().pk for _ in range(3)]
    actions.wait_for_client(ticket=Ticket.objects.get(pk=ids[0]), by=stage.cast.helper, at=stage.now)
    for some in (ids[:1], ids):
        with django_assert_num_queries(4):
            Recounter(stage.now).of_tickets(some)
    assert ClockRecount.objects.count() == 0
    assert connection.vendor in {"sqlite", "postgresql"}
