"""Monitors and checks for the tests of the watch."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from mainstay.access.models import User
from mainstay.clients.models import Environment, Website
from mainstay.common import sealed
from mainstay.common.facts import Process
from mainstay.watch import actions
from mainstay.watch.codes import Code
from mainstay.watch.facts import Attributed, Check, DependencyKind, Finding, Phases, Signal
from mainstay.watch.models import Attribution, Beat, BulkEdit, Dependency, DependencyFailure, Monitor, Outage

TESTS = Process("tests")
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PLACE = "here"

OK = Code.OK
SLOW = Code.SLOW
REFUSED = Code.CONNECTION_REFUSED
FAULT = Code.PROBER_FAULT


def live(website: Website) -> Environment:
    return website.environments.get(kind="live")


def monitor_of(website: Website, *, at: datetime = START, **fields: Any) -> Monitor:
    """A monitor of a website's live environment, watched since the day before `at`."""
    given = {"url": website.url, **fields}
    return actions.add_monitor(environment=live(website), by=TESTS, at=at - timedelta(days=1), **given)


def heartbeat_of(website: Website, *, at: datetime = START, **fields: Any) -> Monitor:
    """A task of a website's live environment that is to report every hour, ten minutes late at most."""
    given = {"url": "nightly backup", "interval_seconds": 3600, "settings": {"grace_s": 600}, "counts": False, **fields}
    return actions.add_monitor(environment=live(website), kind="heartbeat", by=TESTS, at=at, **given)


def beat_token(monitor: Monitor) -> str:
    """The secret part of the address at which a task reports."""
    return sealed.unseal(Beat.objects.get(monitor=monitor).token)


def signal(monitor: Monitor, said: Signal, at: datetime, **more: Any) -> None:
    """Let a task say something at `at`."""
    actions.hear(beat=Beat.objects.get(monitor=monitor), signal=said, at=at, **more)


def check(monitor: Monitor, minute: float, code: Code = OK, *, place: str = PLACE, total_us: int = 120_000) -> Check:
    """A check `minute` minutes after `START`."""
    finding = Finding(code, status=200, phases=Phases(first_byte_us=total_us), address="192.0.2.7")
    return Check(monitor.pk, place, START + minute * MINUTE, finding, total_us)


def minutes(monitor: Monitor, codes: Iterable[Code], *, first: int = 0) -> list[Check]:
    """A check a minute."""
    return [check(monitor, first + minute, code) for minute, code in enumerate(codes)]


def take(checks: list[Check], **fields: Any) -> int:
    """Take checks in at the instant of the last one."""
    return actions.take_in(checks=checks, at=max((each.at for each in checks), default=START), **fields)


def open_outage(website: Website) -> Outage:
    """An outage of a website that goes on."""
    take(minutes(monitor_of(website), [OK, REFUSED, REFUSED, REFUSED]))
    return Outage.objects.get(website=website)


def ended_outage(website: Website) -> Outage:
    """An outage of a website of five minutes, from the second minute on, and two minutes after it."""
    take(minutes(monitor_of(website), [OK, *([REFUSED] * 5), OK, OK, OK]))
    return Outage.objects.get(website=website)


def attributed(outage: Outage, to: Attributed, by: User, at: datetime = START + 30 * MINUTE) -> Attribution:
    """An outage put down to something."""
    return actions.attribute(outage=outage, to=to, reason="Their log says so.", reference="T-1", by=by, at=at)


def dependency_of(name: str = "web-3", address: str = "web-3.example.net", **fields: Any) -> Dependency:
    """A host that websites can stand behind."""
    given = {"kind": DependencyKind.HOST, "address": address, **fields}
    return actions.add_dependency(name=name, by=TESTS, at=START - timedelta(days=1), **given)


def failed(dependency: Dependency, minute: float = 1) -> DependencyFailure:
    """A failure of it that goes on."""
    take([check(dependency.monitor, minute + n / 10, REFUSED) for n in range(3)])
    return DependencyFailure.objects.get(dependency=dependency, ended_at__isnull=True)


def paused_together(website: Website, by: User) -> BulkEdit:
    """A plan to pause all monitors of a website, of which it has one."""
    monitor_of(website)
    among = Monitor.objects.filter(environment__website=website)
    return actions.plan_bulk(among=among, wanted={"is_enabled": False}, by=by, at=timezone.now())
