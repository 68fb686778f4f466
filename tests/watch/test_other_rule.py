"""Who makes a website down may change while a monitor is down: nothing turns by that, and it must be seen."""

from typing import Any

import pytest

from mainstay.clients import actions as clients
from mainstay.clients.facts import AvailabilityRule
from mainstay.clients.models import Website
from mainstay.common import facts
from mainstay.watch import actions, queries
from mainstay.watch.codes import State
from mainstay.watch.models import Monitor, Outage, Standing
from tests.cast import Cast
from tests.watch.world import MINUTE, REFUSED, START, TESTS, check, live, monitor_of, take

pytestmark = pytest.mark.django_db
CHANGE = START + 5 * MINUTE
ALL, ANY = AvailabilityRule.ALL, AvailabilityRule.ANY


@pytest.fixture
def website(cast: Cast) -> Website:
    found = cast.a.websites.get()
    by_rule(found, ALL, START)
    return found


def by_rule(website: Website, rule: AvailabilityRule, at: Any = CHANGE) -> None:
    clients.set_availability_rule(environment=live(website), rule=rule, by=TESTS, at=at)
    facts.deliver_due(at)


def see(down: Monitor, up: Monitor | None, first: int, last: int) -> None:
    for minute in range(first, last + 1):
        take([check(down, minute, REFUSED), *([check(up, minute + 0.1)] if up is not None else [])])


def now(website: Website, minute: float) -> State:
    return State(queries.state_now([website], START + minute * MINUTE)[website.pk])


@pytest.mark.parametrize(("let_go", "state"), [(actions.pause, State.UNKNOWN), (actions.retire, State.DOWN)])
def test_what_is_left_may_be_enough(website: Website, let_go: Any, state: State) -> None:
    """A monitor that is paused still belongs to the website: what it would see is unknown, and never taken for good."""
    down, up = monitor_of(website), monitor_of(website)
    see(down, up, 0, 4)
    assert not Outage.objects.exists()

    let_go(monitor=up, by=TESTS, at=CHANGE)
    see(down, None, 6, 8)

    outage = Outage.objects.get()
    assert (outage.started_at, outage.started_after, outage.ended_at) == (START + 6 * MINUTE, None, None)
    assert now(website, 8.5) is state
    down.refresh_from_db()
    assert down.version == 2  # so that a prober looks soon


def test_where_one_is_always_enough_nothing_is_seen_anew(website: Website) -> None:
    by_rule(website, ANY, START)
    down, up = monitor_of(website), monitor_of(website)
    see(down, up, 0, 4)

    actions.pause(monitor=up, by=TESTS, at=CHANGE)

    assert Standing.objects.get(monitor=down).is_down
    assert Outage.objects.get().ended_at is None


def test_by_another_rule_one_is_enough(website: Website) -> None:
    down, up = monitor_of(website), monitor_of(website)
    see(down, up, 0, 4)

    by_rule(website, ANY)
    see(down, up, 6, 8)

    assert Outage.objects.get().started_at == START + 6 * MINUTE


def test_by_another_rule_one_is_too_few(website: Website) -> None:
    by_rule(website, ANY, START)
    down, up = monitor_of(website), monitor_of(website)
    see(down, up, 0, 4)
    assert Outage.objects.get().ended_at is None

    by_rule(website, ALL)
    see(down, up, 6, 8)

    assert Outage.objects.get().ended_at == START + 4 * MINUTE
    assert now(website, 8.5) is State.UP


def test_who_is_not_seen_may_be_down(website: Website) -> None:
    by_rule(website, ANY, START)
    down, _unseen = monitor_of(website), monitor_of(website)
    see(down, None, 0, 4)

    by_rule(website, ALL)

    assert Outage.objects.get().ended_at is None
