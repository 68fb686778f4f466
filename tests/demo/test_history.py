"""The demo world's past is the same every time, and holds all kinds of luck."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from mainstay.demo.world import history
from mainstay.demo.world.cast import cast

UNTIL = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
YEAR_START = datetime(2026, 1, 1, tzinfo=UTC)
SINCE = datetime(2025, 9, 1, tzinfo=UTC)


def total(found: list[history.Failure], since: datetime) -> timedelta:
    return sum((each.length for each in found if each.start >= since), timedelta())


@pytest.mark.parametrize("care", history.CARE)
def test_failures_are_apart_and_in_the_past(care: str) -> None:
    found = history.failures("shop", history.CARE[care], SINCE, YEAR_START, UNTIL)

    assert found == sorted(found, key=lambda each: each.start)
    assert all(one.end < two.start for one, two in itertools.pairwise(found))
    assert found[-1].end < UNTIL


def test_the_same_name_has_the_same_past() -> None:
    one = history.failures("shop", history.CARE["fair"], SINCE, YEAR_START, UNTIL)

    assert one == history.failures("shop", history.CARE["fair"], SINCE, YEAR_START, UNTIL)
    assert one != history.failures("office", history.CARE["fair"], SINCE, YEAR_START, UNTIL)


@pytest.mark.parametrize(("care", "least_h", "most_h"), [("good", 0, 20), ("close", 30, 40), ("poor", 41, 50)])
def test_the_year_so_far_is_kept_at_risk_or_broken(care: str, least_h: float, most_h: float) -> None:
    found = history.failures("shop", history.CARE[care], SINCE, YEAR_START, UNTIL)

    assert timedelta(hours=least_h) < total(found, YEAR_START) < timedelta(hours=most_h)


def test_tickets_follow_their_order_of_life() -> None:
    found = history.tickets("museum", history.CARE["poor"], cast().calls, SINCE, UNTIL)

    assert len(found) > 50
    for each in found:
        lived = [at for at in (each.opened_at, each.answered_at, each.thanked_at, each.solved_at) if at]
        assert lived == sorted(lived)
        assert lived[-1] < UNTIL


def test_the_world_has_six_clients_with_twelve_websites_and_three_that_can_be_broken() -> None:
    clients = cast().clients

    assert len(clients) == 6
    assert sum(len(each.websites) for each in clients) == 12
    assert sorted(site.scheme for each in clients for site in each.live) == ["http", "http", "https"]
