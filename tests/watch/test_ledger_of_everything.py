"""Random outages, gaps, windows, exclusions, corrections and a change of clocks: what must hold of any ledger.

The seconds add up, states never overlap, the bounds hold the figure, closed books give what the facts give, and the
order in which late evidence arrives does not matter.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from mainstay.clients.models import Organisation, Website
from mainstay.policy.ledger import Ledger
from mainstay.watch import actions, queries
from mainstay.watch.actions.rejudging import SETTLED_AFTER
from mainstay.watch.facts import Attributed, Check
from mainstay.watch.models import ClosedBook, Gap, Monitor, Outage
from tests.cast import Cast
from tests.watch.world import OK, REFUSED, SLOW, check, monitor_of

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 28, 12, tzinfo=UTC)
"""London's clocks go forward in the night that follows."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STEP, STEPS = 10, 6 * 38
END = START + STEPS * STEP * MINUTE
LATER = END + HOUR
MUCH_LATER = END + timedelta(days=6)


ONCE_WRONG = (63, 66, 67, 93, 105, 128, 139)
"""Worlds in which the order of arrival did matter, while edges some seconds apart were taken for alike."""


@dataclass
class World:
    """What happened, the same for every website that it is played on."""

    terms: dict[str, Any]
    bad: set[int]
    slow: set[int]
    blind: set[int]
    windows: list[tuple[datetime, datetime]]
    gaps: list[tuple[datetime, datetime]]
    decisions: list[str]


def world(seed: int) -> World:
    random = Random(seed)

    def steps(least: int, most: int, times: int) -> set[int]:
        found: set[int] = set()
        for _ in range(random.randint(0, times)):
            first = random.randrange(2, STEPS - 6)
            found |= set(range(first, min(STEPS - 4, first + random.randint(least, most))))
        return found

    def spans(times: int) -> list[tuple[datetime, datetime]]:
        starts = [START + random.randrange(STEPS * STEP) * MINUTE for _ in range(random.randint(0, times))]
        return [(start, start + random.randint(5, 240) * MINUTE) for start in starts]

    terms = {
        "excluded": random.sample(["planned", "client", "third_party"], random.randint(0, 3)),
        "exclusion_needs_consent": random.random() < 0.5,
        "clock": random.choice(["all", "all", "office"]),
        "degraded_is_charged": random.random() < 0.3,
        "unknown_allowance": random.choice(["0 s", "2 h", "8 h"]),
        "unknown_excess": random.choice(["charged", "shown"]),
    }
    return World(
        terms=terms,
        bad=steps(3, 40, 4),
        slow=steps(1, 10, 3),
        blind=steps(4, 30, 2),
        windows=spans(2),
        gaps=spans(1),
        decisions=[random.choice(["exclude", "exclude part", "move", "take back", ""]) for _ in range(4)],
    )


def looks(monitor: Monitor, world: World, place: str, lag: int) -> list[Check]:
    """What a place saw, but for the time in which it was blind."""

    def code(step: int) -> Any:
        return REFUSED if step in world.bad else SLOW if step in world.slow else OK

    first = (START - datetime(2026, 3, 2, 8, tzinfo=UTC)) / MINUTE
    steps = [step for step in range(STEPS) if step not in world.blind]
    return [check(monitor, first + STEP * step + lag / 60, code(step), place=place) for step in steps]


def play(website: Website, world: World, order: Random, cast: Cast) -> None:
    monitor = monitor_of(website, at=START, interval_seconds=STEP * 60)
    places = {"berlin": 0, "london": 7, "paris": 190}
    seen = {place: looks(monitor, world, place, lag) for place, lag in places.items()}
    first = sorted([each for checks in seen.values() for each in checks[:2]], key=lambda each: each.at)
    actions.take_in(checks=first, at=first[-1].at)
    actions.take_in(checks=seen.pop("berlin")[2:], at=LATER)
    rest = {place: checks[2:] for place, checks in seen.items()}
    while rest:  # what one place saw comes in its order; which place is heard when is anybody's guess
        place = order.choice(sorted(rest))
        size = order.randint(10, 80)
        actions.take_in(checks=rest[place][:size], at=LATER)
        rest[place] = rest[place][size:]
        rest = {each: checks for each, checks in rest.items() if checks}
        if order.random() < 0.5:
            actions.judge_late(at=LATER + SETTLED_AFTER)
    while actions.judge_late(at=LATER + SETTLED_AFTER):
        pass
    for start, end in world.windows:
        website.client.windows.create(
            website=website, starts_at=start, ends_at=end, reason="x", announced_at=start - timedelta(days=20)
        )
    for start, end in world.gaps:
        Gap.objects.create(
            monitor=monitor, client=website.client, place="berlin", from_at=start, to_at=end, reason="prober"
        )
    decide(website, world, cast)


def decide(website: Website, world: World, cast: Cast) -> None:
    """What persons make of it; what cannot be done is refused, and that is all."""
    said = {"reason": "As agreed.", "by": cast.account_manager, "at": LATER + HOUR}
    ended = Outage.objects.valid().filter(website=website, ended_at__isnull=False).order_by("started_at")
    for outage, decision in zip(list(ended), world.decisions, strict=False):
        assert outage.ended_at is not None
        try:
            if decision.startswith("exclude"):
                actions.attribute(outage=outage, to=Attributed.CLIENT_CHANGE, **said)
                half = outage.started_at + (outage.ended_at - outage.started_at) / 2
                part = {"ends_at": half} if decision == "exclude part" else {}
                found = actions.ask_exclusion(outage=outage, **part, **said)
                if found.is_waiting:
                    actions.grant_exclusion(exclusion=found, by=cast.a_administrator, at=LATER + 2 * HOUR)
            elif decision == "move":
                edges = {"started_at": outage.started_at - 3 * MINUTE, "ended_at": outage.ended_at + 20 * MINUTE}
                actions.move_outage(outage=outage, **edges, **said)
            elif decision == "take back":
                actions.take_outage_back(outage=outage, **said)
        except (actions.ExclusionRefused, actions.CorrectionRefused):
            continue


def ledger_of(website: Website, at: datetime = MUCH_LATER) -> Ledger:
    found = queries.year_ledgers([website], at)[website.pk]
    assert found is not None
    return found


def check_holds(ledger: Ledger) -> None:
    assert ledger.entries[0].start == round(ledger.start.timestamp() * 1_000_000)
    assert all(one.end == other.start for one, other in pairwise(ledger.entries))
    assert all(each.start < each.end for each in ledger.entries)
    assert sum(ledger.totals.values(), ledger.to_come) == ledger.length
    assert sum(ledger.seconds.values()) == ledger.length.total_seconds()
    assert ledger.lower <= ledger.charged <= ledger.upper
    days = ledger.days(queries.zone_of(Website.objects.first(), MUCH_LATER))
    assert sum((each.charged for each in days), timedelta()) == ledger.charged


def website_under(cast: Cast, client: Organisation, terms: dict[str, Any]) -> Website:
    cast.signed_otherwise(client, terms={"downtime": terms})
    return client.websites.get()


@pytest.mark.parametrize("seed", [*range(16), *ONCE_WRONG])
def test_of_whatever_happened(cast: Cast, seed: int) -> None:
    happened = world(seed)
    one = website_under(cast, cast.a, happened.terms)
    other = website_under(cast, cast.b, happened.terms)
    play(one, happened, Random(f"{seed} one"), cast)
    play(other, happened, Random(f"{seed} other"), cast)

    plain = ledger_of(one)
    check_holds(plain)
    edges = list(
        Outage.objects.valid().filter(website=one).order_by("started_at").values_list("started_at", "ended_at")
    )
    assert (
        list(Outage.objects.valid().filter(website=other).order_by("started_at").values_list("started_at", "ended_at"))
        == edges
    )
    assert ledger_of(other).segments == plain.segments

    while actions.close_books(at=MUCH_LATER):
        pass
    assert ClosedBook.objects.get(website=one).upto > END
    closed = ledger_of(one)
    check_holds(closed)
    assert closed.segments == plain.segments
    assert (closed.lower, closed.upper) == (plain.lower, plain.upper)
    assert queries.budget(one, MUCH_LATER).charged_s == round(plain.charged.total_seconds())


def test_the_worlds_are_not_all_alike() -> None:
    found = [world(seed) for seed in range(24)]
    assert sum(bool(each.bad) for each in found) > 12
    assert sum(bool(each.windows) for each in found) > 6
    assert sum("client" in each.terms["excluded"] for each in found) > 6
    assert {each.terms["clock"] for each in found} == {"all", "office"}
