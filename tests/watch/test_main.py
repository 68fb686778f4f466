"""The whole watch process on real clocks: it looks, stores, notices, and survives the database being away."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import certifi
import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone

from mainstay.common.settings import SettingWrong
from mainstay.watch import actions
from mainstay.watch.codes import Code
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.steps import Spec
from mainstay.watch.facts import Check, Finding, GapReason, Missed
from mainstay.watch.main import run
from mainstay.watch.models import CheckRow, Gap, Monitor, Outage, Prober, Spell, Standing
from mainstay.watch.prober import prober as probers
from mainstay.watch.prober.outbox import Batch, Outbox
from mainstay.watch.prober.schedule import Assignment, Entry
from mainstay.watch.prober.spool import Spool
from mainstay.watch.prober.work import load, signature
from mainstay.watch.rules.judge import Memory
from tests.cast import Cast
from tests.mailbox import free_port
from tests.watch.servers import page, serving
from tests.watch.world import MINUTE, OK, PLACE, REFUSED, START, check, live, monitor_of

PATIENCE_S = 15.0


@contextmanager
def watching() -> Iterator[None]:
    stop_event = threading.Event()
    thread = threading.Thread(target=run, args=(stop_event,))
    thread.start()
    try:
        yield
    finally:
        stop_event.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def monitor_on(cast: Cast, port: int) -> Monitor:
    return actions.add_monitor(
        environment=live(cast.a.websites.get()),
        url=f"http://127.0.0.1:{port}/",
        interval_seconds=1,
        timeout_seconds=1,
        allow_private=True,
        by=cast.administrator,
        at=timezone.now(),
    )


@pytest.mark.django_db(transaction=True)
def test_a_website_goes_down_and_comes_back(transactional_db: None, cast: Cast) -> None:
    with serving(page()) as port:
        monitor = monitor_on(cast, port)
        with watching():
            until(lambda: CheckRow.objects.filter(state="up").exists())
    with watching():  # its port is free now: nobody answers
        until(lambda: Outage.objects.filter(ended_at__isnull=True).exists())
    outage = Outage.objects.get()
    stopped = Gap.objects.get(reason=GapReason.STOPPED.value)
    prober = Prober.objects.get()

    assert outage.started_at == CheckRow.objects.filter(state="down").order_by("at").first().at
    assert (outage.code, outage.environment_id) == ("connection_refused", monitor.environment_id)
    assert stopped.from_at < stopped.to_at <= outage.started_at
    assert prober.stopped_at is not None
    assert prober.monitors == 1
    assert not Spell.objects.filter(to_at__gt=timezone.now() + timedelta(seconds=5)).exists()


@pytest.mark.django_db(transaction=True)
def test_checks_wait_while_the_database_is_away(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, away = actions.take_in, threading.Event()
    refused: list[int] = []

    def sometimes(**fields):
        if away.is_set():
            refused.append(len(fields["checks"]))
            raise OperationalError("the connection is gone")
        return really(**fields)

    monkeypatch.setattr(actions, "take_in", sometimes)
    with serving(page()) as port:
        monitor_on(cast, port)
        with watching():
            until(CheckRow.objects.exists)
            away.set()
            until(lambda: len(refused) >= 2)
            before = CheckRow.objects.count()
            away.clear()
            until(lambda: CheckRow.objects.count() >= before + 3)

    instants = list(CheckRow.objects.order_by("at").values_list("at", flat=True))
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(instants)]
    assert max(gaps) < 2.0
    assert len(instants) == len(set(instants))


@contextmanager
def locked() -> Iterator[None]:
    """Somebody else holds the database's lock, as a long migration does."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():  # on SQLite this alone keeps all others from writing
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("LOCK TABLE watch_checkrow IN ACCESS EXCLUSIVE MODE")
            held.set()
            done.wait(PATIENCE_S)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(PATIENCE_S)
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_locked_results_are_on_disk_and_taken_in_afterwards(
    transactional_db: None, cast: Cast
) -> None:
    folder = settings.MAINSTAY.data / "spool"
    with serving(page()) as port:
        monitor_on(cast, port)
        with watching():
            until(CheckRow.objects.exists)
            with locked():
                until(lambda: spooled(folder) >= 3)
            before = CheckRow.objects.count()
            until(lambda: CheckRow.objects.count() >= before + 5 and not spooled(folder))

    instants = list(CheckRow.objects.order_by("at").values_list("at", flat=True))
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(instants)]
    assert max(gaps) < 2.0
    assert len(instants) == len(set(instants))
    assert sum(Spell.objects.values_list("checks", flat=True)) == len(instants)
    assert not Gap.objects.exists()


def spooled(folder: Path) -> int:
    """How many checks are in the files of the spool."""
    return sum(path.read_bytes().count(b'["check",') for path in folder.rglob("*.spool"))


@pytest.mark.django_db(transaction=True)
def test_what_was_left_on_disk_by_a_killed_process_is_taken_in_once(transactional_db: None, cast: Cast) -> None:
    """Its time is known, up to the last look; only after that nobody looked."""
    monitor, now = monitor_on(cast, free_port()), timezone.now()
    Monitor.objects.update(interval_seconds=60)
    seen = [Check(monitor.pk, "local", now - timedelta(minutes=each), Finding(Code.OK)) for each in range(9, 1, -1)]
    spool = Spool(settings.MAINSTAY.data / "spool" / "place-local")
    spool.open()
    spool.append(seen)
    spool.close()
    actions.begin_watch(place="local", at=now - timedelta(minutes=30))

    with watching():
        until(lambda: CheckRow.objects.count() > len(seen))

    gap = Gap.objects.get(reason=GapReason.STOPPED.value)
    assert gap.from_at == seen[-1].at
    assert CheckRow.objects.filter(at__lt=now).count() == len(seen)
    assert Spell.objects.get(from_at=seen[0].at).checks == len(seen)
    assert not spooled(settings.MAINSTAY.data / "spool")


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_was_ahead_before_the_prober_ended_makes_no_later_look_old(
    transactional_db: None, cast: Cast
) -> None:
    """It is right now: what was seen an hour ahead does not vouch for the present, nor silence the judge."""
    monitor, now = monitor_on(cast, free_port()), timezone.now()
    ahead = now + timedelta(hours=1)
    actions.begin_watch(place="local", at=ahead)
    actions.take_in(checks=[Check(monitor.pk, "local", ahead, Finding(Code.OK))], at=ahead)

    with watching():
        until(Outage.objects.exists)

    gap = Gap.objects.get(reason=GapReason.CLOCK.value)
    assert now <= gap.from_at < gap.to_at == ahead
    assert Standing.objects.get().seen_at < ahead - timedelta(minutes=30)


@pytest.mark.django_db
def test_when_the_queue_is_full_the_oldest_are_lost_and_counted(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    checks = [check(monitor, minute, OK) for minute in range(5)]
    outbox = Outbox(room=3)

    for each in checks:
        outbox.put(each)

    assert (outbox.lost, outbox.take(10).checks) == (2, checks[2:])


@pytest.mark.django_db
def test_what_could_not_be_stored_keeps_its_place(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    checks = [check(monitor, minute, OK) for minute in range(4)]
    outbox = Outbox()
    for each in checks:
        outbox.put(each)

    outbox.put_back(outbox.take(2))

    assert outbox.take(10) == Batch(checks)


@pytest.mark.django_db
def test_what_was_seen_before_a_jump_of_the_clock_is_stored_before_it(cast: Cast) -> None:
    """After a jump back the earlier checks lie later: taken in with the others, they would make all of them old."""
    monitor = monitor_of(cast.a.websites.get())
    outbox = Outbox()
    for minute in (58, 59):
        outbox.put(check(monitor, minute, OK))
    outbox.put(Missed(PLACE, START + 30 * MINUTE, START + 60 * MINUTE, GapReason.CLOCK))
    for minute in (31, 32, 33):
        outbox.put(check(monitor, minute, REFUSED))

    while batch := outbox.take(500):
        actions.take_in(checks=batch.checks, missed=batch.missed, at=START + 60 * MINUTE)

    assert Outage.objects.get().started_at == START + 31 * MINUTE


@pytest.mark.parametrize(("still_s", "code"), [(0.5, Code.CONNECTION_REFUSED), (30.0, Code.PROBER_FAULT)])
def test_a_failure_while_the_prober_itself_stood_still_says_nothing(
    monkeypatch: pytest.MonkeyPatch, still_s: float, code: Code
) -> None:
    """A stopped process finds its requests timed out when it goes on: that is no fault of the website."""
    now_s, outbox = [100.0], Outbox()
    monkeypatch.setattr(probers, "boot_s", lambda: now_s[0])
    engine = Engine(certifi.where())
    prober = probers.Prober(PLACE, engine, outbox)
    entry = Entry(Assignment(1, 1, 60, Spec("http", "http://site.test/")), Memory(), 100.0)
    now_s[0] += still_s

    prober._seen(entry, 100.0, Finding(Code.CONNECTION_REFUSED))
    engine.close()

    (stored,) = outbox.take(10).checks
    assert stored.finding.code is code


@pytest.mark.django_db(transaction=True)
def test_no_failure_ends_the_writer(transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    really, failures = actions.show_life, [DatabaseError("the file is not a database")]

    def sometimes(**fields):
        if failures:
            raise failures.pop()
        really(**fields)

    monkeypatch.setattr(actions, "show_life", sometimes)
    with serving(page()) as port:
        monitor_on(cast, port)
        with watching():
            until(lambda: not failures and CheckRow.objects.exists())

    assert not failures


@pytest.mark.django_db
def test_a_website_that_is_no_longer_looked_after_is_new_work_at_once(cast: Cast) -> None:
    website = cast.a.websites.get()
    monitor_of(website)
    before = signature()

    website.is_active = False
    website.save()

    assert signature() != before
    assert load(PLACE).assignments == ()


def test_no_prober_takes_the_place_of_heartbeats(settings) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, watch_place="beat")
    with pytest.raises(SettingWrong, match="must not be 'beat'"):
        run(threading.Event())


@pytest.mark.django_db
def test_old_checks_go_and_hours_become_days(cast: Cast) -> None:
    from mainstay.watch.models import Latency
    from tests.watch.world import minutes, take

    take(minutes(monitor_of(cast.a.websites.get()), [OK] * 90))
    later = START + timedelta(days=40)

    assert actions.prune_checks(at=later) == 0, "they are not counted yet"
    assert actions.count_hour(at=START + timedelta(hours=2))
    assert actions.prune_checks(at=START + timedelta(hours=1)) == 0
    assert actions.prune_checks(at=later) == 0, "they are in no file yet"
    assert actions.write_evidence(at=later)
    assert actions.prune_checks(at=later) == 60
    assert actions.count_hour(at=START + timedelta(hours=3))
    assert actions.prune_checks(at=later) == 30
    assert Latency.objects.filter(grain="hour").count() == 2
    assert actions.roll_up_hours(at=later) == 2
    day = Latency.objects.get()
    assert (day.grain, day.count) == ("day", 90)
