"""Facts: written once, brought to their handlers in order."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connections, transaction

from mainstay.common import facts, jobs
from mainstay.common.facts import subscriptions
from mainstay.common.jobs import clean
from mainstay.common.models import FactDelivery, FactRecord

pytestmark = pytest.mark.django_db
WATCH = facts.Process("watch")


class Code(StrEnum):
    REFUSED = "connection_refused"


@dataclass(frozen=True)
class LampBroken:
    kind: ClassVar[str] = "test.lamp_broken"
    lamp_id: int
    value: Any = None

    @property
    def subject(self) -> str:
        return f"lamp:{self.lamp_id}"


@pytest.fixture
def subscribe():
    """Subscribe handlers to broken lamps for this test alone."""
    subscribed = []

    def subscribe_(*handlers):
        subscribed.extend(handlers)
        facts.subscribe({LampBroken.kind: handlers})

    yield subscribe_
    for handler in subscribed:
        subscriptions.unsubscribe(handler)


@pytest.fixture
def heard(subscribe):
    """A handler that keeps what it hears: subject and value."""
    kept = []

    def hear(fact: FactRecord) -> None:
        kept.append((fact.subject, fact.body["value"]))

    subscribe(hear)
    return kept


def broken(lamp_id, value=None, *, at, **more):
    return facts.record(LampBroken(lamp_id, value), by=WATCH, at=at, **more)


def test_fact_says_who_what_and_when(now):
    written = broken(7, 3, at=now)
    kept = FactRecord.objects.get(pk=written.pk)
    assert (kept.kind, kept.subject, kept.at) == ("test.lamp_broken", "lamp:7", now)
    assert (kept.process, kept.by, kept.body) == ("watch", None, {"lamp_id": 7, "value": 3})
    assert kept.recorded_at > kept.at


def test_fact_of_a_person_names_the_person(now):
    person = get_user_model().objects.create_user("ada@example.org", name="Ada Moss")
    written = facts.record(LampBroken(1), by=person, at=now)
    assert (written.by, written.process) == (person, "")


def test_correction_names_the_fact_that_it_corrects(now):
    first = broken(1, at=now)
    second = broken(1, at=now, corrects=first)
    assert list(first.corrected_by.all()) == [second]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (datetime(2026, 3, 1, 9, tzinfo=UTC), "2026-03-01T09:00:00+00:00"),
        (date(2026, 3, 1), "2026-03-01"),
        (timedelta(minutes=2), 120.0),
        (Decimal("1.50"), "1.50"),
        (Code.REFUSED, "connection_refused"),
        ((1, "a"), [1, "a"]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({"code": 503}, {"code": 503}),
        (None, None),
        (True, True),
    ],
)
def test_values_are_kept_as_json(value, kept, now):
    written = broken(1, value, at=now)
    assert FactRecord.objects.get(pk=written.pk).body["value"] == kept


@pytest.mark.parametrize(
    "value",
    ["Ada Moss", "ada@example.org", "line\nbreak", "x" * 201, b"x", object(), datetime(2026, 3, 1), {"a b": 1}],  # noqa: DTZ001
)
def test_text_has_no_place_in_a_fact(value, now):
    with pytest.raises(facts.FactHoldsText, match="value"):
        broken(1, value, at=now)


def test_facts_are_never_changed_or_deleted(now):
    written = broken(1, at=now)
    loaded = FactRecord.objects.get(pk=written.pk)
    attempts = [
        loaded.save,
        loaded.delete,
        lambda: FactRecord.objects.update(subject="lamp:2"),
        lambda: FactRecord.objects.all().delete(),
        lambda: FactRecord.objects.bulk_update([loaded], ["subject"]),
        written.save,
    ]
    for attempt in attempts:
        with pytest.raises(facts.FactsAreAppendOnly):
            attempt()
    assert FactRecord.objects.get().subject == "lamp:1"


@pytest.mark.parametrize("who", [{"process": ""}, {"process": "watch", "by": True}])
def test_database_wants_a_person_or_a_process(who, now):
    person = get_user_model().objects.create_user("ada@example.org", name="Ada Moss")
    values = {"kind": "k", "subject": "s", "at": now, "recorded_at": now, **who}
    if who.get("by"):
        values["by"] = person
    with pytest.raises(IntegrityError), transaction.atomic():
        FactRecord.objects.create(**values)


def test_rolled_back_transaction_leaves_no_fact_and_no_delivery(heard, now, interrupt):
    interrupt(lambda: broken(1, at=now))
    assert (FactRecord.objects.count(), FactDelivery.objects.count()) == (0, 0)
    assert facts.deliver_due(now) == 0
    assert heard == []


def test_facts_are_delivered_once_in_their_order(heard, now):
    for value in range(3):
        broken(1, value, at=now)
    assert facts.deliver_due(now) == 3
    assert facts.deliver_due(now) == 0
    assert heard == [("lamp:1", 0), ("lamp:1", 1), ("lamp:1", 2)]


def test_facts_of_other_kinds_are_not_delivered(heard, now):
    @dataclass(frozen=True)
    class LampMended(LampBroken):
        kind: ClassVar[str] = "test.lamp_mended"

    facts.record(LampMended(1), by=WATCH, at=now)
    assert facts.deliver_due(now) == 0


def test_worker_delivers_facts_in_its_lane(heard, now):
    broken(1, at=now)
    assert jobs.run_due(now, "mail") == 0
    assert jobs.run_due(now, "facts") == 1
    assert len(heard) == 1


def test_failing_handler_holds_back_its_subject_and_nothing_else(subscribe, heard, now):
    tried = []

    def stumble(fact: FactRecord) -> None:
        tried.append((fact.subject, fact.body["value"]))
        if fact.subject == "lamp:1" and len(tried) < 3:
            raise RuntimeError("no lamp")

    subscribe(stumble)
    for lamp_id, value in ((1, "a"), (2, "b"), (1, "c")):
        broken(lamp_id, value, at=now)
    facts.deliver_due(now)
    assert tried == [("lamp:1", "a"), ("lamp:2", "b")]
    assert heard == [("lamp:1", "a"), ("lamp:2", "b"), ("lamp:1", "c")]
    held = FactDelivery.objects.filter(delivered_at__isnull=True).order_by("pk")
    assert [each.attempts for each in held] == [1, 0]
    assert held[0].last_error.startswith("RuntimeError: no lamp")
    assert now + timedelta(seconds=1) < held[0].due_at < now + timedelta(seconds=3)
    facts.deliver_due(now + timedelta(minutes=1))
    assert tried[2:] == [("lamp:1", "a"), ("lamp:1", "c")]
    assert not FactDelivery.objects.filter(delivered_at__isnull=True).exists()


def test_failing_handler_waits_longer_each_time(subscribe, now):
    def stumble(fact: FactRecord) -> None:
        raise RuntimeError("no lamp")

    subscribe(stumble)
    broken(1, at=now)
    waits = []
    for _ in range(4):
        at = FactDelivery.objects.get().due_at
        facts.deliver_due(at)
        waits.append((FactDelivery.objects.get().due_at - at).total_seconds())
    assert all(1.6 * 2**number <= wait <= 2.4 * 2**number for number, wait in enumerate(waits))


def test_effect_of_a_handler_that_fails_is_rolled_back(subscribe, now):
    def record_then_fail(fact: FactRecord) -> None:
        get_user_model().objects.create_user("half@example.org", name="Half Done")
        raise RuntimeError("too late")

    subscribe(record_then_fail)
    broken(1, at=now)
    facts.deliver_due(now)
    assert not get_user_model().objects.exists()


def test_handler_may_record_further_facts(subscribe, now):
    def chain(fact: FactRecord) -> None:
        if fact.body["value"] < 3:
            broken(1, fact.body["value"] + 1, at=now)

    subscribe(chain)
    broken(1, 0, at=now)
    assert facts.deliver_due(now) == 4


def test_batch_is_bounded(heard, now):
    for value in range(5):
        broken(value, value, at=now)
    assert [facts.deliver_due(now, limit=2) for _ in range(3)] == [2, 2, 1]


def test_delivery_to_a_handler_that_is_gone_is_kept_with_its_reason(subscribe, now):
    def vanish(fact: FactRecord) -> None:
        raise AssertionError("not called")

    subscribe(vanish)
    broken(1, at=now)
    subscriptions.unsubscribe(vanish)
    facts.deliver_due(now)
    assert "has subscribed" in FactDelivery.objects.get().last_error


def test_old_deliveries_are_cleared_up_and_facts_stay(heard, now):
    broken(1, at=now)
    facts.deliver_due(now)
    assert clean.deliveries(now + clean.DELIVERED_KEPT) == 0
    assert clean.deliveries(now + clean.DELIVERED_KEPT + timedelta(seconds=1)) == 1
    assert FactRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_racing_workers_deliver_each_fact_once_and_in_order(subscribe, now):
    lock, kept = threading.Lock(), []

    def hear(fact: FactRecord) -> None:
        with lock:
            kept.append((fact.subject, fact.body["value"]))

    subscribe(hear)
    for value in range(20):
        for lamp_id in (1, 2):
            broken(lamp_id, value, at=now)

    def work(_):
        try:
            while FactDelivery.objects.filter(delivered_at__isnull=True).exists():
                facts.deliver_due(now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    for lamp in ("lamp:1", "lamp:2"):
        assert [value for subject, value in kept if subject == lamp] == list(range(20))
