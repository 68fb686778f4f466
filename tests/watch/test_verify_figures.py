"""A bundle's figures are worked out anew from its checks: they are the ledger's, or what differs is named."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mainstay.clients import actions as clients
from mainstay.clients.facts import AvailabilityRule
from mainstay.watch import actions
from mainstay.watch.facts import Attributed, Check, GapReason, Missed
from mainstay.watch.models import Gap, Monitor, Outage, ProberDoubt
from mainstay.watch.queries import account
from tests.cast import Cast
from tests.watch.bundles import bundle_of, change_manifest, manifest_of, sealed, wrong
from tests.watch.world import MINUTE, OK, PLACE, REFUSED, SLOW, START, TESTS, check, live, minutes, monitor_of, take

pytestmark = pytest.mark.django_db
HOUR = 60 * MINUTE
LONG = 150
SHOWN = {"downtime": {"unknown_excess": "shown"}}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, data=tmp_path / "data")


class World:
    """A website that goes up and down at random, looked at by some monitors from some places."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.chance, self.cast = random.Random(seed), cast
        self.places = self.chance.choice([["here"], ["here", "there"], ["here", "there", "yonder"]])
        self.website = cast.website(cast.a)
        self.monitors = [monitor_of(self.website) for _ in range(self.chance.choice([1, 2, 3]))]
        rule = self.chance.choice(list(AvailabilityRule))
        quorum = 2 if rule is AvailabilityRule.QUORUM else None
        at = START - timedelta(days=2)
        clients.set_availability_rule(environment=live(self.website), rule=rule, quorum=quorum, by=TESTS, at=at)

    def agree(self) -> None:
        """Terms at random, and work that was planned."""
        chance = self.chance
        downtime = {
            "clock": chance.choice(["all", "office"]),
            "excluded": chance.choice([[], ["planned"]]),
            "unknown_allowance": chance.choice(["5 min", "8 h"]),
            "unknown_excess": chance.choice(["shown", "charged"]),
            "degraded_is_charged": chance.choice([True, False]),
        }
        self.cast.signed_otherwise(self.cast.a, terms={"downtime": downtime})
        start = START + chance.randrange(LONG) * MINUTE
        clients.add_window(
            client=self.cast.a,
            starts_at=start,
            ends_at=start + 20 * MINUTE,
            reason="Upgrade",
            by=TESTS,
            at=start - timedelta(days=30),
        )

    def happen(self) -> None:
        """Checks minute by minute, with holes, a place that is silent for a time, and a monitor that is paused."""
        chance = self.chance
        blind = {place: chance.randrange(LONG) if chance.random() < 0.5 else -100 for place in self.places}
        pausing = chance.choice(self.monitors) if chance.random() < 0.5 else None
        pause_at = chance.randrange(20, LONG - 30)
        late: list[Check] = []
        is_late = pausing is None and len(self.places) > 1 and chance.random() < 0.5
        codes = {each.pk: OK for each in self.monitors}
        for minute in range(LONG):
            if pausing is not None and minute in (pause_at, pause_at + 10):
                act = actions.pause if minute == pause_at else actions.resume
                act(monitor=Monitor.objects.get(pk=pausing.pk), by=TESTS, at=START + minute * MINUTE - MINUTE / 6)
            for pk in codes:
                if chance.random() < 0.1:
                    codes[pk] = chance.choice([OK, OK, REFUSED, REFUSED, SLOW])
            looks = self.looks(minute, codes, blind, pausing if pause_at <= minute < pause_at + 10 else None)
            held_back = [each for each in looks if is_late and each.place == self.places[-1]]
            late += held_back
            take([each for each in looks if each not in held_back])
        for n in range(0, len(late), 100):
            take(late[n : n + 100])
        actions.judge_late(at=START + 6 * HOUR)
        for place, minute in blind.items():
            if minute > 0:
                low, high = (START + (minute + n) * MINUTE for n in (0.5, 6))
                take([], missed=[Missed(place, low, high, GapReason.STOPPED)])

    def looks(self, minute: int, codes: dict[int, Any], blind: dict[str, int], paused: Monitor | None) -> list[Check]:
        return [
            check(monitor, minute + lag / 10, codes[monitor.pk] if self.chance.random() < 0.9 else OK, place=place)
            for lag, place in enumerate(self.places)
            for monitor in self.monitors
            if monitor != paused and not 0 < minute - blind[place] < 6 and self.chance.random() < 0.98
        ]


@pytest.mark.parametrize("seed", range(12))
def test_the_figures_are_those_of_the_ledger(cast: Cast, tmp_path: Path, seed: int) -> None:
    """However many monitors and places, with gaps, a pause, planned work, and any terms."""
    world = World(cast, seed)
    world.agree()
    world.happen()
    sealed()

    assert wrong(bundle_of(cast.a, tmp_path)) == []


def test_twelve_worlds_have_all_that_matters(cast: Cast, tmp_path: Path) -> None:
    """So that the test above is not one of good days."""
    world = World(cast, 3)
    world.happen()

    assert Outage.objects.filter(website=world.website).count() >= 1
    book = account(world.website, START, START + 3 * HOUR, START + 3 * HOUR).book
    assert book.charged > timedelta()


@pytest.fixture
def handed_out(cast: Cast, tmp_path: Path) -> Path:
    """A bundle of a website that was down for nine minutes, with a planned window that is not excluded."""
    cast.signed_otherwise(cast.a, terms=SHOWN)
    take(minutes(monitor_of(cast.website(cast.a)), [OK] * 20 + [REFUSED] * 9 + [OK] * 31))
    sealed()
    return bundle_of(cast.a, tmp_path)


def figures_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """Of the website that was looked at."""
    found: dict[str, Any] = list(manifest["accounts"][0]["figures"].values())[-1]
    return found


TOLD: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "less downtime": (
        lambda m: figures_of(m).update(down_charged=60),
        "Mainstay says 0:01:00 down and charged, the checks make 0:09:00",
    ),
    "other bounds": (
        lambda m: figures_of(m).update(upper=60),
        "Mainstay says 0:01:00 down and charged at most, the checks make 0:10:00",
    ),
    "a pause that never was": (
        lambda m: m["monitors"][-1].update(
            active=[
                [m["monitors"][-1]["watched_from"], (START + 15 * MINUTE).isoformat()],
                [(START + 40 * MINUTE).isoformat(), None],
            ]
        ),
        "is said to be no longer looked at from 2026-03-02 08:15:00 UTC on; no fact says so",
    ),
    "a website that was not looked after": (
        lambda m: m["monitors"][-1].update(let_go=[(START + 21 * MINUTE).isoformat()]),
        "is said to be no longer looked at from 2026-03-02 08:21:00 UTC on; no fact says so",
    ),
    "checks that speak for longer": (
        lambda m: m["monitors"][-1]["vouches_s"].append([(START + 40 * MINUTE).isoformat(), 86_400]),
        "are said to speak 1 day, 0:00:00 from 2026-03-02 08:40:00 UTC on; no fact says so",
    ),
    "rules that changed": (
        lambda m: m["websites"][-1].update(known_from=(START + 40 * MINUTE).isoformat()),
        "its rules are said to have changed at 2026-03-02 08:40:00 UTC; no fact says so",
    ),
    "a gap over the failures": (
        lambda m: m["gaps"].append(
            {
                "monitor": m["monitors"][-1]["id"],
                "place": PLACE,
                "from": (START + 19 * MINUTE).isoformat(),
                "to": (START + 30 * MINUTE).isoformat(),
                "reason": "stopped",
            }
        ),
        "nobody is said to have looked from 2026-03-02 08:19:00 UTC to 2026-03-02 08:30:00 UTC, and 7 checks",
    ),
    "a window that was not agreed": (
        lambda m: (
            m["terms"][0].update(excluded=["planned"])
            or next(reversed(m["windows"].values())).append(
                {
                    "cause": "planned",
                    "from": START.isoformat(),
                    "to": (START + HOUR).isoformat(),
                    "announced_at": (START - timedelta(days=30)).isoformat(),
                    "is_emergency": False,
                }
            )
        ),
        "Mainstay says 0:00:00 down and not charged, the checks make 0:09:00",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_differs_is_named_with_both_figures(handed_out: Path, name: str) -> None:
    assert wrong(handed_out) == []
    change, told = TOLD[name]
    change_manifest(handed_out, change)

    assert any(told in each for each in wrong(handed_out)), wrong(handed_out)


def test_failures_that_were_not_believed_are_attested(cast: Cast, tmp_path: Path, capsys: Any) -> None:
    cast.signed_otherwise(cast.a, terms=SHOWN)
    monitor = monitor_of(cast.website(cast.a))
    take(minutes(monitor, [OK] * 20 + [REFUSED] * 2 + [OK] * 20))
    low, high = START + 20 * MINUTE, START + 22 * MINUTE
    ProberDoubt.objects.create(place=PLACE, from_at=low, to_at=high, reason="websites", evidence={})
    gap = {"client": cast.a, "reason": "prober", "slots": 2}
    Gap.objects.create(place=PLACE, monitor=monitor, from_at=low, to_at=high, **gap)
    sealed()

    assert wrong(bundle_of(cast.a, tmp_path)) == []
    told = capsys.readouterr().out
    assert "of it attested: 0:02:00 in which failures were not believed" in told
    assert "up 0:41:00" in told


def down_nine_minutes(cast: Cast) -> Outage:
    """Under terms that leave out what the client changed."""
    cast.signed_otherwise(cast.a, terms={"downtime": {"excluded": ["client"], "unknown_excess": "shown"}})
    take(minutes(monitor_of(cast.website(cast.a)), [OK] * 20 + [REFUSED] * 9 + [OK] * 31))
    return Outage.objects.valid().get()


PUT_RIGHT: dict[str, tuple[Callable[[Outage, dict[str, Any]], Any], list[str]]] = {
    "taken back": (
        lambda outage, by: actions.take_outage_back(outage=outage, **by),
        [
            "down and charged 0:00:00",
            "attested: that it was not down, as the checks make it, from 2026-03-02 08:20:00 UTC to",
        ],
    ),
    "moved": (
        lambda outage, by: actions.move_outage(
            outage=outage, started_at=outage.started_at, ended_at=outage.ended_at - 4 * MINUTE, **by
        ),
        [
            "down and charged 0:05:00",
            "attested: that it was down from 2026-03-02 08:20:00 UTC to 2026-03-02 08:25:00 UTC, as a person says",
        ],
    ),
    "stated": (
        lambda outage, by: actions.state_outage(
            website=outage.website, started_at=START + 2 * HOUR, ended_at=START + 3 * HOUR, **by
        ),
        ["down and charged 1:09:00", "attested: that it was down from 2026-03-02 10:00:00 UTC"],
    ),
}


@pytest.mark.parametrize("name", PUT_RIGHT)
def test_what_a_person_put_right_is_counted_and_attested(cast: Cast, tmp_path: Path, capsys: Any, name: str) -> None:
    """Also where nobody was watching; and it must be in the sealed facts."""
    act, told = PUT_RIGHT[name]
    act(down_nine_minutes(cast), {"reason": "As we found.", "by": cast.helper, "at": START + 5 * HOUR})
    sealed()

    folder = bundle_of(cast.a, tmp_path)
    assert wrong(folder) == []
    said = capsys.readouterr().out
    assert [each for each in told if each not in said] == []
    change_manifest(folder, lambda m: m["websites"][-1].update(stated=[], taken_back=[]))
    assert wrong(folder) != []


def test_that_work_was_planned_in_time_is_attested(cast: Cast, tmp_path: Path, capsys: Any) -> None:
    cast.signed_otherwise(cast.a, terms={"downtime": {"excluded": ["planned"], "unknown_excess": "shown"}})
    span = {"starts_at": START + 20 * MINUTE, "ends_at": START + 25 * MINUTE}
    clients.add_window(client=cast.a, reason="Upgrade", by=TESTS, at=START - timedelta(days=20), **span)
    take(minutes(monitor_of(cast.website(cast.a)), [OK] * 20 + [REFUSED] * 9 + [OK] * 31))
    sealed()

    assert wrong(bundle_of(cast.a, tmp_path)) == []
    told = capsys.readouterr().out
    assert "down and charged 0:04:00" in told
    assert "attested: that work was planned, and announced in time, from 2026-03-02 08:20:00 UTC" in told


def excluded(cast: Cast) -> None:
    outage = down_nine_minutes(cast)
    by = {"by": cast.account_manager, "at": START + 5 * HOUR}
    actions.attribute(outage=outage, to=Attributed.CLIENT_CHANGE, reason="Their own change.", **by)
    exclusion = actions.ask_exclusion(outage=outage, reason="Their own change.", **by)
    actions.grant_exclusion(exclusion=exclusion, by=cast.a_administrator, at=START + 6 * HOUR)


def test_what_the_client_consented_to_is_not_charged(cast: Cast, tmp_path: Path, capsys: Any) -> None:
    excluded(cast)
    sealed()

    assert wrong(bundle_of(cast.a, tmp_path)) == []
    assert "down and charged 0:00:00 (at least 0:00:00, at most 0:00:00)" in capsys.readouterr().out


def test_an_exclusion_that_no_sealed_fact_tells_of_is_named(cast: Cast, tmp_path: Path) -> None:
    excluded(cast)
    sealed()
    folder = bundle_of(cast.a, tmp_path)
    later = (START + 25 * MINUTE).isoformat()
    change_manifest(folder, lambda m: m["granted"][str(m["websites"][-1]["id"])][0].update(starts_at=later))

    told = "2026-03-02 08:25:00 UTC to 2026-03-02 08:29:00 UTC is left out of the charge, and no sealed fact says that"
    assert any(told in each for each in wrong(folder))


def test_an_outage_that_began_before_the_bundle_is_attested_and_counted_on(
    cast: Cast, tmp_path: Path, capsys: Any
) -> None:
    cast.signed_otherwise(cast.a, terms=SHOWN)
    monitor = monitor_of(cast.website(cast.a))
    day = 24 * 60
    down = [check(monitor, n, REFUSED) for n in range(3 * day)]
    for n in range(0, len(down), 500):
        take(down[n : n + 500])
    take(minutes(monitor, [OK] * 10, first=3 * day))
    sealed()
    start = START.date() + timedelta(days=2)

    assert wrong(bundle_of(cast.a, tmp_path, start, start + timedelta(days=2))) == []
    told = capsys.readouterr().out
    assert "of it attested: that it was down already when the checks here begin, at 2026-03-03 00:00:00 UTC" in told
    assert "down and charged 1 day, 8:00:00" in told


def test_unknown_time_before_the_bundle_counts_towards_the_allowance(cast: Cast, tmp_path: Path, capsys: Any) -> None:
    cast.signed_otherwise(cast.a, terms={"downtime": {"unknown_allowance": "48 h"}})
    monitor = monitor_of(cast.website(cast.a), at=START + timedelta(days=10))
    take([check(monitor, 10 * 24 * 60 + n) for n in range(60)])
    sealed()
    start = (START + timedelta(days=10)).date()

    assert wrong(bundle_of(cast.a, tmp_path, start)) == []
    assert "of it attested: 2 days, 0:00:00 of unknown time in the contract year before" in capsys.readouterr().out


def test_a_rule_that_was_another_leaves_the_figures_attested(cast: Cast, tmp_path: Path, capsys: Any) -> None:
    website = cast.website(cast.a)
    take(minutes(monitor_of(website), [OK] * 20))
    at = START + 10 * MINUTE
    clients.set_availability_rule(environment=live(website), rule=AvailabilityRule.ALL, by=TESTS, at=at)
    sealed()

    assert wrong(bundle_of(cast.a, tmp_path)) == []
    assert "attested, since it was watched by other rules before 2026-03-02 08:10:00 UTC" in capsys.readouterr().out


def test_an_interval_that_was_changed_is_known_from_the_facts(cast: Cast, tmp_path: Path) -> None:
    cast.signed_otherwise(cast.a, terms=SHOWN)
    monitor = monitor_of(cast.website(cast.a))
    take(minutes(monitor, [OK] * 20))
    change = {"interval_seconds": 300}
    actions.change_monitor(monitor=monitor, changes=change, by=TESTS, at=START + 20 * MINUTE - MINUTE / 2)
    take([check(monitor, 20 + 5 * n) for n in range(5)])
    sealed()

    folder = bundle_of(cast.a, tmp_path)
    assert [each[1] for each in manifest_of(folder)["monitors"][-1]["vouches_s"]] == [120, 600]
    assert wrong(folder) == []
    change_manifest(folder, lambda m: m["monitors"][-1]["vouches_s"].pop())
    assert any("up, the checks make" in each for each in wrong(folder))


def test_a_website_that_is_no_longer_looked_after_is_unknown_from_then_on(
    cast: Cast, tmp_path: Path, capsys: Any
) -> None:
    cast.signed_otherwise(cast.a, terms=SHOWN)
    website = cast.website(cast.a)
    take(minutes(monitor_of(website), [OK] * 20 + [REFUSED] * 5))
    left_at = START + 24 * MINUTE + MINUTE / 2
    clients.edit_website(website=website, is_active=False, by=TESTS, at=left_at)
    actions.leave_alone(website=website, by=TESTS, at=left_at)
    sealed()

    assert wrong(bundle_of(cast.a, tmp_path)) == []
    assert "down and charged 0:04:00 (at least 0:04:00, at most 0:05:00), up 0:20:00" in capsys.readouterr().out
