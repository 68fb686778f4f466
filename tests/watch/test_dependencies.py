"""What websites depend on: causes of outages, who stands behind what, and that it is looked at when they fail."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.clients.models import Website
from mainstay.common.facts import FactRecord
from mainstay.watch import actions, queries
from mainstay.watch.engine.steps import Spec
from mainstay.watch.facts import DependencyKind
from mainstay.watch.models import Dependency, DependencyFailure, Monitor, Outage, ProberDoubt
from mainstay.watch.prober.schedule import Assignment
from mainstay.watch.prober.work import load, signature
from mainstay.watch.rules.causes import CAUSE_WITHIN, Failed, cause_of, makes_circle
from tests.cast import Cast
from tests.watch.many import life, monitors_of_many, take_all
from tests.watch.world import (
    MINUTE,
    PLACE,
    REFUSED,
    START,
    TESTS,
    check,
    dependency_of,
    failed,
    live,
    minutes,
    monitor_of,
    take,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST, GATEWAY, OTHER = 1, 2, 3
BEHIND = {HOST: GATEWAY, GATEWAY: None, OTHER: None}


def fails(number: int, dependency_id: int, start: float, end: float | None = None) -> Failed:
    return Failed(number, dependency_id, AT + start * MINUTE, None if end is None else AT + end * MINUTE)


@pytest.mark.parametrize(
    ("failures", "expected"),
    [
        ([fails(7, HOST, -5)], 7),
        ([fails(7, HOST, 0.5)], 7),
        ([fails(7, HOST, 1 + CAUSE_WITHIN / MINUTE)], 7),
        ([fails(7, HOST, 1.1 + CAUSE_WITHIN / MINUTE)], None),
        ([fails(7, HOST, -5, -1)], None),
        ([fails(7, HOST, -5, 0)], 7),
        ([fails(7, OTHER, -5)], None),
        ([fails(7, HOST, -5), fails(8, GATEWAY, -1)], 8),
        ([fails(8, GATEWAY, -1)], 8),
        ([], None),
    ],
)
def test_the_cause_is_what_was_down_when_it_began_or_soon_after(failures: list[Failed], expected: int | None) -> None:
    assert cause_of(AT, AT + MINUTE, [HOST], failures, BEHIND) == expected


def test_of_two_that_stand_beside_each_other_the_first_to_fail_is_the_cause() -> None:
    assert cause_of(AT, AT, [HOST, OTHER], [fails(1, OTHER, 0.1), fails(2, HOST, -0.1)], BEHIND) == 2


LINKS = st.dictionaries(st.integers(1, 8), st.one_of(st.none(), st.integers(1, 8)), min_size=1)


@given(LINKS, st.data())
def test_what_is_allowed_never_makes_a_circle(wanted: dict[int, int | None], data: st.DataObject) -> None:
    """Links are added one by one in any order, each only where it is allowed: from everywhere one comes to an end."""
    behind: dict[int, int | None] = {}
    for pk in data.draw(st.permutations(sorted(wanted))):
        if not makes_circle(pk, wanted[pk], behind):
            behind[pk] = wanted[pk]
    for pk in behind:
        steps, at = 0, pk
        while (at := behind.get(at)) is not None:
            steps += 1
            assert steps <= len(behind)


@pytest.fixture
def host(db: None, cast: Cast) -> Dependency:
    return dependency_of()


def behind_it(host: Dependency, cast: Cast, many: int = 2) -> list[Monitor]:
    """Monitors of websites of both clients that stand behind `host`."""
    sites = [cast.website((cast.a, cast.b)[number % 2], name=f"shop {number}") for number in range(many)]
    found = [monitor_of(site) for site in sites]
    actions.place_behind(dependency=host, environments=[live(site) for site in sites], by=TESTS, at=START)
    return found


def down(monitor: Monitor, minute: float) -> None:
    take([check(monitor, minute + n / 10, REFUSED) for n in range(3)])


def up(monitor: Monitor, minute: float) -> None:
    take([check(monitor, minute + n / 10) for n in range(2)])


def test_outages_after_the_host_failed_name_it_and_each_website_is_charged_its_own(
    host: Dependency, cast: Cast
) -> None:
    monitors = behind_it(host, cast, 5)
    failure = failed(host)

    for number, monitor in enumerate(monitors):
        down(monitor, 2 + number / 10)
        up(monitor, 10 + number)

    outages = Outage.objects.order_by("started_at")
    assert [each.cause for each in outages] == [failure] * 5
    assert [each.because for each in outages] == ["the host web-3 was down"] * 5
    assert len({each.lasted for each in outages}) == 5
    assert queries.made_by(failure, Outage.objects.all()).count() == 5
    assert DependencyFailure.objects.count() == 1


def test_a_host_that_is_found_down_soon_after_is_the_cause_of_what_goes_on(host: Dependency, cast: Cast) -> None:
    near, _ = behind_it(host, cast)
    down(near, 1)
    failure = failed(host, 2)

    assert Outage.objects.get().cause == failure
    assert FactRecord.objects.get(kind="watch.dependency_failed").body["outage_ids"] == [Outage.objects.get().pk]


def test_a_host_that_fails_much_later_is_no_cause(host: Dependency, cast: Cast) -> None:
    near, _ = behind_it(host, cast)
    down(near, 1)
    failed(host, 20)

    assert Outage.objects.get().cause is None


def test_the_gateway_is_the_cause_when_the_host_behind_it_fails_too(host: Dependency, cast: Cast) -> None:
    gateway = dependency_of("edge", "edge.example.net", kind=DependencyKind.GATEWAY)
    actions.change_dependency(
        dependency=host, name="web-3", address="web-3.example.net", behind=gateway, by=TESTS, at=START
    )
    near, _ = behind_it(host, cast)
    failed(host, 1)
    down(near, 1.5)
    failure = failed(gateway, 2)

    assert Outage.objects.get().cause == failure


def test_its_failure_ends_when_it_is_up_again_and_charges_nobody(host: Dependency) -> None:
    failed(host)
    up(host.monitor, 8)

    failure = DependencyFailure.objects.get()
    assert (failure.started_at, failure.ended_at) == (START + MINUTE, START + 8 * MINUTE)
    assert not Outage.objects.exists()
    assert FactRecord.objects.filter(kind="watch.dependency_recovered").count() == 1


def test_a_host_that_nobody_looks_at_any_more_does_not_fail_for_ever(host: Dependency) -> None:
    failed(host)
    actions.pause(monitor=host.monitor, by=TESTS, at=START + 5 * MINUTE)

    assert DependencyFailure.objects.get().ended_at == START + 1.2 * MINUTE


def test_when_a_website_fails_what_it_depends_on_is_looked_at(host: Dependency, cast: Cast) -> None:
    near, _ = behind_it(host, cast)

    before = signature()
    actions.take_away(dependency=host, environments=[near.environment], by=TESTS, at=START)
    assert signature() != before
    actions.place_behind(dependency=host, environments=[near.environment], by=TESTS, at=START)

    given = {each.monitor_id: each for each in load(PLACE).assignments}

    assert given[near.pk].looks_behind == (host.monitor_id,)
    assert given[host.monitor_id].looks_behind == ()
    assert Assignment(1, 1, 60, Spec("http", "http://site.test/")).looks_behind == ()


def test_a_circle_is_refused(host: Dependency) -> None:
    second = dependency_of("edge", "edge.example.net", behind=host)

    with pytest.raises(actions.DependencyRefused, match="stand behind itself") as refused:
        actions.change_dependency(
            dependency=host, name="web-3", address="web-3.example.net", behind=second, by=TESTS, at=START
        )
    assert refused.value.field == "behind"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "web-3", "address": "other.example.net"}, "name"),
        ({"address": "https://web.example.net/"}, "address"),
        ({"address": "127.0.0.1"}, "address"),
        ({"kind": DependencyKind.NAME_SERVER, "address": "192.0.2.53"}, "asks_for"),
        ({"kind": DependencyKind.NAME_SERVER, "address": "192.0.2.53", "asks_for": "no name"}, "asks_for"),
    ],
)
def test_what_cannot_be_watched_is_refused_at_its_field(host: Dependency, fields: dict, field: str) -> None:
    with pytest.raises(actions.DependencyRefused) as refused:
        dependency_of(**{"name": "another", **fields})
    assert refused.value.field == field
    assert Dependency.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"address": "web-4.example.net"}, ("icmp", "web-4.example.net")),
        ({"address": "web-4.example.net:443"}, ("tcp", "web-4.example.net:443")),
        ({"address": "2606:4700::1111"}, ("icmp", "[2606:4700::1111]")),
        (
            {"kind": DependencyKind.NAME_SERVER, "address": "ns1.example.net", "asks_for": "example.org"},
            ("dns", "example.org"),
        ),
    ],
)
def test_how_it_is_looked_at_follows_from_what_it_is(cast: Cast, fields: dict, expected: tuple[str, str]) -> None:
    monitor = dependency_of("another", **fields).monitor
    assert (monitor.kind, monitor.url, monitor.counts) == (*expected, False)


def test_a_monitor_that_takes_the_place_of_another_is_the_dependencys(host: Dependency) -> None:
    changed = actions.change_dependency(
        dependency=host, name="web-3", address="web-9.example.net", behind=None, by=TESTS, at=START
    )

    assert changed.monitor.url == "web-9.example.net"
    assert Dependency.objects.get().monitor.is_retired is False


def test_websites_seen_at_the_same_address_are_suggested(host: Dependency, cast: Cast) -> None:
    site: Website = cast.a.websites.get()
    take([check(host.monitor, 0), check(monitor_of(site), 0)])

    among = cast.a.environments.all()
    assert list(queries.suggested(host, among)) == [live(site)]
    actions.place_behind(dependency=host, environments=[live(site)], by=TESTS, at=START)
    assert list(queries.suggested(host, among)) == []
    assert list(queries.websites_behind(host, among)) == [live(site)]


def test_addresses_that_websites_share_are_shown_until_they_are_watched(cast: Cast, db: None) -> None:
    take([check(monitor_of(cast.website(cast.a)), 0), check(monitor_of(cast.website(cast.b)), 0.1)])
    assert [(each.address, each.websites) for each in queries.shared_addresses()] == [("192.0.2.7", 2)]

    take([check(dependency_of().monitor, 1)])
    assert queries.shared_addresses() == []


def test_who_stands_behind_it_is_on_the_record_of_each_client(host: Dependency, cast: Cast) -> None:
    behind_it(host, cast, 3)
    actions.take_away(dependency=host, environments=[live(cast.a.websites.first())], by=TESTS, at=START)

    placed = FactRecord.objects.filter(kind="watch.websites_placed")
    assert {each.client_id for each in placed} == {cast.a.pk, cast.b.pk}


def test_what_is_known_to_fail_together_casts_no_doubt_on_the_prober(host: Dependency) -> None:
    """Twelve unrelated websites behind one name server: without that knowledge their failing would be implausible."""
    monitors = monitors_of_many(12)
    actions.place_behind(dependency=host, environments=[each.environment for each in monitors], by=TESTS, at=START)
    later = START + 3 * MINUTE
    take_all(life(monitors, START, later))
    take_all(life(monitors, later, later + timedelta(seconds=30), REFUSED, spread_s=1))

    assert not ProberDoubt.objects.exists()
    assert Outage.objects.count() == 12


def test_a_list_of_them_costs_the_same_queries_however_many(cast: Cast, db: None, django_assert_num_queries) -> None:
    for number in range(4):
        take(minutes(dependency_of(f"host {number}", f"h{number}.example.net").monitor, [REFUSED]))
    with django_assert_num_queries(1):
        assert len(queries.dependencies_now(START)) == 4
