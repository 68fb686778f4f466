"""Alerts of outages that were not as was told: taken back, moved, or part of another."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mainstay.common.models import OutgoingMail
from mainstay.watch import actions
from mainstay.watch.actions.alert_cases import outages_merged
from mainstay.watch.actions.correcting import correct
from mainstay.watch.actions.settling import PROCESS, figures_of
from mainstay.watch.models import AlertCase, Outage
from mainstay.watch.queries.alerts import alerts_of
from mainstay.watch.rules.again import corrections
from tests.cast import Cast
from tests.watch.alerts import SETTLED, alert_rule, down, tell_until, told
from tests.watch.world import MINUTE, OK, REFUSED, START, check, minutes, monitor_of, take

pytestmark = pytest.mark.django_db


def test_whoever_was_told_of_what_was_none_is_told_that_and_nobody_else(cast: Cast) -> None:
    alert_rule(None, who="person", person=cast.helper)
    (outage,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    take(minutes(outage.environment.monitors.get(), [OK, OK, OK], first=5))
    tell_until(START + 9 * MINUTE)
    alert_rule(None, who="person", person=cast.deputy)
    outage.refresh_from_db()
    actions.take_outage_back(outage=outage, reason="Wrong page.", by=cast.administrator, at=START + 10 * MINUTE)
    tell_until(START + 15 * MINUTE, start=START + 10 * MINUTE)

    assert [(subject.split(":")[0], person) for subject, person in told()] == [
        ("Down", cast.helper.email),
        ("Up again", cast.helper.email),
        ("Taken back", cast.helper.email),
    ]
    assert "Ada Admin put the record right" in OutgoingMail.objects.latest("id").text


def test_of_what_was_taken_back_before_it_was_told_nothing_is_said(cast: Cast) -> None:
    (outage,) = down(cast.a.websites.get())
    take(minutes(outage.environment.monitors.get(), [OK, OK], first=5))
    outage.refresh_from_db()
    actions.take_outage_back(outage=outage, reason="Wrong page.", by=cast.administrator, at=START + 7 * MINUTE)
    tell_until(START + 9 * MINUTE, start=START + 7 * MINUTE)
    assert told() == []
    assert AlertCase.objects.get().due_at is None


def test_an_outage_that_a_person_moved_is_not_called_none_and_keeps_who_was_told(cast: Cast) -> None:
    alert_rule(None, who="person", person=cast.helper, quiet_from="08:04", quiet_until="10:00")
    (outage,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    take(minutes(outage.environment.monitors.get(), [OK, OK, OK], first=5))
    tell_until(START + 9 * MINUTE, start=START + 6 * MINUTE)
    outage.refresh_from_db()
    given = {"started_at": outage.started_at, "ended_at": outage.ended_at - timedelta(minutes=1)}
    moved = actions.move_outage(outage=outage, **given, reason="Seen.", by=cast.administrator, at=START + 10 * MINUTE)
    tell_until(START + 130 * MINUTE, start=START + 10 * MINUTE, step=5 * MINUTE)
    assert [subject for subject, _ in told()] == [
        f"Down: {outage.website.name} since 08:01",
        f"Up again: {outage.website.name} after 3 min",
    ]
    assert [each.word for each in alerts_of(moved.new)] == ["Down", "Up again"]

    actions.take_outage_back(outage=moved.new, reason="None.", by=cast.administrator, at=START + 131 * MINUTE)
    tell_until(START + 133 * MINUTE, start=START + 132 * MINUTE)
    assert told()[-1] == (f"Taken back: {outage.website.name} was not down", cast.helper.email)


def test_what_late_checks_take_back_is_told_to_whoever_was_told_of_it(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    take([check(monitor, 0, place="a"), check(monitor, 0.1, place="b"), check(monitor, 1, place="a")])
    take([check(monitor, minute, REFUSED, place="a") for minute in range(5, 12)])
    at = START + 12 * MINUTE
    actions.send_alerts(at=at)
    assert {subject.split(":")[0] for subject, _ in told()} == {"Down"}

    actions.take_in(checks=[check(monitor, minute, place="b") for minute in range(1, 13)], at=at)
    actions.send_alerts(at=at + MINUTE / 2)
    before = len(told())
    actions.judge_late(at=at + MINUTE)
    assert not Outage.objects.valid().exists()
    tell_until(at + 2 * MINUTE, start=at + MINUTE)
    taken_back = f"Taken back: {monitor.environment.website} was not down"
    assert [subject for subject, _ in told()[before:]] == [taken_back] * 2
    assert "checks that came in late say that it was up" in OutgoingMail.objects.latest("id").text


def test_outages_that_become_one_are_not_taken_back_and_go_on_as_one(cast: Cast) -> None:
    alert_rule(None, who="person", person=cast.helper)
    (first,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    monitor = first.environment.monitors.get()
    take(minutes(monitor, [OK, OK, OK], first=5))
    tell_until(START + 9 * MINUTE)
    take(minutes(monitor, [REFUSED] * 4, first=10))
    tell_until(START + 16 * MINUTE, start=START + 14 * MINUTE)
    recorded = list(Outage.objects.order_by("started_at").select_related("client"))
    assert [subject.split(":")[0] for subject, _ in told()] == ["Down", "Up again", "Down"]

    at = START + 17 * MINUTE
    judged = [replace(figures_of(recorded[1]), started_at=first.started_at, started_after=first.started_after)]
    found = sorted(corrections([figures_of(each) for each in recorded], judged), key=lambda each: each.new is not None)
    for each in found:
        correct(each, recorded, judged, first.environment, at=at, by=PROCESS)
    outages_merged(first.environment_id, at)
    tell_until(START + 25 * MINUTE, start=at)
    assert len(told()) == 3, "it was down, it is, and whoever was told so knows"

    take(minutes(monitor, [OK, OK, OK], first=26))
    tell_until(START + 40 * MINUTE, start=START + 29 * MINUTE)
    assert [subject.split(":")[0] for subject, _ in told()[3:]] == ["Up again"]
    assert not AlertCase.objects.filter(due_at__isnull=False).exists()


def test_nothing_is_said_of_an_outage_that_became_part_of_one_on_record(cast: Cast) -> None:
    (outage,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    Outage.objects.update(voided_at=SETTLED, void_reason="edges")
    outages_merged(outage.environment_id, SETTLED)
    tell_until(START + 60 * MINUTE, step=5 * MINUTE)
    assert {subject.split(":")[0] for subject, _ in told()} == {"Down"}
