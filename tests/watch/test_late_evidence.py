"""A place that was cut off delivers what it saw: what was judged without it is judged anew, and corrected."""

from datetime import timedelta

import pytest

from mainstay.access.models import User
from mainstay.common.facts import FactRecord
from mainstay.watch import actions, queries
from mainstay.watch.actions import rejudging
from mainstay.watch.actions.alert_cases import outage_began, outage_corrected
from mainstay.watch.actions.rejudging import SETTLED_AFTER
from mainstay.watch.facts import GapReason, Source, VoidReason
from mainstay.watch.models import AlertCase, CheckRow, Gap, LateEvidence, Monitor, Outage, Standing
from tests.cast import Cast
from tests.watch.many import states
from tests.watch.world import MINUTE, REFUSED, START, TESTS, check, monitor_of, take

pytestmark = pytest.mark.django_db
A, B = "berlin", "london"
LATER = START + 60 * MINUTE


@pytest.fixture
def monitor(cast: Cast) -> Monitor:
    """Both places see it well; then B is cut off."""
    found = monitor_of(cast.a.websites.get())
    take([check(found, 0, place=A), check(found, 0.1, place=B), check(found, 1, place=A), check(found, 1.1, place=B)])
    return found


def well(monitor: Monitor, place: str, first: int, last: int):
    return [check(monitor, minute, place=place) for minute in range(first, last + 1)]


def failing(monitor: Monitor, place: str, first: int, last: int):
    return [check(monitor, minute, REFUSED, place=place) for minute in range(first, last + 1)]


def judge_late() -> int:
    return actions.judge_late(at=LATER + SETTLED_AFTER)


def deliver(checks) -> None:
    """B is back, and delivers in portions."""
    for number in range(0, len(checks), 4):
        actions.take_in(checks=checks[number : number + 4], at=LATER)
    judge_late()


def seconds_down(monitor: Monitor) -> int:
    found = queries.ledger(monitor.environment.website, START, START + 30 * MINUTE, LATER)
    return found.seconds["down_charged"]


def kinds() -> list[str]:
    return list(
        FactRecord.objects.filter(kind__startswith="watch.outage").order_by("pk").values_list("kind", flat=True)
    )


def test_failures_that_another_place_did_not_see_make_no_outage_afterwards(monitor: Monitor) -> None:
    take([*failing(monitor, A, 2, 2), *well(monitor, A, 3, 30)])

    deliver([*failing(monitor, B, 3, 9), *well(monitor, B, 10, 30)])

    assert not Outage.objects.exists()
    assert not LateEvidence.objects.exists()


def test_an_outage_that_was_missing_is_opened_and_closed_as_found_afterwards(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    take([check(monitor, 0, place=A), check(monitor, 0.1, place=B)])
    take([*failing(monitor, A, 1, 1), *well(monitor, A, 5, 30)])  # A was too busy to look again
    assert not Outage.objects.exists()

    deliver([*failing(monitor, B, 1, 3), *well(monitor, B, 4, 30)])

    outage = Outage.objects.get()
    assert (outage.source, outage.started_at, outage.ended_at) == (
        Source.LATE,
        START + MINUTE,
        START + 4 * MINUTE,
    )
    bodies = (
        FactRecord.objects.filter(kind__startswith="watch.outage").order_by("pk").values_list("kind", "body__is_past")
    )
    assert list(bodies) == [("watch.outage_opened", True), ("watch.outage_closed", True)]
    assert seconds_down(monitor) == 180


def test_an_outage_that_one_place_made_alone_is_taken_back_when_the_other_saw_it_well(monitor: Monitor) -> None:
    take([*well(monitor, A, 2, 4), *failing(monitor, A, 5, 15), *well(monitor, A, 16, 30)])
    assert seconds_down(monitor) == 660

    deliver(well(monitor, B, 2, 30))

    outage = Outage.objects.get()
    assert (outage.is_voided, outage.void_reason) == (True, VoidReason.NONE)
    assert outage.lasted == 11 * MINUTE
    assert seconds_down(monitor) == 0
    voided = FactRecord.objects.get(kind="watch.outage_voided")
    assert (voided.body["outage_id"], voided.body["is_past"]) == (outage.pk, True)
    assert voided.corrects.kind == "watch.outage_opened"


def test_edges_that_move_are_another_outage_that_names_the_first(monitor: Monitor) -> None:
    take([*well(monitor, A, 2, 4), *failing(monitor, A, 5, 15), *well(monitor, A, 16, 30)])

    deliver([*well(monitor, B, 2, 7), *failing(monitor, B, 8, 10), *well(monitor, B, 11, 30)])

    old, new = Outage.objects.order_by("pk")
    assert (old.voided_at is not None, old.void_reason) == (True, VoidReason.EDGES)
    assert (new.corrects, new.source, new.is_voided) == (old, Source.LATE, False)
    assert (new.started_at, new.ended_at) == (START + 8 * MINUTE, START + 11 * MINUTE)
    assert seconds_down(monitor) == 180
    assert kinds() == ["watch.outage_opened", "watch.outage_closed", "watch.outage_corrected"]
    assert list(queries.taken_back(new)) == [old]
    assert queries.corrected(old) == new


def test_what_was_corrected_can_be_corrected_again(monitor: Monitor) -> None:
    take([*well(monitor, A, 2, 4), *failing(monitor, A, 5, 15), *well(monitor, A, 16, 30)])
    deliver([*well(monitor, B, 2, 7), *failing(monitor, B, 8, 10), *well(monitor, B, 11, 30)])

    late = [check(monitor, minute, REFUSED, place="paris") for minute in (5, 6, 7)]
    deliver([check(monitor, 4, place="paris"), *late, *well(monitor, "paris", 8, 30)])

    first = Outage.objects.order_by("pk").first()
    assert [each.corrects_id for each in Outage.objects.exclude(pk=first.pk)] == [first.pk, first.pk]
    assert Outage.objects.valid().get().started_at == START + 6 * MINUTE  # at minute 5 only one of three had failed


def test_late_checks_that_agree_change_nothing_and_fill_what_was_unknown(monitor: Monitor) -> None:
    take([*well(monitor, A, 2, 4), *well(monitor, A, 20, 30)])
    assert [each[0] for each in states(monitor, START, START + 30 * MINUTE)] == ["up", "unknown", "up"]

    deliver(well(monitor, B, 2, 30))

    assert [each[0] for each in states(monitor, START, START + 30 * MINUTE)] == ["up"]
    assert not Outage.objects.exists()
    assert not LateEvidence.objects.exists()


def test_an_outage_that_goes_on_keeps_who_took_it_on(monitor: Monitor, cast: Cast) -> None:
    helper: User = cast.helper
    take([*well(monitor, A, 2, 9), *failing(monitor, A, 10, 30)])
    actions.acknowledge(outage=Outage.objects.get(), note="On it.", by=helper, at=LATER)

    deliver([*well(monitor, B, 2, 19), *failing(monitor, B, 20, 30)])

    outage = Outage.objects.valid().get()
    assert outage.is_open
    assert outage.started_at == START + 20 * MINUTE
    assert (outage.acknowledged_by, outage.acknowledgement_note) == (helper, "On it.")
    assert kinds()[-1] == "watch.outage_corrected"
    take(well(monitor, A, 31, 32) + well(monitor, B, 31, 32))
    assert Outage.objects.valid().get().ended_at == START + 31 * MINUTE


def test_the_judge_goes_on_from_what_comes_out(monitor: Monitor) -> None:
    take([*well(monitor, A, 2, 4), *failing(monitor, A, 5, 30)])
    assert Standing.objects.get().is_down

    deliver(well(monitor, B, 2, 30))

    assert not Standing.objects.get().is_down
    take([check(monitor, 31, REFUSED, place=B), check(monitor, 31.5, REFUSED, place=A)])
    take([check(monitor, 32, REFUSED, place=B), check(monitor, 32.5, REFUSED, place=A)])
    assert Outage.objects.valid().get().started_at == START + 31 * MINUTE


def test_what_was_not_believed_stays_so(monitor: Monitor) -> None:
    Gap.objects.create(
        place=B, monitor=monitor, client=monitor.client, from_at=START, to_at=LATER, reason=GapReason.PROBER
    )
    take([*failing(monitor, A, 2, 2), *well(monitor, A, 6, 30)])

    deliver(failing(monitor, B, 2, 4))

    assert not Outage.objects.exists()


def test_what_is_no_longer_kept_is_not_judged(monitor: Monitor) -> None:
    take([*well(monitor, A, 2, 4), *failing(monitor, A, 5, 15), *well(monitor, A, 16, 30)])
    actions.take_in(checks=well(monitor, B, 2, 30), at=LATER)
    CheckRow.objects.all().delete()

    assert actions.judge_late(at=LATER + timedelta(days=2)) == 1

    assert not Outage.objects.get().is_voided
    assert not LateEvidence.objects.exists()


def test_what_was_judged_by_other_monitors_is_not_judged_anew(monitor: Monitor) -> None:
    take([*well(monitor, A, 2, 4), *failing(monitor, A, 5, 15), *well(monitor, A, 16, 20)])
    other = monitor_of(monitor.environment.website)
    actions.retire(monitor=other, by=TESTS, at=START + 25 * MINUTE)

    deliver(well(monitor, B, 2, 30))

    assert not Outage.objects.get().is_voided


def test_one_place_that_delivers_late_is_judged_in_its_order_at_once(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    take(well(monitor, A, 0, 4))

    deliver([*failing(monitor, A, 5, 15), *well(monitor, A, 16, 30)])

    assert Outage.objects.get().source == Source.PROBER
    assert not LateEvidence.objects.exists()


def test_while_a_place_still_delivers_it_is_waited_for(monitor: Monitor) -> None:
    take([*well(monitor, A, 2, 4), *failing(monitor, A, 5, 15), *well(monitor, A, 16, 30)])
    actions.take_in(checks=well(monitor, B, 2, 10), at=LATER)

    assert actions.judge_late(at=LATER + timedelta(seconds=1)) == 0
    assert judge_late() == 1


def test_an_outage_that_was_thought_over_and_goes_on_is_corrected_and_told_anew(monitor: Monitor) -> None:
    take([*failing(monitor, A, 5, 11), *well(monitor, A, 12, 14)])
    deliver([])
    Outage.objects.filter(ended_at__isnull=True).update(ended_at=START + 12 * MINUTE, ended_after=START + 11 * MINUTE)
    (old,) = Outage.objects.valid()
    AlertCase.objects.filter(outage=old).update(ended_at=START + 12 * MINUTE)
    new = Outage.objects.create(
        client=old.client,
        website=old.website,
        environment=old.environment,
        started_at=START + 4 * MINUTE,
        confirmed_at=START + 6 * MINUTE,
        code="timeout",
        corrects=old,
        voided_at=LATER,
        void_reason="edges",
    )

    outage_corrected(old, new, LATER)
    outage_began(new)

    assert AlertCase.objects.filter(outage=new, ended_at__isnull=True).count() == 1
    assert AlertCase.objects.get(outage=old).ended_at == START + 12 * MINUTE


def test_one_environment_that_cannot_be_judged_holds_no_other_back(
    cast: Cast, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = monitor_of(cast.b.websites.get())
    for each in (monitor, other):
        LateEvidence.objects.create(
            environment=each.environment, client=each.client, from_at=START, noted_at=START, heard_at=START
        )
    judged = []

    def judge_anew(*, environment_id: int, **_: object) -> None:
        if environment_id == monitor.environment_id:
            raise RuntimeError("this one is broken")
        judged.append(environment_id)

    monkeypatch.setattr(rejudging, "judge_anew", judge_anew)
    judge_late()

    assert judged == [other.environment_id]
    assert LateEvidence.objects.get(environment=monitor.environment).heard_at == LATER + SETTLED_AFTER
