"""Ledgers and budgets from what was seen: down, unknown, and what lies between two checks."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mainstay.clients import actions as clients
from mainstay.clients.queries import NoAgreement
from mainstay.policy.ledger import Reason
from mainstay.policy.ledger import State as Counted
from mainstay.watch import actions, queries
from mainstay.watch.codes import State
from mainstay.watch.facts import GapReason, Missed
from tests.cast import Cast
from tests.watch.world import MINUTE, OK, PLACE, REFUSED, SLOW, START, TESTS, minutes, monitor_of, take

HOUR = timedelta(hours=1)


def seconds(cast: Cast, start: datetime, end: datetime) -> dict[str, int]:
    """Seconds by state. Nobody watched before `START`, so unknown time is past its allowance: here it is unknown."""
    found: Counter[str] = Counter()
    for each in queries.ledger(cast.a.websites.get(), start, end, end).segments:
        state = Counted.UNKNOWN if each.reason is Reason.UNKNOWN_EXCESS else each.state
        found[state.value] += round(each.length.total_seconds())
    return dict(found)


def test_an_outage_is_charged_from_its_first_failed_check_to_the_first_good_one(cast: Cast) -> None:
    take(minutes(monitor_of(cast.a.websites.get()), [OK] * 2 + [REFUSED] * 4 + [OK] * 4))

    assert seconds(cast, START, START + 10 * MINUTE) == {"up": 360, "down_charged": 240}


def test_the_bounds_reach_from_the_last_good_check_to_the_first_good_one(cast: Cast) -> None:
    take(minutes(monitor_of(cast.a.websites.get()), [OK] * 2 + [REFUSED] * 4 + [OK] * 4))

    found = queries.ledger(cast.a.websites.get(), START, START + 10 * MINUTE, START + 10 * MINUTE)

    assert (found.lower, found.charged, found.upper) == (3 * MINUTE, 4 * MINUTE, 5 * MINUTE)


def test_time_without_a_check_is_unknown_and_never_up(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    take(minutes(monitor, [OK] * 3))
    take(minutes(monitor, [OK] * 3, first=20))

    assert seconds(cast, START, START + 22 * MINUTE) == {"up": 360, "unknown": 960}


def test_after_a_failing_monitor_was_paused_the_time_is_unknown_and_never_up(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    take(minutes(monitor, [OK] * 2 + [REFUSED] * 4))
    actions.pause(monitor=monitor, by=cast.helper, at=START + 5.5 * MINUTE)

    assert seconds(cast, START, START + 10 * MINUTE) == {"up": 120, "down_charged": 180, "unknown": 300}


def test_time_without_a_check_inside_an_outage_is_unknown_and_not_down(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    take(minutes(monitor, [OK] + [REFUSED] * 4))
    take(minutes(monitor, [REFUSED] * 2 + [OK] * 2, first=20))

    assert seconds(cast, START, START + 23 * MINUTE) == {"up": 120, "down_charged": 7 * 60, "unknown": 14 * 60}


def test_a_missed_slot_is_unknown_although_its_neighbours_vouch(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    missed = Missed(PLACE, START + 4 * MINUTE, START + 5 * MINUTE, GapReason.MISSED, monitor.pk, 1)
    take([*minutes(monitor, [OK] * 4), *minutes(monitor, [OK] * 5, first=5)], missed=[missed])

    assert seconds(cast, START, START + 10 * MINUTE) == {"up": 540, "unknown": 60}


def test_what_another_place_saw_fills_a_gap(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    missed = Missed("elsewhere", START, START + 10 * MINUTE, GapReason.STOPPED)
    take(minutes(monitor, [OK] * 10), missed=[missed])

    assert seconds(cast, START, START + 10 * MINUTE) == {"up": 600}


def test_degraded_time_is_counted_and_not_charged(cast: Cast) -> None:
    take(minutes(monitor_of(cast.a.websites.get()), [OK] * 2 + [SLOW] * 3 + [OK] * 5))

    assert seconds(cast, START, START + 10 * MINUTE) == {"up": 420, "degraded": 180}


def test_a_blip_is_not_charged(cast: Cast) -> None:
    take(minutes(monitor_of(cast.a.websites.get()), [OK] * 3 + [REFUSED] * 2 + [OK] * 5))

    assert seconds(cast, START, START + 10 * MINUTE) == {"up": 600}


def test_with_two_monitors_one_unwatched_makes_the_time_unknown(cast: Cast) -> None:
    website = cast.a.websites.get()
    one, _ = monitor_of(website), monitor_of(website)
    take(minutes(one, [OK] * 10))

    assert seconds(cast, START, START + 10 * MINUTE) == {"unknown": 600}


def test_the_seconds_of_the_months_add_up_to_the_year(cast: Cast) -> None:
    website = cast.a.websites.get()
    take(minutes(monitor_of(website), [OK] * 2 + [REFUSED] * 4 + [OK] * 4))
    at = datetime(2026, 6, 1, tzinfo=UTC)
    year = queries.ledger(website, datetime(2026, 2, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC), at)
    edges = [datetime(2026 + (m - 1) // 12, (m - 1) % 12 + 1, 1, tzinfo=UTC) for m in range(2, 15)]
    months = [queries.ledger(website, low, high, at) for low, high in pairwise(edges)]

    assert sum((each.charged for each in months), timedelta()) == year.charged
    assert sum(year.seconds.values()) == 365 * 86_400
    for state in Counted:
        assert sum((each.total(state) for each in months), timedelta()) == year.total(state)


def test_a_day_shows_its_worst_state(cast: Cast) -> None:
    take(minutes(monitor_of(cast.a.websites.get()), [OK] * 2 + [REFUSED] * 4 + [OK] * 4))

    before, day = queries.days(
        cast.a.websites.get(), START - 24 * HOUR - 8 * HOUR, START + 16 * HOUR, START + 10 * MINUTE
    )

    assert before.worst in (Counted.UNKNOWN, Counted.DOWN_CHARGED)
    assert day.worst is Counted.DOWN_CHARGED


def test_the_budget_is_what_the_year_allows_less_what_was_charged(cast: Cast) -> None:
    website = cast.a.websites.get()
    take(minutes(monitor_of(website), [OK] * 2 + [REFUSED] * 4 + [OK] * 4))

    found = queries.budget(website, START + 10 * MINUTE)

    assert found.limit_s == 40 * 3600
    assert found.charged_s + found.left_s == found.limit_s or found.is_broken
    assert found.lower_s <= found.charged_s <= found.upper_s
    assert found.year_start == datetime(2026, 2, 1, tzinfo=UTC)


def test_without_an_agreement_there_is_no_budget(cast: Cast) -> None:
    website = cast.a.websites.get()

    with pytest.raises(NoAgreement):
        queries.budget(website, datetime(2024, 1, 1, tzinfo=UTC))


def test_budgets_of_many_websites_cost_the_same_queries(cast: Cast) -> None:
    websites = [cast.website(client) for client in (cast.a, cast.b, cast.a)]
    for website in websites:
        take(minutes(monitor_of(website), [OK] * 2 + [REFUSED] * 4 + [OK] * 4))
    at = START + HOUR
    with CaptureQueriesContext(connection) as one:
        queries.budgets(websites[:1], at)
    with CaptureQueriesContext(connection) as three:
        found = queries.budgets(websites, at)

    assert len(one) == len(three)
    assert set(found) == {website.pk for website in websites}


def test_states_of_many_websites_cost_two_queries(cast: Cast, django_assert_num_queries) -> None:
    up, down, unwatched = (cast.website(cast.a) for _ in range(3))
    take(minutes(monitor_of(up), [OK] * 4))
    take(minutes(monitor_of(down), [REFUSED] * 4))

    with django_assert_num_queries(2):
        found = queries.state_now([up, down, unwatched], START + 4 * MINUTE)

    assert found == {up.pk: State.UP, down.pk: State.DOWN, unwatched.pk: State.UNKNOWN}


def test_a_state_is_unknown_once_nobody_vouches_for_it(cast: Cast) -> None:
    website = cast.a.websites.get()
    take(minutes(monitor_of(website), [OK] * 4))

    assert queries.state_now([website], START + 5 * MINUTE) == {website.pk: State.UP}
    assert queries.state_now([website], START + 6 * MINUTE) == {website.pk: State.UNKNOWN}


def test_response_times_have_an_entry_for_every_hour(cast: Cast) -> None:
    website = cast.a.websites.get()
    take(minutes(monitor_of(website), [OK] * 4))

    first, second = queries.response_times(website, START, START + 2 * HOUR)

    assert first.count == 4
    assert first.p50_ms == pytest.approx(120, rel=0.05)
    assert (second.count, second.p50_ms) == (0, None)


def test_a_contract_that_joins_a_year_has_its_share_until_the_anniversary(db: None) -> None:
    client = clients.create_client(name="Cedar", by=TESTS, at=START)
    began = date(2025, 7, 1)
    clients.sign_agreement(client=client, starts_on=began, effective_from=began, anniversary=(4, 1), by=TESTS, at=START)
    since = datetime(2025, 6, 30, 23, tzinfo=UTC)
    site = clients.create_website(client=client, name="Shop", url="https://cedar.example.org/", by=TESTS, at=since)

    first = queries.budget(site, datetime(2026, 1, 10, tzinfo=UTC))
    second = queries.budget(site, datetime(2026, 5, 10, tzinfo=UTC))

    assert first.year_end == second.year_start == datetime(2026, 3, 31, 23, tzinfo=UTC)
    assert second.limit_s == 40 * 3600
    assert abs(second.limit_s * 274 / 365 - first.limit_s) < 60
