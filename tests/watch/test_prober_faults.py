"""A broken uplink is no broken website: what is doubted, withheld and told, through the one way in."""

from datetime import timedelta

import pytest

from mainstay.common.models import FactRecord
from mainstay.watch import actions
from mainstay.watch.models import Blip, CheckRow, Gap, Monitor, Outage, ProberDoubt, Spell, Standing
from tests.watch.many import SECOND, canaries, life, monitors_of_many, seen, states, take_all
from tests.watch.world import PLACE, REFUSED, START

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

BROKEN_AT = START + timedelta(minutes=2)
WHOLE_AT = BROKEN_AT + timedelta(minutes=4)
END_AT = WHOLE_AT + timedelta(minutes=4)
ELSEWHERE = "elsewhere"


def facts_of(kind: str) -> int:
    return FactRecord.objects.filter(kind=kind).count()


def break_uplink(monitors: list[Monitor], *good: bool) -> None:
    """All fail while the uplink is broken; `good` has an entry for each canary, which fail with them."""
    looks = [
        *canaries(START, BROKEN_AT, *good),
        *canaries(BROKEN_AT + SECOND, WHOLE_AT, *[False for _ in good], every_s=2),
        *canaries(WHOLE_AT + SECOND, END_AT, *good),
    ]
    checks = [
        *life(monitors, START, BROKEN_AT),
        *life(monitors, BROKEN_AT, WHOLE_AT, REFUSED, spread_s=1.2),
        *life(monitors, WHOLE_AT, END_AT),
    ]
    take_all(checks, looks)


@pytest.mark.parametrize("known", [0, 1, 2, 3])
def test_a_broken_uplink_opens_no_outage(known: int) -> None:
    monitors = monitors_of_many(12)

    break_uplink(monitors, *[True] * known)

    doubt = ProberDoubt.objects.get()
    assert not Outage.objects.exists()
    assert not Blip.objects.exists()
    assert doubt.reason == ("canaries" if known else "share")
    assert doubt.from_at == BROKEN_AT
    assert doubt.to_at is not None
    assert WHOLE_AT < doubt.to_at <= WHOLE_AT + 60 * SECOND
    assert (facts_of("watch.prober_doubted"), facts_of("watch.prober_trusted")) == (1, 1)
    assert {each.state for each in Standing.objects.all()} == {"up"}


def test_the_time_is_unknown_from_the_first_failure_to_the_first_answer() -> None:
    monitors = monitors_of_many(12)

    break_uplink(monitors, True, True)

    for number, monitor in enumerate(monitors):
        first_bad, first_good = BROKEN_AT + number * 0.1 * SECOND, WHOLE_AT + number * 5 * SECOND
        found = states(monitor, START + 60 * SECOND, END_AT - 60 * SECOND)
        assert [each[0] for each in found] == ["up", "unknown", "up"]
        assert found[1][1:] == (first_bad, first_good)
    assert {each.reason for each in Gap.objects.all()} == {"prober"}


def test_five_hundred_websites_behind_a_broken_uplink() -> None:
    monitors = monitors_of_many(500)

    take_all(life(monitors, START, START + 60 * SECOND), batch_s=5)
    take_all(life(monitors, START + 60 * SECOND, START + 150 * SECOND, REFUSED), batch_s=5)

    assert not Outage.objects.exists()
    doubt = ProberDoubt.objects.get()
    assert doubt.goes_on
    assert doubt.from_at == START + 60 * SECOND
    assert doubt.evidence["websites_failed"] == doubt.evidence["websites_looked_at"] >= 40
    for number in (0, 1, 99, 499):
        first_bad = START + 60 * SECOND + number * 0.12 * SECOND
        found = states(monitors[number], START + 65 * SECOND, START + 150 * SECOND)
        assert found[-1] == ("unknown", max(first_bad, START + 65 * SECOND), START + 150 * SECOND)


def test_five_hundred_websites_that_really_fail_are_told_while_a_canary_answers() -> None:
    monitors = monitors_of_many(500)
    down_at, end = START + 60 * SECOND, START + 135 * SECOND

    take_all(life(monitors, START, down_at), canaries(START, down_at, True, True), batch_s=5)
    take_all(life(monitors, down_at, end, REFUSED), canaries(down_at + SECOND, end, True, False), batch_s=5)

    assert not ProberDoubt.objects.exists()
    begun = dict(Outage.objects.values_list("environment", "started_at"))
    assert begun == {
        monitor.environment_id: down_at + number * 0.12 * SECOND for number, monitor in enumerate(monitors)
    }


@pytest.mark.parametrize(("clients", "host", "address"), [(1, "", ""), (0, "shared.example", ""), (0, "", "192.0.2.1")])
def test_websites_that_share_a_cause_are_one_and_cast_no_doubt(clients: int, host: str, address: str) -> None:
    monitors = monitors_of_many(40, clients=clients, host=host)
    others = monitors_of_many(10, word="other")

    take_all([*life(monitors, START, BROKEN_AT, address=address), *life(others, START, BROKEN_AT)], batch_s=5)
    failing = life(monitors, BROKEN_AT, WHOLE_AT, REFUSED, address=address, spread_s=1)
    take_all([*failing, *life(others, BROKEN_AT, WHOLE_AT)], batch_s=5)

    assert not ProberDoubt.objects.exists()
    assert Outage.objects.count() == 40


def test_an_ordinary_outage_is_opened_by_the_look_that_confirms_it() -> None:
    monitors = monitors_of_many(60)
    take_all(life(monitors, START, BROKEN_AT))

    take_all([*life(monitors[:1], BROKEN_AT, BROKEN_AT + 11 * SECOND, REFUSED)])

    outage = Outage.objects.get()
    assert outage.started_at == BROKEN_AT
    assert outage.confirmed_at == BROKEN_AT + 10 * SECOND + timedelta(milliseconds=50)
    assert not ProberDoubt.objects.exists()


def test_after_the_doubt_a_website_that_is_really_down_is_confirmed_afresh() -> None:
    monitors = monitors_of_many(12)
    dead = monitors[7]
    take_all(life(monitors, START, BROKEN_AT), canaries(START, BROKEN_AT, True))
    take_all(life(monitors, BROKEN_AT, WHOLE_AT, REFUSED), canaries(BROKEN_AT + SECOND, WHOLE_AT, False, every_s=2))

    looks = canaries(WHOLE_AT, END_AT, True, every_s=2)
    take_all([*life([each for each in monitors if each != dead], WHOLE_AT, END_AT)], looks)
    first_fresh = END_AT + SECOND
    take_all([seen(dead, first_fresh + each * SECOND, REFUSED) for each in (0, 5, 10)])

    outage = Outage.objects.get()
    assert outage.started_at == first_fresh
    assert outage.started_after is None
    assert states(dead, WHOLE_AT, first_fresh)[-1][0] == "unknown"


def test_an_outage_that_was_confirmed_before_goes_on_and_its_time_is_unknown_meanwhile() -> None:
    monitors = monitors_of_many(12)
    take_all(life(monitors, START, START + 60 * SECOND))
    take_all(
        [
            *life(monitors[:1], START + 60 * SECOND, BROKEN_AT, REFUSED),
            *life(monitors[1:], START + 60 * SECOND, BROKEN_AT),
        ]
    )
    outage = Outage.objects.get()

    take_all(life(monitors, BROKEN_AT, WHOLE_AT, REFUSED, spread_s=1))
    take_all(life(monitors, WHOLE_AT, END_AT))

    outage.refresh_from_db()
    assert outage.ended_at == WHOLE_AT
    assert [each[0] for each in states(monitors[0], START + 60 * SECOND, END_AT)] == ["down", "unknown", "up"]
    assert Outage.objects.count() == 1


def test_a_website_that_answers_while_the_prober_is_doubted_is_up() -> None:
    monitors = monitors_of_many(12)
    take_all(life(monitors, START, BROKEN_AT), canaries(START, BROKEN_AT, True, True))

    take_all(
        [*life(monitors[:8], BROKEN_AT, WHOLE_AT, REFUSED), *life(monitors[8:], BROKEN_AT, WHOLE_AT)],
        canaries(BROKEN_AT + SECOND, WHOLE_AT, False, False, every_s=2),
    )

    assert ProberDoubt.objects.get().goes_on
    assert {each[0] for each in states(monitors[9], BROKEN_AT, WHOLE_AT)} == {"up"}
    assert states(monitors[0], BROKEN_AT, WHOLE_AT)[-1][0] == "unknown"


def test_a_look_that_began_in_the_doubt_and_ended_after_it_is_not_believed() -> None:
    """It waited for its answer while the uplink was broken, and may be taken in after the canaries have answered."""
    monitors = monitors_of_many(12)
    take_all(life(monitors, START, BROKEN_AT), canaries(START, BROKEN_AT, True))
    take_all([], canaries(BROKEN_AT, WHOLE_AT, False, every_s=2))
    take_all([], canaries(WHOLE_AT, WHOLE_AT + 6 * SECOND, True, every_s=2))

    take_all([seen(monitors[0], WHOLE_AT - each * SECOND, REFUSED) for each in (9, 6, 3)])

    assert not ProberDoubt.objects.get().goes_on
    assert ProberDoubt.objects.get().withheld == 3
    assert not Outage.objects.exists()
    assert states(monitors[0], WHOLE_AT - 9 * SECOND, WHOLE_AT)[-1][0] == "unknown"


def test_what_another_place_sees_up_is_up_and_its_word_counts() -> None:
    monitors = monitors_of_many(12)
    take_all(life(monitors, START, BROKEN_AT, place=PLACE) + life(monitors, START + SECOND, BROKEN_AT, place=ELSEWHERE))

    take_all(
        life(monitors, BROKEN_AT, WHOLE_AT, REFUSED, place=PLACE, spread_s=1)
        + life(monitors, BROKEN_AT + SECOND, WHOLE_AT, place=ELSEWHERE)
    )

    assert not Outage.objects.exists()
    assert {each.place for each in ProberDoubt.objects.all()} == {PLACE}
    assert {each[0] for monitor in monitors for each in states(monitor, BROKEN_AT, WHOLE_AT)} == {"up"}


def test_what_two_places_see_failing_is_really_down() -> None:
    monitors = monitors_of_many(12)
    take_all(life(monitors, START, BROKEN_AT, place=PLACE) + life(monitors, START + SECOND, BROKEN_AT, place=ELSEWHERE))

    take_all(
        life(monitors, BROKEN_AT, WHOLE_AT, REFUSED, place=PLACE, spread_s=1)
        + life(monitors, BROKEN_AT + SECOND, WHOLE_AT, REFUSED, place=ELSEWHERE, spread_s=1)
    )

    assert not ProberDoubt.objects.exists()
    assert Outage.objects.count() == 12


def test_websites_that_never_answered_cast_no_doubt() -> None:
    """Twenty monitors with wrong addresses, added at once, are twenty wrong addresses."""
    take_all(life(monitors_of_many(20), START, START + 120 * SECOND, REFUSED))

    assert not ProberDoubt.objects.exists()
    assert Outage.objects.count() == 20


def test_one_lost_answer_of_the_only_canary_is_no_doubt() -> None:
    looks = [*canaries(START, BROKEN_AT, True), *canaries(BROKEN_AT, BROKEN_AT + SECOND, False)]

    take_all([], [*looks, *canaries(BROKEN_AT + 2 * SECOND, WHOLE_AT, True)])

    assert not ProberDoubt.objects.exists()


def test_canaries_alone_tell_of_a_broken_uplink_before_any_website_does() -> None:
    take_all([], [*canaries(START, BROKEN_AT, True, True), *canaries(BROKEN_AT, WHOLE_AT, False, False, every_s=2)])

    doubt = ProberDoubt.objects.get()
    assert (doubt.reason, doubt.from_at) == ("canaries", BROKEN_AT)
    assert [each["address"] for each in doubt.evidence["canaries"]] == [
        "https://canary-0.example/",
        "https://canary-1.example/",
    ]
    assert doubt.evidence["canaries_known"] == 2
    assert doubt.why == ("2 of 2 canaries do not answer: https://canary-0.example/, https://canary-1.example/.")


def test_taken_in_twice_it_is_the_same() -> None:
    monitors = monitors_of_many(12)
    checks = [*life(monitors, START, BROKEN_AT), *life(monitors, BROKEN_AT, WHOLE_AT, REFUSED)]
    looks = [*canaries(START, BROKEN_AT, True), *canaries(BROKEN_AT + SECOND, WHOLE_AT, False, every_s=2)]
    take_all(checks, looks)
    before = everything()

    for check in checks:
        actions.take_in(checks=[check], at=check.at)

    assert everything() == before


def everything() -> list[list[dict[str, object]]]:
    models = (CheckRow, Spell, Standing, Outage, Blip, Gap, FactRecord)
    return [list(model.objects.order_by("pk").values()) for model in models]
