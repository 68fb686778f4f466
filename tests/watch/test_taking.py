"""Taking checks in: what is stored, judged, opened and closed, once."""

from datetime import timedelta

import pytest

from mainstay.common.models import FactRecord
from mainstay.watch import actions
from mainstay.watch.actions import latencies
from mainstay.watch.facts import GapReason, Missed
from mainstay.watch.models import Blip, CheckRow, Counted, Gap, Latency, Outage, Spell, Standing
from mainstay.watch.queries import response_times
from tests.cast import Cast
from tests.watch.world import FAULT, MINUTE, OK, PLACE, REFUSED, START, check, live, minutes, monitor_of, take

A_DOWN_AND_UP = [OK, OK, REFUSED, REFUSED, REFUSED, REFUSED, OK, OK, OK]


def test_an_outage_is_dated_back_and_bounded(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())

    take(minutes(monitor, A_DOWN_AND_UP))

    outage = Outage.objects.get()
    assert outage.website == cast.a.websites.get()
    assert outage.client == cast.a
    assert outage.started_after == START + 1 * MINUTE
    assert outage.started_at == START + 2 * MINUTE
    assert outage.ended_after == START + 5 * MINUTE
    assert outage.ended_at == START + 6 * MINUTE
    assert outage.confirmed_at == START + 4 * MINUTE + timedelta(milliseconds=120)
    assert outage.sentence == "The server refused the connection."


def test_an_outage_is_told_when_it_opens_and_when_it_closes(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())

    take(minutes(monitor, [OK, REFUSED, REFUSED, REFUSED]))
    outage = Outage.objects.get()
    opened = FactRecord.objects.get(kind="watch.outage_opened")
    take(minutes(monitor, [OK, OK], first=4))
    closed = FactRecord.objects.get(kind="watch.outage_closed")

    assert opened.subject == closed.subject == f"outage:{outage.pk}"
    assert opened.body["website_id"] == outage.website_id
    assert opened.body["code"] == "connection_refused"
    assert opened.client == cast.a
    assert closed.body["ended_at"] == (START + 4 * MINUTE).isoformat()


def test_the_same_checks_again_change_nothing(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    checks = minutes(monitor, A_DOWN_AND_UP)

    first = take(checks)
    before = _everything()
    second = take(checks)

    assert (first, second) == (len(checks), 0)
    assert _everything() == before


@pytest.mark.parametrize("cut", range(1, len(A_DOWN_AND_UP)))
def test_where_the_batches_are_cut_makes_no_difference(cast: Cast, cut: int) -> None:
    one, other = (monitor_of(cast.a.websites.get()), monitor_of(cast.website(cast.a)))

    take(minutes(one, A_DOWN_AND_UP))
    take(minutes(other, A_DOWN_AND_UP)[:cut])
    take(minutes(other, A_DOWN_AND_UP)[cut:])

    assert _outages(one) == _outages(other)
    assert _spells(one) == _spells(other)


def _outages(monitor):
    fields = ("started_after", "started_at", "confirmed_at", "ended_after", "ended_at", "code")
    return list(Outage.objects.filter(environment=monitor.environment).values_list(*fields))


def _spells(monitor):
    return list(monitor.spells.order_by("from_at").values_list("state", "from_at", "last_at", "to_at", "checks"))


def _everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (CheckRow, Spell, Standing, Outage, Blip, Gap, Latency, FactRecord)
    ]


def test_runs_of_like_checks_are_one_spell_and_vouch_until_the_next_was_due(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())

    take(minutes(monitor, [OK, OK, OK, REFUSED, OK]))

    assert _spells(monitor) == [
        ("up", START, START + 2 * MINUTE, START + 3 * MINUTE, 3),
        ("down", START + 3 * MINUTE, START + 3 * MINUTE, START + 4 * MINUTE, 1),
        ("up", START + 4 * MINUTE, START + 4 * MINUTE, START + 6 * MINUTE, 1),
    ]


def test_what_lies_between_two_checks_too_far_apart_is_no_spell(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())

    take([check(monitor, 0), check(monitor, 10)])

    assert _spells(monitor) == [
        ("up", START, START, START + 2 * MINUTE, 1),
        ("up", START + 10 * MINUTE, START + 10 * MINUTE, START + 12 * MINUTE, 1),
    ]


def test_a_failure_that_goes_is_a_blip_and_no_outage(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())

    take(minutes(monitor, [OK, REFUSED, REFUSED, OK]))

    blip = Blip.objects.get()
    assert (blip.from_at, blip.to_at, blip.checks) == (START + MINUTE, START + 3 * MINUTE, 2)
    assert not Outage.objects.exists()


def test_the_probers_own_fault_is_no_failure(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())

    take(minutes(monitor, [OK, FAULT, FAULT, FAULT, FAULT]))

    assert not Outage.objects.exists()
    assert [spell[0] for spell in _spells(monitor)] == ["up", "unknown"]


def test_a_monitor_that_does_not_count_makes_no_outage(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get(), counts=False)

    take(minutes(monitor, [OK, REFUSED, REFUSED, REFUSED]))

    assert not Outage.objects.exists()
    assert Standing.objects.get().is_down


def test_checks_of_a_retired_monitor_are_left_out(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    actions.retire(monitor=monitor, by=cast.helper, at=START)

    assert take([check(monitor, 1)]) == 0
    assert not CheckRow.objects.exists()


def test_more_than_a_batch_is_refused(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())

    with pytest.raises(actions.BatchTooLarge):
        take(minutes(monitor, [OK] * (actions.BATCH_MAX + 1)))


def test_a_batch_costs_the_same_queries_for_many_monitors(cast: Cast, django_assert_num_queries) -> None:
    few = [monitor_of(cast.website(cast.a)) for _ in range(1)]
    many = [monitor_of(cast.website(cast.a)) for _ in range(6)]
    with _counted() as one:
        take([check(monitor, 0) for monitor in few])
    with _counted() as six:
        take([check(monitor, 0) for monitor in many])

    assert len(one) == len(six) <= 13


def _counted():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return CaptureQueriesContext(connection)


def test_response_times_are_counted_once_in_their_hour(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    checks = minutes(monitor, [OK, OK, REFUSED, OK])

    take(checks[:2])
    take(checks)
    assert not actions.count_hour(at=START + timedelta(minutes=64))
    assert actions.count_hour(at=START + timedelta(minutes=65))
    assert not actions.count_hour(at=START + timedelta(minutes=65))

    hour = Latency.objects.get()
    assert hour.from_at == START
    assert (hour.count, hour.sum_us) == (3, 360_000)
    assert sum(hour.buckets.values()) == 3


def test_an_hour_is_shown_the_same_before_and_after_it_is_counted(cast: Cast) -> None:
    website = cast.a.websites.get()
    take(minutes(monitor_of(website), [OK, OK, REFUSED, OK], first=58))
    before = response_times(website, START, START + timedelta(hours=2))

    while actions.count_hour(at=START + timedelta(hours=3)):
        pass

    assert [each.count for each in before] == [2, 1]
    assert response_times(website, START, START + timedelta(hours=2)) == before


def test_what_comes_after_its_hour_was_counted_is_added_once(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    later = START + timedelta(hours=2)
    take([check(monitor, 0), check(monitor, 1)])
    assert actions.count_hour(at=later)

    for _ in range(2):
        actions.take_in(checks=[check(monitor, 2), check(monitor, 3), check(monitor, 4, REFUSED)], at=later)

    assert Latency.objects.get().count == 4


def test_checks_that_come_in_while_their_hour_is_counted_are_counted_too(cast: Cast, monkeypatch) -> None:
    monitor = monitor_of(cast.a.websites.get())
    later = START + timedelta(hours=2)
    take([check(monitor, 0), check(monitor, 1)])
    save = latencies._save

    def save_and_take_more(*given) -> None:
        save(*given)
        actions.take_in(checks=[check(monitor, 2)], at=later)

    monkeypatch.setattr(latencies, "_save", save_and_take_more)
    assert actions.count_hour(at=later)
    assert not Counted.objects.exists()
    monkeypatch.setattr(latencies, "_save", save)
    assert actions.count_hour(at=later)

    assert Latency.objects.get().count == 3
    assert Counted.objects.get().until == START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("rule", "quorum", "failing", "is_out"),
    [
        ("any", None, 1, True),
        ("all", None, 2, False),
        ("all", None, 3, True),
        ("quorum", 2, 1, False),
        ("quorum", 2, 2, True),
    ],
)
def test_the_availability_rule_decides(cast: Cast, rule: str, quorum: int | None, failing: int, is_out: bool) -> None:
    website = cast.a.websites.get()
    environment = live(website)
    environment.availability_rule, environment.quorum = rule, quorum
    environment.save()
    monitors = [monitor_of(website) for _ in range(3)]
    codes = [[REFUSED] * 3] * failing + [[OK] * 3] * (3 - failing)

    take([each for monitor, row in zip(monitors, codes, strict=True) for each in minutes(monitor, row)])

    assert Outage.objects.filter(ended_at__isnull=True).exists() is is_out


def test_with_two_failing_monitors_the_outage_lasts_from_the_first_to_the_last(cast: Cast) -> None:
    website = cast.a.websites.get()
    one, other = monitor_of(website), monitor_of(website)

    take(
        minutes(one, [OK, REFUSED, REFUSED, REFUSED, REFUSED, OK, OK, OK, OK])
        + minutes(other, [OK, OK, OK, REFUSED, REFUSED, REFUSED, REFUSED, OK, OK])
    )

    outage = Outage.objects.get()
    assert outage.started_at == START + MINUTE
    assert outage.ended_after == START + 6 * MINUTE
    assert outage.ended_at == START + 7 * MINUTE


def test_an_outage_never_reaches_into_the_one_before(cast: Cast) -> None:
    website = cast.a.websites.get()
    one, other = monitor_of(website), monitor_of(website)

    take(minutes(one, [OK, REFUSED, REFUSED, REFUSED, OK, OK, OK, OK]))
    take(minutes(other, [OK, OK, OK, REFUSED, REFUSED, REFUSED]))

    first, second = Outage.objects.order_by("started_at")
    assert first.ended_at == START + 4 * MINUTE
    assert second.started_at == first.ended_at


def test_pausing_the_failing_monitor_ends_the_outage_where_it_was_last_seen(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    take(minutes(monitor, [OK, REFUSED, REFUSED, REFUSED, REFUSED]))

    actions.pause(monitor=monitor, by=cast.helper, at=START + 9 * MINUTE)

    outage = Outage.objects.get()
    assert outage.ended_at == outage.ended_after == START + 4 * MINUTE


@pytest.mark.parametrize("let_go", [actions.pause, actions.retire])
def test_what_a_monitor_saw_vouches_for_no_time_after_it_was_let_go(cast: Cast, let_go) -> None:
    failing, good = monitor_of(cast.a.websites.get()), monitor_of(cast.website(cast.a))
    take(minutes(failing, [OK, REFUSED, REFUSED, REFUSED, REFUSED]) + minutes(good, [OK] * 5))
    at = START + 4.5 * MINUTE

    for monitor in (failing, good):
        let_go(monitor=monitor, by=cast.helper, at=at)
        late = check(monitor, 4.4)
        take([late])

    assert _spells(failing)[-1][3] == START + 4 * MINUTE
    assert _spells(good) == [("up", START, START + 4 * MINUTE, at, 5)]


def test_missed_slots_are_on_record_once(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    missed = Missed(PLACE, START, START + 2 * MINUTE, GapReason.MISSED, monitor.pk, 2)

    take([], missed=[missed])
    take([], missed=[missed])

    gap = Gap.objects.get()
    assert (gap.monitor, gap.client, gap.slots, gap.reason) == (monitor, cast.a, 2, "missed")


def test_after_a_jump_back_of_the_clock_checks_are_judged_again(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    take(minutes(monitor, [OK] * 60))
    jump = Missed(PLACE, START + 30 * MINUTE, START + 60 * MINUTE, GapReason.CLOCK)

    take(minutes(monitor, [REFUSED] * 3, first=31), missed=[jump])

    outage = Outage.objects.get()
    assert outage.started_at == START + 31 * MINUTE
    assert max(spell[3] for spell in _spells(monitor)) == START + 35 * MINUTE
