"""Merging gives nobody time: the clocks that were due first go on, with all that happened to them."""

from datetime import date, timedelta

import pytest

from mainstay.clients import actions as clients
from mainstay.common.models import FactRecord
from mainstay.desk import actions
from mainstay.desk.actions.authors import DESK
from mainstay.desk.models import EscalationStep, Ticket, TicketClock
from mainstay.promises.collect.timed import timed
from tests.cast import TESTS
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db


def merge(stage: Stage, ticket: Ticket, target: Ticket) -> None:
    stage.later(seconds=1)
    actions.merge(ticket=ticket, target=target, by=stage.cast.helper, at=stage.now)


def settle(stage: Stage) -> None:
    actions.settle_due(stage.later(minutes=16))


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def live(ticket: Ticket, kind: str) -> TicketClock:
    return TicketClock.objects.get(ticket=ticket, kind=kind, stopped_at=None, cancelled_at=None)


@pytest.mark.parametrize(("source", "target"), [(1, 4), (4, 1), (2, 3), (3, 3)])
def test_the_resolution_that_is_due_first_goes_on_and_the_higher_priority_holds(
    stage: Stage, source: int, target: int
) -> None:
    old = stage.ticket(priority=source)
    stage.later(hours=3)
    young = stage.ticket(priority=target)
    first = min(stage.clock(each, "resolution").due_at for each in (old, young))  # type: ignore[type-var]
    merge(stage, old, young)
    settle(stage)
    assert live(young, "resolution").due_at == first
    assert fresh(young).priority == min(source, target)


def test_a_merge_just_before_a_miss_ends_in_a_miss(stage: Stage) -> None:
    old = stage.ticket(priority=1)
    stage.reply(old)
    stage.later(hours=3, minutes=50)
    young = stage.ticket(priority=4)
    merge(stage, old, young)
    settle(stage)
    assert stage.clock(young, "resolution", 2).state == "late"
    actions.resolve(ticket=young, text="Done.", by=stage.cast.helper, at=stage.now)
    assert stage.clock(young, "resolution", 2).state == "missed"
    assert stage.clock(young, "resolution").state == "cancelled"


def test_a_clock_keeps_the_terms_of_the_ticket_on_which_it_began(stage: Stage) -> None:
    old = stage.ticket()
    due = stage.clock(old, "resolution").due_at
    clients.sign_agreement(
        client=stage.cast.a, starts_on=date(2025, 2, 1), effective_from=stage.now.date() + timedelta(days=1),
        terms={"response": {"P3": {"first": "9 days", "resolution": "90 days", "update": "none"}}}, by=TESTS,
        at=stage.now,
    )  # fmt: skip
    stage.later(days=1)
    young = stage.ticket()
    merge(stage, old, young)
    settle(stage)
    assert live(young, "resolution").due_at == due
    stage.reply(young)
    assert live(young, "resolution").due_at == due
    actions.resolve(ticket=young, by=stage.cast.helper, at=stage.now)
    assert TicketClock.objects.get(ticket=young, kind="resolution", number=2).results.get().agreement == old.agreement


@pytest.mark.parametrize(("minutes", "came_to"), [(5, "met"), (11, "missed")])
def test_an_answer_meanwhile_counts_at_its_instant(stage: Stage, minutes: int, came_to: str) -> None:
    old = stage.ticket(priority=2)
    young = stage.ticket(priority=4)
    stage.later(hours=1, minutes=50)
    merge(stage, old, young)
    stage.reply(young, at=stage.later(minutes=minutes))
    settle(stage)
    assert stage.clock(young, "first_response", 2).state == came_to


@pytest.mark.parametrize("act", ["wait", "resolve", "close", "wrote", "resolve and reopen"])
def test_what_happened_meanwhile_happened_to_what_goes_on(stage: Stage, act: str) -> None:
    old, young = stage.ticket(priority=2), stage.ticket(priority=4)
    stage.reply(young)
    merge(stage, old, young)
    given = {"ticket": young, "by": stage.cast.helper, "at": stage.later(minutes=5)}
    if act == "wait":
        stage.reply(young, then_wait=True)
    elif act.startswith("resolve"):
        actions.resolve(text="Done.", **given)
    elif act == "close":
        actions.close(code="agreed", **given)
    else:
        stage.wrote(young)
    if act.endswith("reopen"):
        stage.later(minutes=1)
        stage.wrote(young)
    settle(stage)
    states = {"wait": "paused", "resolve": "met", "close": "cancelled", "wrote": "running"}
    assert stage.clock(young, "resolution", 2).state == states.get(act, "running")
    answer = {"wait": "met", "resolve": "met", "close": "cancelled", "wrote": "running", "resolve and reopen": "met"}
    assert stage.clock(young, "first_response", 2).state == answer[act]
    stage.later(minutes=1)
    if not fresh(young).is_over:
        stage.reply(young)
        actions.resolve(ticket=young, by=stage.cast.helper, at=stage.now)
    assert not TicketClock.objects.filter(ticket__in=(old, young), stopped_at=None, cancelled_at=None).exists()


def test_what_runs_runs_on_where_the_target_waited(stage: Stage) -> None:
    young = stage.ticket()
    stage.reply(young, then_wait=True)
    old = stage.ticket()
    merge(stage, old, young)
    settle(stage)
    assert (fresh(young).state, live(young, "resolution").paused_at) == ("open", None)


def test_what_waited_does_not_stand_where_the_target_runs(stage: Stage) -> None:
    old = stage.ticket()
    stage.reply(old, then_wait=True)
    young = stage.ticket()
    merge(stage, old, young)
    settle(stage)
    assert (fresh(young).state, live(young, "resolution").paused_at) == ("open", None)


def test_of_two_that_wait_the_more_used_waits_on_and_is_resumed(stage: Stage) -> None:
    old = stage.ticket()
    stage.reply(old, then_wait=True, at=stage.later(hours=2))
    young = stage.ticket()
    stage.reply(young, then_wait=True)
    merge(stage, old, young)
    settle(stage)
    assert (fresh(young).state, stage.clock(young, "resolution", 2).state) == ("waiting", "paused")
    stage.wrote(young)
    assert stage.clock(young, "resolution", 2).state == "running"
    assert stage.clock(young, "resolution", 2).reading.consumed == timedelta(hours=2)


@pytest.mark.parametrize("held", ["old", "young"])
def test_a_hold_ends_where_what_runs_goes_on(stage: Stage, held: str) -> None:
    tickets = {"old": stage.ticket(), "young": stage.ticket()}
    stage.later(hours=1)
    contact = stage.cast.a.contacts.get(user=stage.cast.a_requester)
    until = stage.now.date() + timedelta(days=5)
    actions.agree_hold(
        ticket=tickets[held], reason="Logo", until=until, agreed_by=contact, agreed_how="call", by=stage.cast.helper,
        at=stage.now,
    )  # fmt: skip
    merge(stage, tickets["old"], tickets["young"])
    settle(stage)
    clock = live(tickets["young"], "resolution")
    assert (clock.paused_at, clock.began_on_id) == (None, tickets["old"].pk if held == "young" else None)
    assert all(each.ended_at for each in tickets[held].ticketholds.all())


def test_steps_go_along_and_are_not_taken_twice(stage: Stage) -> None:
    old = stage.ticket(priority=1)
    stage.reply(old)
    actions.escalate(ticket=old, at=stage.later(hours=3, minutes=10))
    young = stage.ticket(priority=4)
    stage.reply(young)
    merge(stage, old, young)
    settle(stage)
    actions.escalate(ticket=young, at=stage.later(minutes=2))
    steps = EscalationStep.objects.filter(ticket=young, clock__kind="resolution")
    assert [each.percent for each in steps] == [75]
    actions.escalate(ticket=young, at=stage.later(minutes=40))
    assert sorted(steps.values_list("percent", flat=True)) == [75, 100]


def test_undone_all_is_as_it_was(stage: Stage) -> None:
    old, young = stage.ticket(priority=1), stage.ticket(priority=4)
    actions.snooze(ticket=old, until=stage.now + timedelta(days=2), by=stage.cast.helper, at=stage.now)
    rows = [list(Ticket.objects.filter(pk=each.pk).values()) for each in (old, young)]
    before = list(TicketClock.objects.order_by("pk").values())
    merge(stage, old, young)
    actions.undo_merge(ticket=fresh(old), by=stage.cast.helper, at=stage.later(minutes=14))
    settle(stage)
    moved = {"updated_at", "reckoned_at", "stands_at"}
    for ticket, (row,) in zip((old, young), rows, strict=True):
        now = Ticket.objects.filter(pk=ticket.pk).values().get()
        assert {name for name in row if row[name] != now[name]} <= moved
    assert list(TicketClock.objects.order_by("pk").values()) == before


def test_one_merged_into_another_that_is_merged_itself(stage: Stage) -> None:
    first, second, third = (stage.ticket(priority=each) for each in (1, 2, 3))
    merge(stage, first, second)
    stage.later(minutes=5)
    merge(stage, second, third)
    due = stage.clock(first, "resolution").due_at
    settle(stage)
    settle(stage)
    assert live(third, "resolution").due_at == due
    assert fresh(third).priority == 1
    assert TicketClock.objects.filter(stopped_at=None, cancelled_at=None).exclude(ticket=third).count() == 0


def test_nobody_resolves_without_a_word_what_was_merged_in_unanswered(stage: Stage) -> None:
    old, young = stage.ticket(), stage.ticket()
    stage.reply(young)
    merge(stage, old, young)
    stage.later(minutes=5)
    with pytest.raises(actions.AnswerNeeded):
        actions.resolve(ticket=young, by=stage.cast.helper, at=stage.now)
    actions.resolve(ticket=young, by=DESK, at=stage.now)


def test_figures_of_an_instant_before_it_read_the_old_priority(stage: Stage) -> None:
    old = stage.ticket(priority=1)
    stage.reply(old)
    young = stage.ticket(priority=4)
    stage.reply(young)
    then = stage.later(minutes=1)
    merge(stage, old, young)
    settle(stage)
    found = {each.clock_id: each.priority for each in timed([stage.cast.a.pk], then - timedelta(days=1), then)}
    kept = {each.pk: each.began_on_id == old.pk for each in TicketClock.objects.filter(kind="resolution")}
    assert {found[pk]: is_old for pk, is_old in kept.items()} == {1: True, 4: False}
    assert FactRecord.objects.filter(kind="desk.priority_changed").count() == 1
