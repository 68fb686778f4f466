"""The demo's monitors and what they saw: runs of checks, taken in through the watch's own judge."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil

from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Website
from mainstay.demo.world.history import Blind, Failure
from mainstay.demo.world.people import DEMO
from mainstay.watch import actions as watch
from mainstay.watch.codes import Code, State, state_of
from mainstay.watch.models import Monitor
from mainstay.watch.models.latency import Grain
from mainstay.watch.rules.judge import vouch
from mainstay.watch.rules.latency import Histogram
from mainstay.watch.rules.runs import Run

INTERVAL_S = 60
LIVE_INTERVAL_S = 5
PLACE = "local"
NOTICED = timedelta(minutes=2, seconds=5)
"""A monitor that looks once a minute is sure at the third failure."""

AFTER_RECOVERY = timedelta(minutes=5)
HOURLY = timedelta(days=14)

CODES = {
    "status": (Code.HTTP_STATUS, "503"),
    "timeout": (Code.TIMEOUT, "10 seconds"),
    "refused": (Code.CONNECTION_REFUSED, ""),
    "certificate": (Code.CERTIFICATE_ENDED, ""),
    "name": (Code.NAME_TIMEOUT, ""),
}


def add_monitor(website: Website, url: str, at: datetime, *, interval_s: int = INTERVAL_S) -> Monitor:
    """Watch a demo website at its loopback address, which an administrator has allowed."""
    live = website.environments.get(kind=EnvironmentKind.LIVE)
    return watch.add_monitor(
        environment=live,
        url=url,
        interval_seconds=interval_s,
        timeout_seconds=min(10, interval_s * 2),
        allow_private=True,
        by=DEMO,
        at=at,
    )


class Seen:
    """Takes one monitor's past in, failure by failure, up to the last look taken in."""

    def __init__(self, monitor: Monitor, since: datetime, blind: list[Blind]) -> None:
        self.monitor, self.up_to, self.blind = monitor, since, blind

    def failure(self, failure: Failure) -> Iterator[datetime]:
        """Take in what was seen up to a failure, and the failure; then the first minutes after it.

        Gives the instant at which people hear of each.
        """
        code, detail = CODES[failure.kind]
        self._take([*self._good(self.up_to, failure.start), _run(code, failure.start, failure.end, detail)])
        yield min(failure.start + NOTICED, failure.end)
        self.up_to = failure.end + AFTER_RECOVERY
        self._take([_run(Code.OK, failure.end, self.up_to)])
        yield self.up_to

    def rest(self, until: datetime) -> None:
        """Take in the good time up to `until`, and be asked for the next from there."""
        if until > self.up_to:
            self._take(list(self._good(self.up_to, until)))
            self.up_to = until

    def _good(self, start: datetime, end: datetime) -> Iterator[Run]:
        """Good checks over [start, end), but for the times when nobody was watching."""
        for each in self.blind:
            if each.end <= start or end <= each.start:
                continue
            if each.start - start >= timedelta(seconds=INTERVAL_S):
                yield _run(Code.OK, start, each.start)
            start = max(start, each.end)
        if end - start >= timedelta(seconds=INTERVAL_S):
            yield _run(Code.OK, start, end)

    def _take(self, runs: list[Run]) -> None:
        watch.take_in_spells(monitor=self.monitor, runs=runs, place=PLACE, total_us=180_000, by=DEMO)


def take_in_response_times(monitor: Monitor, since: datetime, until: datetime) -> None:
    """Response times that breathe with the day: slower at noon than at night, by the hour for the last fortnight."""
    chance = random.Random(f"response times of {monitor.environment.website.name}")  # nosec B311 # noqa: S311 - a drawing
    base_us = chance.randint(90_000, 320_000)
    turn = (until - HOURLY).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [since + timedelta(days=n) for n in range((turn - since).days)]
    hours = [turn + timedelta(hours=n) for n in range(int((until - turn) / timedelta(hours=1)))]
    for grain, slots, count in ((Grain.DAY, days, 1440), (Grain.HOUR, hours, 60)):
        found = [(slot, _histogram(chance, base_us, slot, count)) for slot in slots]
        watch.take_in_latencies(monitor=monitor, place=PLACE, grain=grain, histograms=found)


def _histogram(chance: random.Random, base_us: int, slot: datetime, count: int) -> Histogram:
    busy = 1 + 0.5 * max(0.0, 1 - abs(slot.hour - 13) / 7)
    histogram = Histogram()
    for _ in range(12):
        histogram.add(int(base_us * busy * chance.lognormvariate(0, 0.28)), count // 12)
    return histogram


def _run(code: Code, start: datetime, end: datetime, detail: str = "") -> Run:
    """Checks each minute over [start, end), the last of which vouches no further than `end`."""
    step = timedelta(seconds=INTERVAL_S)
    checks = max(1, ceil((end - start) / step))
    state: State = state_of(code)
    last = start + (checks - 1) * step
    return Run(state, code, start, last, max(last, min(end, last + vouch(INTERVAL_S))), checks, detail)
