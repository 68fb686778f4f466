"""Monitors of tasks: added, renamed, replaced, and their addresses renewed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from mainstay.common.models import FactRecord
from mainstay.watch import actions
from mainstay.watch.facts import Signal
from mainstay.watch.models import Beat, BeatSignal, Monitor
from tests.cast import Cast
from tests.watch.world import START, beat_token, heartbeat_of, live, signal

SUCCESS = Signal.SUCCESS
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATE_AFTER = HOUR + 10 * MINUTE


def test_a_task_that_is_called_otherwise_is_the_same_task(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    changed = actions.change_monitor(monitor=monitor, changes={"url": "weekly backup"}, by=cast.helper, at=START)
    assert (changed.pk, changed.url) == (monitor.pk, "weekly backup")


def test_a_monitor_that_is_replaced_hands_address_and_signals_on(cast: Cast) -> None:
    old = heartbeat_of(cast.a.websites.get())
    token = beat_token(old)
    signal(old, SUCCESS, START + MINUTE)

    new = actions.change_monitor(monitor=old, changes={"counts": True}, by=cast.helper, at=START + 2 * MINUTE)

    assert new.pk != old.pk
    assert beat_token(new) == token
    assert Beat.objects.get().due_at == START + MINUTE + LATE_AFTER
    assert [each.monitor_id for each in BeatSignal.objects.all()] == [new.pk]


def test_a_signal_that_meets_a_replacement_is_told_to_look_again(cast: Cast) -> None:
    old = heartbeat_of(cast.a.websites.get())
    beat = Beat.objects.get(monitor=old)
    actions.change_monitor(monitor=old, changes={"counts": True}, by=cast.helper, at=START)

    with pytest.raises(actions.TokenGone):
        actions.hear(beat=beat, signal=SUCCESS, at=START)
    assert not BeatSignal.objects.exists()


def test_another_interval_moves_what_is_due(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    changes = {"interval_seconds": 7200, "settings": {"grace_s": 60}}
    actions.change_monitor(monitor=monitor, changes=changes, by=cast.helper, at=START)
    assert Beat.objects.get().due_at == START + 2 * HOUR + MINUTE


def test_a_new_token_is_on_record_and_the_old_one_is_gone(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    before = beat_token(monitor)
    actions.renew_token(monitor=monitor, by=cast.helper, at=START)

    beat = Beat.objects.get()
    assert beat_token(monitor) != before
    assert before not in (beat.token, beat.token_hash)
    assert beat_token(monitor) not in beat.token
    assert FactRecord.objects.get(kind="watch.monitor_changed").body["fields"] == ["beat_token"]


@pytest.mark.parametrize(
    ("kind", "url", "seconds", "is_taken"),
    [
        ("heartbeat", "monthly invoices", 35 * 86_400, True),
        ("heartbeat", "monthly invoices", 35 * 86_400 + 1, False),
        ("heartbeat", "too often", 9, False),
        ("http", "https://a.example.org/", 86_400, True),
        ("http", "https://a.example.org/", 86_401, False),
    ],
)
def test_only_tasks_may_be_rarer_than_daily(cast: Cast, kind: str, url: str, seconds: int, is_taken: bool) -> None:
    def add() -> Monitor:
        environment = live(cast.a.websites.get())
        return actions.add_monitor(
            environment=environment, kind=kind, url=url, interval_seconds=seconds, by=cast.helper, at=START
        )

    if is_taken:
        assert add().interval_seconds == seconds
    else:
        with pytest.raises(actions.MonitorRefused) as refused:
            add()
        assert refused.value.field == "interval_seconds"


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "two\nlines", "a\x00b", "bell\x07"])
def test_the_name_of_a_task_is_one_line(cast: Cast, name: str) -> None:
    with pytest.raises(actions.MonitorRefused) as refused:
        heartbeat_of(cast.a.websites.get(), url=name)
    assert refused.value.field == "url"
    assert not Monitor.objects.exists()


def test_the_database_keeps_other_kinds_to_a_day(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get(), interval_seconds=35 * 86_400)
    with pytest.raises(IntegrityError), transaction.atomic():
        Monitor.objects.filter(pk=monitor.pk).update(kind="http")
    with pytest.raises(IntegrityError), transaction.atomic():
        Monitor.objects.filter(pk=monitor.pk).update(interval_seconds=36 * 86_400)
