"""Alerts that somebody must hear: gaps on call, rules that lead to nobody, people who are not there any more."""

import pytest

from mainstay.access import actions as access
from mainstay.common import notify
from mainstay.common.facts import FactRecord
from mainstay.watch import actions
from mainstay.watch.models import ProberDoubt
from mainstay.watch.queries.alerts import alerts_of
from tests.cast import Cast
from tests.clients.duty import absence_of, roster_of_agency, shift_of
from tests.watch.alerts import SETTLED, alert_rule, console_channel, down, said, tell_until, told
from tests.watch.world import (
    MINUTE,
    OK,
    SLOW,
    START,
    minutes,
    monitor_of,
    take,
)

pytestmark = pytest.mark.django_db


def test_a_gap_in_the_roster_is_never_silence(cast: Cast) -> None:
    shift_of(cast.helper, START - MINUTE, START + 600 * MINUTE)
    absence_of(cast.helper, START - MINUTE, START + 600 * MINUTE)
    alert_rule(None, who="on_call", roster=roster_of_agency())
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert [person for _, person in told()] == [cast.account_manager.email, cast.deputy.email]
    assert not FactRecord.objects.filter(kind="watch.alert_found_nobody").exists()


def test_rules_that_say_nothing_of_outages_are_no_silence_either(cast: Cast) -> None:
    alert_rule(cast.a, events=["warning"], who="person", person=cast.helper)
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert [person for _, person in told()] == [cast.account_manager.email, cast.deputy.email]


def test_a_paused_channel_counts_as_nobody(cast: Cast) -> None:
    channel = console_channel()
    alert_rule(None, who="channel", channel=channel)
    notify.pause_channel(channel=channel, by=cast.administrator, at=START)
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert [person for _, person in told()] == [cast.account_manager.email, cast.deputy.email]


def test_a_suspended_person_is_told_nothing_and_the_other_is(cast: Cast) -> None:
    access.suspend(user=cast.deputy, by=cast.administrator, at=START)
    (outage,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert [each.to for each in alerts_of(outage)] == [cast.account_manager.name]


def test_a_gap_on_call_is_raised_though_another_rule_finds_somebody(cast: Cast) -> None:
    roster = roster_of_agency()
    alert_rule(None, who="on_call", roster=roster)
    alert_rule(None, who="person", person=cast.helper)
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert {person for _, person in told()} == {
        cast.helper.email,
        cast.account_manager.email,
        cast.deputy.email,
    }


def test_a_doubt_that_the_rules_bring_to_nobody_goes_to_the_administrators(cast: Cast) -> None:
    alert_rule(None, who="manager", events=["doubt"])
    doubt = doubt_of_here()
    actions.doubt_began(doubt=doubt, at=START)
    actions.send_alerts(at=SETTLED)
    assert [person for _, person in told()] == [cast.administrator.email]
    ProberDoubt.objects.update(to_at=SETTLED + MINUTE)
    doubt.refresh_from_db()
    actions.doubt_ended(doubt=doubt, at=SETTLED + MINUTE)
    actions.send_alerts(at=SETTLED + 2 * MINUTE)
    assert [subject for subject, _ in told()][1:] == ["The prober at here is believed again"]


def test_who_stands_in_for_a_gap_on_call_is_told_when_the_rule_says_so(cast: Cast) -> None:
    alert_rule(None, who="person", person=cast.helper)
    alert_rule(None, who="on_call", roster=roster_of_agency(), after_minutes=30)
    down(cast.a.websites.get())
    tell_until(START + 25 * MINUTE)
    assert [person for _, person in told()] == [cast.helper.email]
    tell_until(START + 35 * MINUTE, start=START + 26 * MINUTE)
    assert [person for _, person in told()][1:] == [cast.account_manager.email, cast.deputy.email]
    assert not FactRecord.objects.filter(kind="watch.alert_found_nobody").exists()


def test_whoever_is_on_call_and_cannot_be_reached_is_a_gap_too(cast: Cast) -> None:
    shift_of(cast.deputy, START - MINUTE, START + 600 * MINUTE)
    type(cast.deputy).objects.filter(pk=cast.deputy.pk).update(email="no address")
    alert_rule(None, who="on_call", roster=roster_of_agency())
    alert_rule(None, who="person", person=cast.helper)
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert {person for _, person in told()} == {cast.helper.email, cast.account_manager.email}


def test_a_gap_on_call_is_raised_for_slow_websites_and_doubts_too(cast: Cast) -> None:
    alert_rule(None, who="on_call", roster=roster_of_agency(), events=["degraded", "doubt"])
    alert_rule(None, who="person", person=cast.helper, events=["degraded", "doubt"])
    take(minutes(monitor_of(cast.a.websites.get()), [OK, SLOW, SLOW]))
    actions.notice_monitors(at=START + 2 * MINUTE)
    actions.send_alerts(at=START + 2 * MINUTE)
    assert {person for _, person in told()} == {cast.helper.email, cast.account_manager.email, cast.deputy.email}
    actions.doubt_began(doubt=doubt_of_here(), at=START + 3 * MINUTE)
    actions.send_alerts(at=START + 4 * MINUTE)
    assert {person for _, person in told()[3:]} == {cast.helper.email, cast.administrator.email}


def doubt_of_here() -> ProberDoubt:
    seen = {"canaries": [{"address": "192.0.2.1"}], "canaries_known": 1}
    return ProberDoubt.objects.create(place="here", from_at=START, reason="canaries", evidence=seen)


def test_a_gap_that_comes_after_the_end_is_nobody_s_news(cast: Cast) -> None:
    shift_of(cast.helper, START - MINUTE, START + 6 * MINUTE)
    alert_rule(None, who="on_call", roster=roster_of_agency())
    alert_rule(None, who="person", person=cast.administrator)
    (outage,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    take(minutes(outage.environment.monitors.get(), [OK, OK], first=5))
    tell_until(START + 9 * MINUTE, start=START + 7 * MINUTE)
    assert {person for _, person in told()} == {cast.helper.email, cast.administrator.email}


def test_nobody_who_left_the_agency_hears_of_its_clients(cast: Cast) -> None:
    alert_rule(None, who="person", person=cast.helper)
    alert_rule(None, who="person", person=cast.helper, channel=console_channel())
    access.change_role(user=cast.helper, role="", by=cast.administrator, at=START)
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert {person for _, person in told()} == {cast.account_manager.email, cast.deputy.email}
    assert said() == []
