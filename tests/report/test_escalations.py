"""The steps of the escalation procedure in a month's report."""

from datetime import UTC, datetime

import pytest

from mainstay.desk import actions
from mainstay.desk.worker import escalate_due
from mainstay.report.figures import collect
from tests.cast import Cast
from tests.desk.conftest import WEDNESDAY
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db

NEXT_MONTH = datetime(2026, 4, 2, 9, tzinfo=UTC)


def test_each_step_of_the_month_with_what_became_of_it(cast: Cast):
    stage = Stage(cast, WEDNESDAY)
    accepted, answered, asked = (stage.ticket(priority=2) for _ in range(3))
    other = stage.ticket(client=cast.b, priority=2)
    escalate_due(stage.later(minutes=90))
    stage.later(minutes=10)
    actions.accept(ticket=accepted, by=cast.helper, at=stage.now)
    for each in (accepted, answered, other):
        actions.resolve(ticket=each, text="Done.", by=cast.helper, at=stage.now)
    actions.ask(ticket=asked, reason="Now.", by=cast.a_requester, at=stage.now)
    stage.later(hours=2)
    actions.resolve(ticket=asked, text="Done.", by=cast.helper, at=stage.now)

    figures = collect(cast.a, "2026-03", NEXT_MONTH)
    rows = [(each.reference, each.percent, each.state, each.client_told) for each in figures.escalations]
    assert rows == [
        (accepted.reference, 75, "accepted", False),
        (answered.reference, 75, "not needed any more", False),
        (asked.reference, 75, "not accepted in time", False),
        (asked.reference, None, "not accepted in time", True),
        (asked.reference, 100, "missed", False),
        (asked.reference, 150, "missed", False),
    ]
    assert figures.escalations_left_out == 0
    section = next(each for each in figures.sections if each.title == "Escalations")
    assert section.has_facts
    during = collect(cast.a, "2026-03", WEDNESDAY)
    assert during.escalations == ()
