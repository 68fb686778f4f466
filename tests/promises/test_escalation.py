"""S9: the verdict on the escalation procedure, as a rule and from what is on record."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from mainstay.desk import actions
from mainstay.desk.models import EscalationStep
from mainstay.desk.worker import escalate_due
from mainstay.policy.promises import Verdict
from mainstay.promises.collect import everything
from mainstay.promises.facts import EscalationFacts
from mainstay.promises.rules.escalation import judge
from tests.cast import Cast
from tests.desk.conftest import WEDNESDAY
from tests.desk.kit import Stage

MARCH = "in March 2026"


@pytest.mark.parametrize(
    ("given", "verdict", "says"),
    [
        ({}, "unproven", "no request was under way in March 2026"),
        ({"clocks": 4}, "kept", "In March 2026: no step fell due on 4 clocks."),
        ({"clocks": 4, "unrecorded": 1}, "unproven", "1 clock ran out in March 2026 without a step on record"),
        ({"due": 3, "in_time": 3}, "kept", "3 steps fell due, all taken and accepted in time."),
        ({"due": 3, "in_time": 3, "waiting": 1}, "kept", "3 steps fell due and 1 waiting to be accepted."),
        ({"due": 3, "in_time": 3, "waiting": 1, "past_half": 1}, "at_risk", "1 waiting"),
        ({"due": 3, "in_time": 2, "missed": 1}, "broken", "3 steps fell due and 1 not taken."),
        ({"due": 3, "in_time": 2, "late": 1, "unrecorded": 2}, "broken", "1 taken late"),
        ({"due": 3, "in_time": 3, "unaccepted": 1, "past_half": 1}, "broken", "1 not accepted in time"),
    ],
)
def test_the_rule(given: dict[str, int], verdict: str, says: str):
    found = judge(EscalationFacts(period=MARCH, **given))
    assert (found.verdict, says in found.sentence) == (Verdict(verdict), True), found.sentence


@pytest.mark.parametrize(
    ("left_s", "breaks", "distance"),
    [
        (600, "Nobody accepts the step that waits longest within 10 min.", "10 min left to accept it"),
        (-60, "", "1 min too late"),
        (None, "", "1 step waiting"),
    ],
)
def test_how_far_it_is_from_breaking(left_s: int | None, breaks: str, distance: str):
    found = judge(EscalationFacts(period=MARCH, due=1, in_time=1, waiting=1, left_s=left_s))
    assert (found.would_break, found.distance) == (breaks, distance)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast, WEDNESDAY)


def verdict(stage: Stage, at: datetime | None = None, client: Any = None) -> str:
    client = client or stage.cast.a
    return judge(everything([client], at or stage.now)[client.pk]["S9"]).verdict.value


def turn(stage: Stage, **length: float) -> None:
    escalate_due(stage.later(**length))


@pytest.mark.django_db
def test_from_kept_to_at_risk_to_broken_and_each_instant_stays_as_it_was(stage: Stage):
    assert verdict(stage) == "unproven"
    ticket = stage.ticket(priority=2)
    assert verdict(stage) == "kept"
    turn(stage, minutes=90)
    taken_at = stage.now
    assert verdict(stage) == "kept"
    assert verdict(stage, stage.later(minutes=15)) == "at_risk"
    assert verdict(stage, client=stage.cast.b) == "unproven"
    turn(stage, minutes=16)
    assert verdict(stage) == "broken"
    actions.accept(ticket=ticket, by=stage.cast.helper, at=stage.now)
    assert verdict(stage) == "broken"
    assert verdict(stage, taken_at + timedelta(minutes=15)) == "at_risk"
    assert verdict(stage, taken_at) == "kept"


@pytest.mark.django_db
def test_accepted_in_time_or_answered_before_is_kept(stage: Stage):
    first, second = stage.ticket(priority=2), stage.ticket(priority=2)
    turn(stage, minutes=90)
    stage.later(minutes=20)
    actions.accept(ticket=first, by=stage.cast.helper, at=stage.now)
    stage.reply(first)
    stage.reply(second)
    assert EscalationStep.objects.filter(accepted_at=None).count() == 1
    assert verdict(stage, stage.later(hours=1)) == "kept"


@pytest.mark.django_db
def test_a_step_that_no_worker_takes_breaks_it(stage: Stage):
    ticket = stage.ticket(priority=2)
    assert verdict(stage, stage.later(minutes=94)) == "kept"
    assert verdict(stage, stage.later(minutes=2)) == "broken"
    stage.reply(ticket)
    assert verdict(stage) == "broken"  # missed, which stays on record


@pytest.mark.django_db
def test_clocks_that_ran_out_without_steps_prove_nothing(stage: Stage):
    ticket = stage.ticket(priority=2)
    turn(stage, hours=3)
    stage.reply(ticket)
    EscalationStep.objects.all().delete()
    assert verdict(stage) == "unproven"


@pytest.mark.django_db
def test_spam_was_owed_no_step(stage: Stage):
    ticket = stage.ticket(priority=2)
    stage.later(hours=3)
    actions.close(ticket=ticket, code="spam", by=stage.cast.helper, at=stage.now)
    assert EscalationStep.objects.exists()
    assert verdict(stage) != "broken"


@pytest.mark.django_db
def test_collecting_costs_the_same_for_one_client_and_two(stage: Stage, django_assert_max_num_queries: Any):
    from mainstay.promises.collect.escalation import collect
    from mainstay.promises.collect.scope import scope_of

    for client in (stage.cast.a, stage.cast.b):
        stage.ticket(client=client, priority=2)
    turn(stage, minutes=90)
    for clients in ([stage.cast.a], [stage.cast.a, stage.cast.b]):
        with django_assert_max_num_queries(8):
            assert len(list(collect(scope_of(clients, stage.now)))) == len(clients)
