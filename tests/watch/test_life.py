"""Whether Mainstay is well: the health address, and the dead-man's switch."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from mainstay.common import mail
from mainstay.common.jobs import LANES, task
from mainstay.common.jobs.turns import note_turn
from mainstay.common.models import PeriodicSlot
from mainstay.config.doctor import running
from mainstay.watch import actions, worker
from mainstay.watch.models import AlertCase, Prober, ProberDoubt
from mainstay.watch.queries.life import troubles
from tests.cast import Cast
from tests.watch.world import monitor_of

pytestmark = pytest.mark.django_db


@task(queue="timers")
def chore() -> None:
    """Nothing."""


@pytest.fixture
def well(cast: Cast, now: datetime) -> datetime:
    """An installation that is well at the instant this gives."""
    at = timezone.now()
    monitor_of(cast.a.websites.get())
    PeriodicSlot.objects.create(task="some", slot_at=at)
    for lane in LANES:
        note_turn(lane, at, {})
    Prober.objects.create(place="here", started_at=at, seen_at=at)
    return at


@pytest.fixture
def called(settings) -> Iterator[list[str]]:
    """The paths that the dead-man's address was called with."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing: tests stay quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/ping"
    settings.MAINSTAY = replace(settings.MAINSTAY, dead_man_url=url)
    yield paths
    server.shutdown()
    server.server_close()
    thread.join()


def test_all_is_well(well: datetime) -> None:
    assert troubles(well) == []


def test_a_silent_prober_a_silent_worker_and_late_jobs_are_told_apart(well: datetime) -> None:
    assert troubles(well + timedelta(minutes=3)) == ["jobs", "prober"]
    PeriodicSlot.objects.update(slot_at=well + timedelta(minutes=3))
    Prober.objects.update(seen_at=well + timedelta(minutes=3))
    chore.enqueue()
    assert troubles(well + timedelta(minutes=3)) == ["alerts"]


def test_an_installation_that_never_worked_is_not_well(now: datetime) -> None:
    assert "jobs" in troubles(now)


def test_the_health_address_says_well_or_what_is_wrong(well: datetime, client: Client) -> None:
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (200, b"well\n")
    assert "no-store" in answer["Cache-Control"]
    Prober.objects.update(seen_at=well - timedelta(hours=1))
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (503, b"not well: prober\n")


def test_the_dead_man_s_address_is_called_while_all_is_well(well: datetime, called: list[str]) -> None:
    worker.call_dead_man(well)
    assert called == ["/ping"]


def test_it_is_silent_when_something_is_wrong(well: datetime, called: list[str]) -> None:
    worker.call_dead_man(well + timedelta(minutes=3))
    assert called == []


def test_it_is_silent_where_none_is_set(well: datetime) -> None:
    worker.call_dead_man(well)


def test_a_call_that_fails_is_logged_and_nothing_more(well: datetime, called: list[str], settings) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, watch_allow_private=False)
    with capture_logs() as logged:
        worker.call_dead_man(well)
    assert called == []
    assert [each["event"] for each in logged] == ["the dead-man's switch could not be called"]


def test_a_lane_that_hangs_is_seen_by_what_it_leaves_undone(well: datetime, cast: Cast) -> None:
    def late(at: datetime) -> list[str]:
        PeriodicSlot.objects.update(slot_at=at)
        Prober.objects.update(seen_at=at)
        return troubles(at)

    doubt = ProberDoubt.objects.create(place="here", from_at=well, reason="canaries", evidence={})
    actions.doubt_began(doubt=doubt, at=well)
    assert late(well + timedelta(minutes=1)) == []
    assert late(well + timedelta(minutes=3)) == ["alerts"]
    AlertCase.objects.update(due_at=well + timedelta(minutes=3))
    assert late(well + timedelta(minutes=3)) == []
    mail.post(mail.Letter("Subject", "Text"), to=cast.helper.email, key="one", at=well)
    assert late(well + timedelta(minutes=3)) == ["alerts"]


@pytest.mark.parametrize("lane", ["facts", "timers", "notify", "mail"])
def test_a_lane_that_hangs_is_seen_though_nothing_waits_for_it(well: datetime, lane: str) -> None:
    later = well + timedelta(minutes=4)
    for each in set(LANES) - {lane}:
        note_turn(each, later, {})
    Prober.objects.update(seen_at=later)
    assert troubles(later) == ["alerts"]
    note_turn(lane, later, {})
    assert troubles(later) == []


def test_long_work_in_bulk_is_no_trouble(well: datetime) -> None:
    later = well + timedelta(minutes=30)
    for each in set(LANES) - {"bulk"}:
        note_turn(each, later, {})
    Prober.objects.update(seen_at=later)
    assert troubles(later) == []


def test_the_doctor_names_lanes_that_hang(well: datetime) -> None:
    assert running.worker().verdict == "ok"
    PeriodicSlot.objects.filter(task="lane:timers").update(slot_at=well - timedelta(minutes=5))
    found = running.worker()
    assert found.verdict == "fail"
    assert "timers" in found.sentence
