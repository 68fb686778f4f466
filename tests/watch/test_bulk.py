"""Many monitors changed at once: planned, confirmed, carried out in turns, undone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mainstay.common.jobs import run_due
from mainstay.common.models import FactRecord
from mainstay.watch import actions, queries
from mainstay.watch.actions import bulk
from mainstay.watch.models import BulkEdit, BulkLine, Monitor
from mainstay.watch.rules.bulk import Subject, plan
from tests.cast import Cast
from tests.watch.many import monitors_of_many
from tests.watch.world import heartbeat_of, monitor_of

pytestmark = pytest.mark.django_db

SUBJECT = Subject(60, 10, counts=True, is_enabled=True, is_called=False, interval_s_min=1, interval_s_max=86_400)


def planned(cast: Cast, **wanted) -> BulkEdit:
    return actions.plan_bulk(among=Monitor.objects.all(), wanted=wanted, by=cast.administrator, at=timezone.now())


def done(cast: Cast, edit: BulkEdit) -> BulkEdit:
    """The edit, confirmed and carried out to its end."""
    actions.confirm_bulk(edit=edit, by=cast.administrator, at=timezone.now())
    while actions.carry_on(at=timezone.now()):
        pass
    edit.refresh_from_db()
    return edit


def undone(cast: Cast, edit: BulkEdit) -> BulkEdit:
    return done(cast, actions.undo_bulk(edit=edit, by=cast.administrator, at=timezone.now()))


def kinds_of_facts(monitor: Monitor) -> list[str]:
    return list(
        FactRecord.objects.filter(subject=f"monitor:{monitor.pk}").order_by("pk").values_list("kind", flat=True)
    )


@pytest.mark.parametrize(
    ("wanted", "before", "reason"),
    [
        ({"interval_seconds": 300}, {"interval_seconds": 60}, ""),
        ({"interval_seconds": 60}, None, "It is so already."),
        ({"interval_seconds": 90_000}, None, "Its kind is checked every 1 to 86400 seconds."),
        ({"interval_seconds": 4}, None, "The time limit must not be longer than two intervals."),
        ({"timeout_seconds": 30}, {"timeout_seconds": 10}, ""),
        ({"is_enabled": False}, {"is_enabled": True}, ""),
        ({"is_enabled": True}, None, "It is so already."),
        ({"counts": False}, {"counts": True}, ""),
        ({"is_retired": True}, {"is_retired": False}, ""),
        ({"look_now": True}, {}, ""),
    ],
)
def test_a_plan_says_what_each_monitor_would_become(wanted: dict, before: dict | None, reason: str) -> None:
    found = plan(SUBJECT, wanted)

    assert (found.before, found.reason) == (before, reason)


def test_a_plan_changes_nothing(cast: Cast) -> None:
    monitor = monitor_of(cast.website(cast.a))
    edit = planned(cast, interval_seconds=300)
    actions.carry_on(at=timezone.now())

    monitor.refresh_from_db()
    assert monitor.interval_seconds == 60
    assert queries.bulk_counts(edit)["waiting"] == 1


@pytest.mark.parametrize(
    ("wanted", "fact"),
    [
        ({"interval_seconds": 300}, "watch.monitor_changed"),
        ({"timeout_seconds": 30}, "watch.monitor_changed"),
        ({"is_enabled": False}, "watch.monitor_paused"),
        ({"is_retired": True}, "watch.monitor_retired"),
    ],
)
def test_each_is_changed_and_set_back_with_a_fact_of_its_own(cast: Cast, wanted: dict, fact: str) -> None:
    monitor = monitor_of(cast.website(cast.a))
    field, value = next(iter(wanted.items()))
    edit = done(cast, planned(cast, **wanted))
    monitor.refresh_from_db()
    assert getattr(monitor, field) == value
    assert kinds_of_facts(monitor)[-1] == fact

    undone(cast, edit)
    before = getattr(monitor, field)
    monitor = Monitor.objects.get(pk=monitor.pk)
    assert getattr(monitor, field) != before
    assert len(kinds_of_facts(monitor)) == 3


def test_whether_they_count_is_changed_by_new_monitors_and_set_back_on_those(cast: Cast) -> None:
    monitor_of(cast.website(cast.a))
    edit = done(cast, planned(cast, counts=False))
    changed = Monitor.objects.get(retired_at__isnull=True)
    undone(cast, edit)

    assert not changed.counts
    assert Monitor.objects.get(retired_at__isnull=True).counts
    assert Monitor.objects.count() == 3


def test_looking_now_makes_a_prober_take_it_up_and_cannot_be_undone(cast: Cast) -> None:
    monitor = monitor_of(cast.website(cast.a))
    edit = done(cast, planned(cast, look_now=True))
    monitor.refresh_from_db()

    assert monitor.version == 2
    with pytest.raises(actions.BulkRefused, match="nothing to set back"):
        actions.undo_bulk(edit=edit, by=cast.administrator, at=timezone.now())


def test_what_stays_as_it_is_is_counted_with_its_reason(cast: Cast) -> None:
    monitor_of(cast.website(cast.a), interval_seconds=300)
    heartbeat_of(cast.website(cast.a))
    edit = planned(cast, timeout_seconds=10)

    assert dict(queries.bulk_left(edit)) == {"It is so already.": 1, "A task has no time limit of this kind.": 1}
    assert not edit.lines.exists()


def test_what_somebody_changed_meanwhile_is_left_alone(cast: Cast) -> None:
    first, second = monitor_of(cast.website(cast.a)), monitor_of(cast.website(cast.b))
    edit = planned(cast, interval_seconds=300)
    actions.change_monitor(monitor=first, changes={"interval_seconds": 30}, by=cast.helper, at=timezone.now())
    done(cast, edit)
    actions.change_monitor(
        monitor=Monitor.objects.get(pk=second.pk), changes={"interval_seconds": 45}, by=cast.helper, at=timezone.now()
    )
    back = undone(cast, edit)

    assert sorted(Monitor.objects.values_list("interval_seconds", flat=True)) == [30, 45]
    assert queries.bulk_counts(edit) == {"waiting": 0, "done": 1, "left": 1}
    assert queries.bulk_left(back) == [(bulk.CHANGED_SINCE, 1)]


def test_it_goes_on_where_it_stood_and_changes_each_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monitors = monitors_of_many(5)
    monkeypatch.setattr(bulk, "TURN", 2)
    edit = planned(cast, interval_seconds=300)
    actions.confirm_bulk(edit=edit, by=cast.administrator, at=timezone.now())
    actions.carry_on(at=timezone.now())
    half = queries.bulk_counts(edit)
    run_due(timezone.now(), "bulk")
    edit.refresh_from_db()

    assert half == {"waiting": 3, "done": 2, "left": 0}
    assert edit.finished_at is not None
    assert [len(kinds_of_facts(each)) for each in monitors] == [1] * 5


def test_a_turn_that_breaks_leaves_nothing_half_done(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monitors_of_many(3)
    edit = planned(cast, interval_seconds=300)
    actions.confirm_bulk(edit=edit, by=cast.administrator, at=timezone.now())
    change, seen = bulk.monitors.change_monitor, []

    def breaks(**given):
        seen.append(given)
        if len(seen) == 3:
            raise RuntimeError("power cut")
        return change(**given)

    monkeypatch.setattr(bulk.monitors, "change_monitor", breaks)
    with pytest.raises(RuntimeError):
        actions.carry_on(at=timezone.now())

    assert set(Monitor.objects.values_list("interval_seconds", flat=True)) == {60}
    assert queries.bulk_counts(edit)["waiting"] == 3


def test_it_is_confirmed_once_and_undone_once(cast: Cast) -> None:
    monitor_of(cast.website(cast.a))
    edit = done(cast, planned(cast, interval_seconds=300))
    done(cast, edit)
    first = undone(cast, edit)

    assert undone(cast, edit) == first
    assert BulkLine.objects.filter(edit__undoes=edit).count() == 1
    assert FactRecord.objects.filter(kind="watch.monitors_changed_together").count() == 2


def test_time_runs_out_for_confirming_and_for_undoing(cast: Cast) -> None:
    monitor_of(cast.website(cast.a))
    old, later = planned(cast, interval_seconds=300), timezone.now() + timedelta(hours=25)
    with pytest.raises(actions.BulkRefused, match="more than a day old"):
        actions.confirm_bulk(edit=old, by=cast.administrator, at=later)
    with pytest.raises(actions.BulkRefused, match="not ended yet"):
        actions.undo_bulk(edit=old, by=cast.administrator, at=timezone.now())
    edit = done(cast, planned(cast, interval_seconds=300))
    with pytest.raises(actions.BulkRefused, match="15 minutes"):
        actions.undo_bulk(edit=edit, by=cast.administrator, at=timezone.now() + timedelta(minutes=16))


def test_what_nobody_confirmed_and_what_is_long_over_is_deleted(cast: Cast) -> None:
    monitor_of(cast.website(cast.a))
    planned(cast, interval_seconds=300)
    done(cast, planned(cast, interval_seconds=120))

    assert actions.prune_bulk_edits(at=timezone.now()) == 0
    actions.prune_bulk_edits(at=timezone.now() + timedelta(days=2))
    assert BulkEdit.objects.get().finished_at is not None
    actions.prune_bulk_edits(at=timezone.now() + timedelta(days=31))
    assert not BulkEdit.objects.exists()


def test_choosing_seeing_confirming_and_undoing_in_the_console(client: Client, cast: Cast) -> None:
    ticked, other = monitor_of(cast.website(cast.a)), monitor_of(cast.website(cast.a))
    client.force_login(cast.administrator)
    address = f"{reverse('console-bulk-new')}?m={ticked.pk}"

    assert "Change 1 monitor<" in client.get(address).content.decode()
    wrong = client.post(address, {"change": "interval", "seconds": ""})
    plan_page = client.post(address, {"change": "interval", "seconds": "300"}, follow=True)
    edit = BulkEdit.objects.get()
    assert wrong.status_code == 422
    assert "1 monitor will be changed" in plan_page.content.decode()

    client.post(reverse("console-bulk-confirmation", args=[edit.pk]))
    run_due(timezone.now(), "bulk")
    page = client.get(reverse("console-bulk", args=[edit.pk])).content.decode()
    assert "It can be undone until" in page
    assert set(Monitor.objects.values_list("pk", "interval_seconds")) == {(ticked.pk, 300), (other.pk, 60)}

    client.post(reverse("console-bulk-undo", args=[edit.pk]))
    run_due(timezone.now(), "bulk")
    assert set(Monitor.objects.values_list("interval_seconds", flat=True)) == {60}


def test_all_that_match_are_those_that_the_search_finds(client: Client, cast: Cast) -> None:
    monitor_of(cast.website(cast.a), name="shop")
    monitor_of(cast.website(cast.b), name="blog")
    client.force_login(cast.administrator)
    client.post(f"{reverse('console-bulk-new')}?scope=all&q=shop", {"change": "pause"})

    assert [line.monitor.name for line in BulkLine.objects.all()] == ["shop"]


def test_nothing_ticked_and_nonsense_choose_nothing(client: Client, cast: Cast) -> None:
    monitor_of(cast.website(cast.a))
    client.force_login(cast.administrator)
    page = client.get(f"{reverse('console-bulk-new')}?m=x&m=99999999999999999999").content.decode()

    assert "No monitor is ticked" in page
    assert client.post(reverse("console-bulk-new"), {"change": "explode"}).status_code == 422


def test_a_helper_may_not_change_many(client: Client, cast: Cast) -> None:
    monitor_of(cast.website(cast.a))
    edit = planned(cast, interval_seconds=300)
    client.force_login(cast.helper)

    assert client.get(reverse("console-bulk-new")).status_code == 403
    assert client.post(reverse("console-bulk-confirmation", args=[edit.pk])).status_code == 403
    edit.refresh_from_db()
    assert edit.confirmed_at is None


def test_the_facts_name_who_confirmed_it_and_who_planned_it(cast: Cast) -> None:
    monitor_of(cast.a.websites.get())
    edit = planned(cast, is_enabled=False)
    actions.confirm_bulk(edit=edit, by=cast.account_manager, at=timezone.now())
    actions.carry_on(at=timezone.now())
    assert FactRecord.objects.get(kind="watch.monitor_paused").by == cast.account_manager
    together = FactRecord.objects.get(kind="watch.monitors_changed_together")
    assert (together.by, together.body["planned_by_id"]) == (cast.account_manager, cast.administrator.pk)


def test_the_progress_stops_asking_when_it_has_ended(client: Client, cast: Cast) -> None:
    monitor_of(cast.a.websites.get())
    edit = planned(cast, is_enabled=False)
    actions.confirm_bulk(edit=edit, by=cast.administrator, at=timezone.now())
    client.force_login(cast.administrator)
    asked = {"path": reverse("console-bulk", args=[edit.pk]), "headers": {"HX-Request": "true"}}
    assert "HX-Refresh" not in client.get(**asked)
    actions.carry_on(at=timezone.now())
    assert client.get(**asked)["HX-Refresh"] == "true"


def test_a_turn_without_work_takes_no_write_lock(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert actions.carry_on(at=timezone.now()) == 0
    assert [each["sql"].split()[0] for each in seen] == ["SELECT"]
