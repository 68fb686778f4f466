"""Alerts of monitors that are slow or need a look, and of their end."""

from datetime import timedelta

import pytest

from mainstay.watch import actions
from mainstay.watch.codes import Code
from mainstay.watch.models import AlertCase
from tests.cast import Cast
from tests.watch.alerts import SETTLED, alert_rule, tell_until, told
from tests.watch.world import (
    FAULT,
    MINUTE,
    OK,
    REFUSED,
    SLOW,
    START,
    check,
    minutes,
    monitor_of,
    take,
)

pytestmark = pytest.mark.django_db


def test_a_slow_website_and_a_failing_monitor_that_does_not_count_are_told_where_a_rule_asks(cast: Cast) -> None:
    website = cast.a.websites.get()
    slow, other = monitor_of(website), monitor_of(website, counts=False, url="https://warns.example/")
    take([*minutes(slow, [OK, SLOW, SLOW, SLOW]), *minutes(other, [OK, REFUSED, REFUSED, REFUSED])])
    actions.notice_monitors(at=SETTLED)
    assert not AlertCase.objects.exists()

    alert_rule(None, who="person", person=cast.helper, events=["degraded", "warning", "up"])
    for _ in range(2):
        actions.notice_monitors(at=SETTLED)
    actions.send_alerts(at=SETTLED)
    assert {subject.partition(":")[0] for subject, _ in told()} == {"Slow", "Needs a look"}

    take([check(slow, 4, OK), check(other, 4, OK), check(slow, 5, OK), check(other, 5, OK)])
    actions.notice_monitors(at=START + 5 * MINUTE)
    actions.send_alerts(at=START + 6 * MINUTE)
    assert [subject.partition(":")[0] for subject, _ in told()[2:]] == ["Fine again", "Fine again"]


def test_what_nobody_sees_any_more_is_not_called_fine(cast: Cast) -> None:
    alert_rule(None, who="person", person=cast.helper, events=["degraded", "up"])
    take(minutes(monitor_of(cast.a.websites.get()), [OK, SLOW, SLOW]))
    actions.notice_monitors(at=START + 2 * MINUTE)
    actions.notice_monitors(at=START + 600 * MINUTE)
    assert AlertCase.objects.get().ended_at is None


@pytest.mark.parametrize(("code", "ends"), [(OK, True), (REFUSED, False), (FAULT, False)])
def test_a_slow_website_is_fine_again_only_when_it_is_seen_well(cast: Cast, code: Code, ends: bool) -> None:
    alert_rule(None, events=["degraded", "up"])
    monitor = monitor_of(cast.a.websites.get())
    take(minutes(monitor, [OK, SLOW, SLOW]))
    actions.notice_monitors(at=START + 2 * MINUTE)
    actions.send_alerts(at=START + 2 * MINUTE)
    take([check(monitor, 3, code), check(monitor, 3.5, code)])
    actions.notice_monitors(at=START + 4 * MINUTE)
    actions.send_alerts(at=START + 4 * MINUTE + timedelta(seconds=40))

    assert [subject.split(":")[0] for subject, _ in told()] == ["Slow"] + ["Fine again"] * ends


def test_nothing_is_said_of_a_slow_monitor_that_nobody_looks_at_any_more(cast: Cast) -> None:
    alert_rule(None, events=["degraded", "up"])
    monitor = monitor_of(cast.a.websites.get())
    take(minutes(monitor, [OK, SLOW, SLOW]))
    actions.notice_monitors(at=START + 2 * MINUTE)
    actions.send_alerts(at=START + 2 * MINUTE)
    actions.pause(monitor=monitor, by=cast.administrator, at=START + 2 * MINUTE)
    actions.notice_monitors(at=START + 3 * MINUTE)
    tell_until(START + 5 * MINUTE, start=START + 3 * MINUTE)

    assert len(told()) == 1
    assert not AlertCase.objects.filter(ended_at__isnull=True).exists()


def test_one_slow_check_is_nothing_to_be_told_of_and_one_good_one_no_end(cast: Cast) -> None:
    alert_rule(None, events=["degraded", "up"])
    monitor = monitor_of(cast.a.websites.get())
    take(minutes(monitor, [OK, SLOW]))
    actions.notice_monitors(at=START + MINUTE)
    assert not AlertCase.objects.exists()
    take(minutes(monitor, [OK, SLOW, OK, SLOW, SLOW], first=2))
    actions.notice_monitors(at=START + 6 * MINUTE)
    take(minutes(monitor, [OK], first=7))
    actions.notice_monitors(at=START + 7 * MINUTE)
    case = AlertCase.objects.get()
    assert (case.began_at, case.ended_at) == (START + 5 * MINUTE, None)
    take(minutes(monitor, [OK], first=8))
    actions.notice_monitors(at=START + 8 * MINUTE)
    assert AlertCase.objects.get().ended_at is not None


def test_a_certificate_that_ends_soon_is_told_of_at_once(cast: Cast) -> None:
    alert_rule(None, events=["degraded"])
    take(minutes(monitor_of(cast.a.websites.get()), [Code.CERTIFICATE_ENDS_SOON]))
    actions.notice_monitors(at=START)
    assert AlertCase.objects.get().ended_at is None
