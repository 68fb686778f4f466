"""Hundreds of websites under watch, and what a prober sees of them: for tests of what fails together."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from mainstay.clients.models import Environment, Organisation, Website
from mainstay.watch import actions, queries
from mainstay.watch.codes import Code
from mainstay.watch.facts import CanaryLook, Check, Finding
from mainstay.watch.models import Monitor
from tests.watch.world import OK, PLACE, REFUSED, START

SECOND = timedelta(seconds=1)
EVERY_S = 60
RECHECKS_S = (0, 5, 10)
SINCE = START - timedelta(days=1)


def monitors_of_many(websites: int, *, clients: int = 0, host: str = "", word: str = "many") -> list[Monitor]:
    """A monitor on the live environment of each of so many websites, of as many unrelated clients or of `clients`."""
    owners = Organisation.objects.bulk_create(
        [
            Organisation(name=f"Client {number}", slug=f"{word}-{number}", kind="client", created_at=SINCE)
            for number in range(clients or websites)
        ]
    )
    sites = Website.objects.bulk_create(
        [
            Website(client=owner, name=name, slug=name, url=f"https://{host or f'{name}.example'}/", created_at=SINCE)
            for owner, name in ((owners[n % len(owners)], f"site-{n}") for n in range(websites))
        ]
    )
    environments = Environment.objects.bulk_create(
        [Environment(website=site, client=site.client, kind="live", url=site.url) for site in sites]
    )
    return Monitor.objects.bulk_create(
        [
            Monitor(environment=each, client=each.client, url=each.url, watched_from=SINCE, interval_seconds=EVERY_S)
            for each in environments
        ]
    )


def seen(monitor: Monitor, at: datetime, code: Code = OK, *, place: str = PLACE, address: str = "") -> Check:
    """One look; a website has an address of its own unless one is given."""
    own = f"10.{monitor.pk // 62500 % 250}.{monitor.pk // 250 % 250}.{monitor.pk % 250}"
    return Check(monitor.pk, place, at, Finding(code, address=address or own), 50_000)


def life(
    monitors: Sequence[Monitor],
    start: datetime,
    end: datetime,
    code: Code = OK,
    *,
    address: str = "",
    place: str = PLACE,
    spread_s: float = EVERY_S,
) -> list[Check]:
    """What a prober sees in [start, end): each monitor once a minute, a failure again soon.

    The first looks are spread over `spread_s`: a minute as a rule, less where a failure made it look at others too.
    """
    found = []
    for number, monitor in enumerate(monitors):
        first = start + number * spread_s * SECOND / len(monitors)
        slots = [first + turn * EVERY_S * SECOND for turn in range(int((end - first) / (EVERY_S * SECOND)) + 1)]
        again = [first + each * SECOND for each in RECHECKS_S[1:]] if code != OK else []
        found += [seen(monitor, at, code, address=address, place=place) for at in (*slots, *again) if at < end]
    return found


def canaries(start: datetime, end: datetime, *good: bool, every_s: int = 10, place: str = PLACE) -> list[CanaryLook]:
    """Looks at as many canaries as `good` has, each of which answers or not."""
    turns = range(int((end - start) / (every_s * SECOND)) + 1)
    return [
        CanaryLook(place, f"https://canary-{number}.example/", at, is_good, OK if is_good else REFUSED)
        for at in (start + turn * every_s * SECOND for turn in turns)
        for number, is_good in enumerate(good)
        if at < end
    ]


def take_all(checks: Iterable[Check], looks: Iterable[CanaryLook] = (), *, batch_s: float = 1.0) -> None:
    """Take in as the writer does: a batch about once a second."""
    events: list[Check | CanaryLook] = sorted([*checks, *looks], key=lambda each: each.at)
    start = 0
    while start < len(events):
        until = events[start].at + batch_s * SECOND
        end = start
        while end < len(events) and events[end].at < until and end - start < actions.BATCH_MAX:
            end += 1
        batch, start = events[start:end], end
        actions.take_in(
            checks=[each for each in batch if isinstance(each, Check)],
            canaries=[each for each in batch if isinstance(each, CanaryLook)],
            at=batch[-1].at,
        )


def states(monitor: Monitor, start: datetime, end: datetime) -> list[tuple[str, datetime, datetime]]:
    """How its website stood in [start, end), as ledgers are made of it."""
    website = monitor.environment.website
    history = queries.histories([website], start, end, end)[website.pk]
    return [(each.state.value, each.start, each.end) for each in history.stretches(start, end)]
