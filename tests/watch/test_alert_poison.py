"""Alerts that cannot be told: they keep no others back, and are tried again."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from mainstay.config.doctor import running
from mainstay.watch import actions, letters
from mainstay.watch.models import AlertCase, AlertTold
from mainstay.watch.queries.recipients import Recipients
from tests.cast import Cast
from tests.watch.alerts import SETTLED, alert_rule, down, told
from tests.watch.world import (
    MINUTE,
)

pytestmark = pytest.mark.django_db


def test_one_case_that_cannot_be_told_keeps_none_of_the_others_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = cast.website(cast.a), cast.website(cast.b)
    down(bad, good)
    plain = letters.alert

    def broken(event: object, step: object, cases: list[AlertCase], *more: object) -> object:
        if any(case.client_id == cast.a.pk for case in cases):
            raise RuntimeError("no letter can be made of this")
        return plain(event, step, cases, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(letters, "alert", broken)
    alert_rule(cast.a, who="person", person=cast.helper)
    assert actions.send_alerts(at=SETTLED) == 2
    assert {person for _, person in told()} == {cast.account_manager.email, cast.deputy.email}
    for after in (0, 10, 30, 70):
        case = AlertCase.objects.get(client=cast.a)
        assert case.due_at == SETTLED + timedelta(seconds=2 * after + 10)
        assert running.alerts().sentence == "1 alerts cannot be written"
        actions.send_alerts(at=case.due_at)
    monkeypatch.undo()
    case.refresh_from_db()
    actions.send_alerts(at=case.due_at)
    assert told()[-1][1] == cast.helper.email
    assert running.alerts().verdict == "ok"


def test_whom_one_case_concerns_cannot_be_found_out_and_the_others_go_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    down(cast.website(cast.a), cast.website(cast.b))
    plain = Recipients.of_case

    def broken(self: Recipients, case: AlertCase) -> object:
        if case.client_id == cast.a.pk:
            raise RuntimeError("nobody knows")
        return plain(self, case)

    monkeypatch.setattr(Recipients, "of_case", broken)
    assert actions.send_alerts(at=SETTLED) == 2
    assert AlertCase.objects.get(client=cast.a).due_at == SETTLED + timedelta(seconds=10)


def test_in_a_letter_about_many_the_one_that_cannot_be_told_keeps_none_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    websites = [cast.website(cast.a) for _ in range(5)]
    down(*websites)
    bad = AlertCase.objects.get(outage__website=websites[3])
    plain = letters.alert

    def broken(event: object, step: object, cases: list[AlertCase], *more: object) -> object:
        if bad in cases:
            raise RuntimeError("no letter can be made of this")
        return plain(event, step, cases, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(letters, "alert", broken)
    alert_rule(None, who="person", person=cast.helper, repeat_minutes=10)
    with capture_logs() as logged:
        actions.send_alerts(at=SETTLED)
    assert set(AlertTold.objects.values_list("case__outage__website", flat=True)) == {
        each.pk for each in websites if each != websites[3]
    }
    (found,) = [each for each in logged if each["event"] == "an alert could not be written"]
    assert (found["case"], found["exc_info"]) == (bad.pk, True)
    actions.send_alerts(at=SETTLED + 11 * MINUTE)
    repeats = AlertTold.objects.filter(step="repeat").values_list("number", flat=True)
    assert list(repeats) == [1] * 4
