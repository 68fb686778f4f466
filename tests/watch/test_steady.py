"""What only goes on is counted in bulk: it must come out as if each check had been judged by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch import actions
from mainstay.watch.actions import taking
from mainstay.watch.actions.steady import Steady
from mainstay.watch.facts import Check, GapReason
from mainstay.watch.models import Blip, CheckRow, Gap, Monitor, Outage, ProberDoubt, Spell, Standing
from tests.cast import Cast
from tests.watch.world import FAULT, MINUTE, OK, REFUSED, SLOW, START, check, minutes, monitor_of, take

CODES = st.sampled_from([OK, OK, OK, OK, SLOW, REFUSED, FAULT])
LOOKS = st.lists(st.tuples(CODES, st.sampled_from([1, 1, 1, 1, 2, 3, 5]), st.integers(1, 3)), min_size=1, max_size=25)


def nothing_is_steady(_checks: object) -> Steady:
    return Steady()


@given(looks=LOOKS)
def test_bulk_and_single_come_out_alike(cast: Cast, looks) -> None:
    one, other = monitor_of(cast.website(cast.a)), monitor_of(cast.website(cast.a))
    minute, batches = 0, []
    for code, gap, part in looks:
        minute += gap
        if part == 1 or not batches:
            batches.append([])
        batches[-1].append((code, minute))

    for batch in batches:
        take([check(one, at, code) for code, at in batch])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(taking.Steady, "of", nothing_is_steady)
        for batch in batches:
            take([check(other, at, code) for code, at in batch])

    assert _all_of(one) == _all_of(other)


def _all_of(monitor: Monitor) -> list[object]:
    left_out = {"id", "monitor", "monitor_id", "environment", "environment_id", "website_id", "client_id"}
    models = (Standing, Spell, CheckRow, Blip)
    rows = [list(model.objects.filter(monitor=monitor).order_by("pk").values()) for model in models]
    rows.append(list(Outage.objects.filter(environment=monitor.environment).order_by("pk").values()))
    return [[{name: row[name] for name in row.keys() - left_out} for row in part] for part in rows]


def _again(monitor: Monitor, minute: int) -> list[Check]:
    return Steady.of([check(monitor, minute)]).checks


@pytest.fixture
def monitor(cast: Cast) -> Monitor:
    found = monitor_of(cast.a.websites.get())
    take(minutes(found, [OK, OK]))
    return found


def test_a_website_that_goes_on_answering_is_steady(monitor: Monitor) -> None:
    assert _again(monitor, 2) == [check(monitor, 2)]


def test_the_same_check_again_is_not_new(monitor: Monitor) -> None:
    assert _again(monitor, 1) == []
    assert take([check(monitor, 1)]) == 0


def test_after_a_time_without_looks_nothing_goes_on(monitor: Monitor) -> None:
    assert _again(monitor, 4) == []


@pytest.mark.parametrize("code", [SLOW, REFUSED, FAULT])
def test_what_is_different_is_judged(monitor: Monitor, code) -> None:
    assert Steady.of([check(monitor, 2, code)]).checks == []


def test_what_comes_from_another_place_is_judged(monitor: Monitor) -> None:
    assert Steady.of([replace(check(monitor, 2), place="elsewhere")]).checks == []


def test_a_failure_that_waits_for_its_confirmation_is_judged(monitor: Monitor) -> None:
    take([check(monitor, 2, REFUSED)])
    assert _again(monitor, 3) == []


def test_two_checks_of_one_monitor_are_judged_in_their_order(monitor: Monitor) -> None:
    assert Steady.of([check(monitor, 2), check(monitor, 2.5)]).checks == []


@pytest.mark.parametrize("change", [{"is_enabled": False}, {"retired_at": START}])
def test_a_monitor_that_stands_still_is_left_out(monitor: Monitor, change) -> None:
    Monitor.objects.filter(pk=monitor.pk).update(**change)
    assert _again(monitor, 2) == []
    assert take([check(monitor, 2)]) == 0


def test_where_failures_were_withheld_a_good_check_ends_that(monitor: Monitor) -> None:
    Gap.objects.create(
        place="here",
        monitor=monitor,
        client=monitor.client,
        from_at=START + MINUTE,
        to_at=START + 3 * MINUTE,
        reason=GapReason.PROBER,
    )
    ProberDoubt.objects.create(
        place="here", from_at=START, to_at=START + timedelta(seconds=90), reason="share", evidence={}
    )

    assert _again(monitor, 2) == []
    take([check(monitor, 2)])
    assert Gap.objects.get(reason=GapReason.PROBER).to_at == START + 2 * MINUTE


def test_nothing_is_taken_for_steady_while_the_prober_is_doubted(monitor: Monitor, monkeypatch) -> None:
    ProberDoubt.objects.create(place="here", from_at=START, reason="share", evidence={})
    monkeypatch.setattr(taking.Steady, "of", lambda _checks: pytest.fail("nothing may be counted unseen"))
    assert actions.take_in(checks=[check(monitor, 2)], at=START + 2 * MINUTE) == 1
