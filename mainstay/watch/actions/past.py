"""The past of a website, brought in from another monitor, once and marked as such."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Environment, Website
from mainstay.common import facts
from mainstay.watch.actions.latencies import take_in_latencies
from mainstay.watch.actions.running import spell_of
from mainstay.watch.actions.settling import outage_with
from mainstay.watch.facts import PastBroughtIn, Source
from mainstay.watch.models import Monitor, Outage, Spell
from mainstay.watch.models.latency import Grain
from mainstay.watch.models.monitor import INTERVAL_S_MAX, INTERVAL_S_MIN
from mainstay.watch.rules.latency import Histogram
from mainstay.watch.rules.readings import Past, Reading, Said, in_order, past_of

PLACE = "import"
BATCH = 1_000
DIGEST = "brought_in"


class PastRefused(ValueError):
    """The past cannot be brought in as it is; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class PastPlan:
    """What bringing readings in would do. Of the readings, `doubled` share an instant with a worse or like one, and
    `later` lie where Mainstay watches itself, or in the future.

    `is_there` says that just these readings are on record already.
    """

    environment: Environment
    readings: Sequence[Reading]
    past: Past
    digest: str
    doubled: int = 0
    later: int = 0
    is_there: bool = False


def plan_past(
    *, website: Website, readings: Sequence[Reading], vouches_for: timedelta = timedelta(), at: datetime
) -> PastPlan:
    """What `readings` prove of the time before Mainstay watched the website itself. Nothing is changed.

    Raises:
        PastRefused: there is nothing before that time, or another past is on record for it.
    """
    environment = Environment.objects.select_related("client", "website").get(
        website=website, kind=EnvironmentKind.LIVE
    )
    until = min(_watched_from(environment) or at, at)
    ordered = in_order(readings)
    before = [each for each in ordered if each.at < until]
    if not before:
        raise PastRefused(
            f"every reading is from {until:%Y-%m-%d %H:%M} UTC or later, and since then Mainstay watches itself"
        )
    past, digest = past_of(before, vouches_for, until), _digest(before, vouches_for)
    doubled, later = len(readings) - len(ordered), len(ordered) - len(before)
    there = _on_record(environment, past)
    is_there = any(each.settings.get(DIGEST) == digest for each in there)
    if there and not is_there:
        first = there[0]
        raise PastRefused(
            f"a past from {first.watched_from:%Y-%m-%d} to {first.retired_at:%Y-%m-%d} is on record already"
            f" ({first.name}): bring in only what lies outside it"
        )
    return PastPlan(environment, before, past, digest, doubled, later, is_there)


@transaction.atomic
def bring_past(*, plan: PastPlan, name: str, by: Any, at: datetime) -> Monitor | None:
    """Put a planned past on record: a monitor of its own that ended, its runs and its outages. None: it is there.

    Nobody is alerted, and no ticket is opened: it is over.

    Raises:
        PastRefused: meanwhile another past was brought in.
    """
    environment, past = plan.environment, plan.past
    take_turn(environment.client)
    if there := _on_record(environment, past):
        if any(each.settings.get(DIGEST) == plan.digest for each in there):
            return None
        raise PastRefused("another past was brought in meanwhile: begin again")
    monitor = Monitor.objects.create(
        client_id=environment.client_id,
        environment=environment,
        name=name[:100],
        url=environment.url,
        interval_seconds=min(INTERVAL_S_MAX, max(INTERVAL_S_MIN, round(past.usual.total_seconds()))),
        source=Source.IMPORT.value,
        settings={DIGEST: plan.digest},
        watched_from=past.start,
        retired_at=past.end,
    )
    Spell.objects.bulk_create((spell_of(each, monitor, PLACE, Source.IMPORT) for each in past.runs), batch_size=BATCH)
    Outage.objects.bulk_create(
        (outage_with(each, environment, source=Source.IMPORT.value) for each in past.outages), batch_size=BATCH
    )
    take_in_latencies(monitor=monitor, place=PLACE, grain=Grain.DAY, histograms=_days(plan.readings).items())
    fact = PastBroughtIn(
        monitor.pk, environment.website_id, past.start, past.end, len(plan.readings), len(past.outages), plan.digest
    )
    facts.record(fact, by=by, at=at, client=environment.client)
    return monitor


def _watched_from(environment: Environment) -> datetime | None:
    """Since when Mainstay watches the environment itself; None when it never did."""
    own = Monitor.objects.filter(environment=environment, counts=True).exclude(source=Source.IMPORT.value)
    return own.order_by("watched_from").values_list("watched_from", flat=True).first()


def _on_record(environment: Environment, past: Past) -> list[Monitor]:
    found = Monitor.objects.filter(
        environment=environment, source=Source.IMPORT.value, watched_from__lt=past.end, retired_at__gt=past.start
    )
    return list(found.order_by("watched_from"))


def _digest(readings: Sequence[Reading], vouches_for: timedelta) -> str:
    """What tells one past from another."""
    found = sha256(f"{vouches_for.total_seconds()}\n".encode())
    for each in readings:
        found.update(f"{each.at.isoformat()} {each.said} {each.status} {each.took_us}\n".encode())
    return found.hexdigest()


def _days(readings: Sequence[Reading]) -> dict[datetime, Histogram]:
    """Response times by day of UTC, of the readings that tell them."""
    found: dict[datetime, Histogram] = defaultdict(Histogram)
    for each in readings:
        if each.took_us and each.said in (Said.UP, Said.DEGRADED):
            found[each.at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)].add(each.took_us)
    return found
