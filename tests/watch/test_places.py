"""Checks of several places taken in: outages, what is shown, and how soon another place looks."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mainstay.watch import actions, queries
from mainstay.watch.codes import Shown, State
from mainstay.watch.engine.steps import Spec
from mainstay.watch.facts import Check, GapReason, Missed
from mainstay.watch.models import Blip, Monitor, Outage, Spell, Standing
from mainstay.watch.prober.schedule import Assignment, Schedule
from mainstay.watch.prober.work import load, suspected_elsewhere
from tests.cast import Cast
from tests.watch.many import states
from tests.watch.world import MINUTE, REFUSED, START, check, monitor_of, take

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
A, B = "berlin", "london"


@pytest.fixture
def monitor(cast: Cast) -> Monitor:
    found = monitor_of(cast.a.websites.get())
    take([check(found, 0, place=A), check(found, 0.1, place=B)])
    return found


def down_at(monitor: Monitor, *seen: tuple[float, str]) -> list[Check]:
    return [check(monitor, minute, REFUSED, place=place) for minute, place in seen]


def test_what_one_place_sees_down_is_shown_and_charged_nothing(monitor: Monitor) -> None:
    take([*down_at(monitor, (1, A), (1.1, A), (1.2, A)), check(monitor, 1.3, place=B)])

    website = monitor.environment.website
    now = queries.monitors_now(website, START + 1.5 * MINUTE)[0]
    assert (now.state, now.down_from) == (State.DEGRADED, (A,))
    assert queries.state_now([website], START + 1.5 * MINUTE)[website.pk] == Shown.SEEN_DOWN
    assert now.shown == Shown.SEEN_DOWN
    assert now.sentence == "Seen down from berlin only. Other places see it well: nothing is charged."
    assert not Outage.objects.exists()
    assert Spell.objects.filter(place=A, state="down").exists()
    assert states(monitor, START, START + 1.5 * MINUTE)[0][0] == "up"


def test_once_it_is_seen_well_there_again_it_was_a_blip(monitor: Monitor) -> None:
    take([*down_at(monitor, (1, A), (2, A)), check(monitor, 1.1, place=B), check(monitor, 2.5, place=A)])

    blip = Blip.objects.get()
    assert (blip.from_at, blip.to_at, blip.checks) == (START + MINUTE, START + 2.5 * MINUTE, 2)


def test_what_two_places_see_down_is_an_outage_from_the_first_failure(monitor: Monitor) -> None:
    take(down_at(monitor, (1, A), (1.05, B), (1.1, A)))

    outage = Outage.objects.get()
    assert (outage.started_at, outage.started_after) == (START + MINUTE, START + 0.1 * MINUTE)
    assert outage.confirmed_at == START + 1.1 * MINUTE + timedelta(microseconds=120_000)


def test_batches_of_places_that_come_one_after_the_other_agree_as_well(monitor: Monitor) -> None:
    take(down_at(monitor, (1, A), (1.1, A)))
    take(down_at(monitor, (1.05, B)))

    assert Outage.objects.get().started_at == START + MINUTE


def test_where_one_place_went_silent_the_other_keeps_the_time_known(monitor: Monitor) -> None:
    take([check(monitor, minute, place=B) for minute in range(1, 11)])

    assert [each[0] for each in states(monitor, START, START + 10 * MINUTE)] == ["up"]


def test_where_nobody_vouches_the_time_is_unknown(monitor: Monitor) -> None:
    take([check(monitor, 10, place=B)])

    assert [each[0] for each in states(monitor, START, START + 11 * MINUTE)] == ["up", "unknown", "up"]


def test_a_clock_set_back_at_one_place_leaves_the_memory_of_the_other(monitor: Monitor) -> None:
    jump = Missed(B, START, START + 5 * MINUTE, GapReason.CLOCK)
    actions.take_in(checks=[], missed=[jump], at=START + 5 * MINUTE)

    assert [view["place"] for view in Standing.objects.get().views] == [A]


def test_the_memory_of_one_place_that_looks_alone_is_not_touched_by_the_clock_of_another(cast: Cast) -> None:
    take([check(monitor_of(cast.a.websites.get()), 3, place=A)])
    actions.take_in(checks=[], missed=[Missed(B, START, START + 9 * MINUTE, GapReason.CLOCK)], at=START)

    assert Standing.objects.get().seen_at == START + 3 * MINUTE


def test_another_place_is_told_what_is_suspected_until_it_has_looked(monitor: Monitor) -> None:
    take(down_at(monitor, (1, A)))
    at = START + 1.1 * MINUTE
    assert suspected_elsewhere(B, at) == [monitor.pk]
    assert suspected_elsewhere(A, at) == []

    take([check(monitor, 1.05, place=B)])

    assert suspected_elsewhere(B, at) == []
    assert suspected_elsewhere(B, at + MINUTE) == []


def test_a_prober_gets_its_own_memory_with_its_work(monitor: Monitor) -> None:
    take(down_at(monitor, (1, A), (1.1, A)))

    assert load(A).memories[monitor.pk].bad_count == 2
    assert load(B).memories[monitor.pk].bad_count == 0


def test_what_is_asked_for_is_looked_at_once_out_of_turn() -> None:
    schedule = Schedule(origin_s=0.0)
    schedule.assign([Assignment(1, 1, 3600, Spec("http", "http://site.test/"))], {}, 10.0)
    entry = next(schedule.take_due(10.0)).entry
    entry.is_running = False

    for _ in range(3):
        schedule.look_soon([1, 99], 20.0)

    assert [turn.entry for turn in schedule.take_due(20.0)] == [entry]


def test_places_that_agree_or_not_cost_the_same_queries(monitor: Monitor, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(30):
        take([check(monitor, 1 + n / 100, place=(A, B)[n % 2]) for n in range(40)])


def test_the_console_says_from_where_it_is_seen_down(monitor: Monitor, client, cast: Cast) -> None:
    take([*down_at(monitor, (1, A), (1.1, A)), check(monitor, 1.3, place=B)])
    Standing.objects.update(vouched_until=timezone.now() + MINUTE)
    ahead = (timezone.now() + MINUTE).isoformat()
    standing = Standing.objects.get()
    standing.views = [{**view, "vouched_until": ahead} for view in standing.views]
    standing.save()
    client.force_login(cast.helper)

    shown = client.get(reverse("console-monitors", args=[monitor.environment.website_id])).content.decode()

    assert "seen down from one place, not confirmed" in shown
    assert "Seen down from berlin only." in shown
