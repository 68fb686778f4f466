"""Monitors of a file brought to a client: where they go, all or none, and never twice."""

import pytest

from mainstay.clients.models import Environment, Website
from mainstay.watch import actions
from mainstay.watch.exchange import Draft, LeftOut, Reading, ours, placing
from mainstay.watch.exchange import read as read_file
from mainstay.watch.exchange.placing import Spot
from mainstay.watch.models import Monitor
from mainstay.watch.probes import KINDS, Kind, Pointed
from mainstay.watch.probes.kind import ProbeSettings
from tests.cast import Cast
from tests.watch.world import START, TESTS

SPOTS = (
    Spot(1, "shop", "live", "www.shop.example"),
    Spot(2, "shop", "staging", "test.shop.example"),
    Spot(3, "blog", "live", "blog.example"),
    Spot(4, "old", "staging", "shop.example"),
)


@pytest.mark.parametrize(
    ("kind", "url", "place"),
    [
        ("http", "https://shop.example/basket", "at:1"),
        ("http", "https://WWW.shop.example./", "at:1"),
        ("http", "https://test.shop.example/", "at:2"),
        ("http", "https://api.shop.example/", "new:api.shop.example"),
        ("tls", "shop.example:443", "at:1"),
        ("tcp", "db.shop.example:5432", "at:1"),
        ("dns", "mail.blog.example", "at:3"),
        ("domain", "elsewhere.example", "new:elsewhere.example"),
        ("icmp", "192.0.2.1", "new:192.0.2.1"),
        ("tcp", "[2001:db8::1]:22", "new:2001:db8::1"),
    ],
)
def test_the_place_is_found_by_the_host(kind: str, url: str, place: str) -> None:
    assert placing.places([Draft("x", kind, url)], SPOTS) == [place]


def test_what_is_new_in_a_file_stays_together() -> None:
    drafts = [
        Draft("x", "tls", "new.example:443"),
        Draft("y", "tcp", "mail.new.example:25"),
        Draft("z", "http", "http://new.example/"),
    ]

    assert placing.places(drafts, SPOTS) == ["new:new.example"] * 3


def test_a_file_of_our_own_names_the_place() -> None:
    there = Draft("x", "http", "https://blog.example/", website="shop", environment="staging")
    gone = Draft("x", "http", "https://blog.example/", website="gone", environment="live")

    assert placing.places([there, gone], SPOTS) == ["at:2", "at:3"]


def test_what_looks_at_no_host_goes_to_the_usual_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "heartbeat", Kind("heartbeat", "", "", Pointed.NOTHING, ProbeSettings, None))
    draft = Draft("x", "heartbeat", "nightly backup")

    assert placing.places([draft], SPOTS) == [""]
    assert placing.places([draft], SPOTS, "at:3") == ["at:3"]


def reading(*drafts: Draft) -> Reading:
    return Reading("Test", drafts, (LeftOut("", "a", "b"),))


def bring(cast: Cast, *drafts: Draft, places: list[str] | None = None, **more: bool) -> actions.Brought:
    plan = actions.plan(client=cast.a, reading=reading(*drafts), **more)
    return actions.bring_in(
        client=cast.a,
        drafts=[row.draft for row in plan.rows],
        places=[row.place for row in plan.rows] if places is None else places,
        by=TESTS,
        at=START,
        **more,
    )


@pytest.mark.django_db
def test_monitors_and_new_websites_are_added_once(cast: Cast) -> None:
    own = cast.a.websites.get()
    drafts = (
        Draft(
            "One", "http", own.url, {"contains": "x", "basic_user": "a", "basic_password": "geheim"}, 30, 5, True, True
        ),
        Draft("New", "http", "https://new.example/page?x=1"),
        Draft("Same as new", "http", "https://new.example/page?x=1"),
        Draft("Certificate", "tls", "new.example:443"),
    )

    first, second = bring(cast, *drafts), bring(cast, *drafts)

    assert (len(first.monitors), first.websites, first.already) == (4, 1, 0)
    assert (second.monitors, second.websites, second.already) == ((), 0, 4)
    one = Monitor.objects.get(name="One")
    assert (one.environment.website, one.is_enabled, one.interval_seconds, one.timeout_seconds) == (own, False, 30, 5)
    assert "geheim" not in str(one.settings)
    website = Website.objects.get(name="new.example")
    assert (website.url, website.client) == ("https://new.example/", cast.a)


@pytest.mark.django_db
def test_a_plan_saves_nothing_and_names_what_may_not_be_looked_at(cast: Cast) -> None:
    drafts = (
        Draft("Router", "http", "http://192.168.0.1/"),
        Draft("Path", "tcp", "a.example/x"),
        Draft("Inside", "http", "https://inside.example/", allow_private=True),
        Draft("Good", "http", "https://good.example/"),
    )

    plan = actions.plan(client=cast.a, reading=reading(*drafts))
    allowed = actions.plan(client=cast.a, reading=reading(*drafts), may_allow_private=True)

    assert [row.draft.name for row in plan.rows] == ["Good"]
    assert [(each.monitor, each.is_whole) for each in plan.left_out] == [
        ("", False),
        ("Router", True),
        ("Path", True),
        ("Inside", True),
    ]
    assert [row.draft.name for row in allowed.rows] == ["Inside", "Good"]
    assert (plan.fresh, Monitor.objects.filter(client=cast.a).exists()) == (1, False)


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["at:999999", "new:other.example", "new:", "at:x", "nonsense"])
def test_a_place_that_is_none_of_the_clients_adds_nothing(cast: Cast, place: str) -> None:
    drafts = (Draft("New", "http", "https://new.example/"), Draft("Two", "http", "https://new.example/two"))

    with pytest.raises(actions.PlaceUnknown):
        bring(cast, *drafts, places=["new:new.example", place])

    assert not Monitor.objects.filter(client=cast.a).exists()
    assert not Website.objects.filter(name="new.example").exists()


@pytest.mark.django_db
def test_another_clients_website_is_no_place(cast: Cast) -> None:
    other = Environment.objects.filter(client=cast.b).first()
    assert other is not None

    with pytest.raises(actions.PlaceUnknown):
        bring(cast, Draft("New", "http", "https://new.example/"), places=[f"at:{other.pk}"])


@pytest.mark.django_db
def test_all_or_none(cast: Cast) -> None:
    own = Environment.objects.get(client=cast.a, kind="live")
    drafts = [Draft("Good", "http", "https://a.example/"), Draft("Bad", "http", "http://127.0.0.1/")]

    with pytest.raises(actions.MonitorRefused, match="Bad"):
        actions.bring_in(client=cast.a, drafts=drafts, places=[f"at:{own.pk}"] * 2, by=TESTS, at=START)

    assert not Monitor.objects.filter(client=cast.a).exists()


@pytest.mark.django_db
def test_an_export_brought_in_again_adds_nothing(cast: Cast) -> None:
    own = cast.a.websites.get()
    bring(
        cast,
        Draft(
            "One", "http", own.url, {"contains": "x", "bearer": "geheim", "headers": ["X-Token: geheim", "Accept: a/b"]}
        ),
        Draft("Two", "tcp", "db.example.org:5432", {"banner": "x"}, 300, counts=False),
    )
    written = ours.write(actions.drafts_of(cast.a))
    found = read_file(written.encode())

    plan = actions.plan(client=cast.a, reading=found)

    assert "geheim" not in written
    assert "sealed" not in written
    assert [row.is_there for row in plan.rows] == [True, True]
    assert plan.fresh == 0
    assert [each.what for each in plan.left_out] == ["bearer", "headers X-Token"]


@pytest.mark.django_db
def test_what_reports_by_itself_gets_an_address_of_its_own(cast: Cast) -> None:
    push = b'{"monitorList": [{"name": "Backup", "type": "push", "interval": 172800, "pushToken": "secret"}]}'
    live = cast.a.websites.get().environments.get(kind="live")
    plan = actions.plan(client=cast.a, reading=read_file(push), usual=f"at:{live.pk}")

    brought = actions.bring_in(
        client=cast.a,
        drafts=[row.draft for row in plan.rows],
        places=[row.place for row in plan.rows],
        by=TESTS,
        at=START,
    )

    (monitor,) = brought.monitors
    assert (monitor.kind, monitor.url, monitor.interval_seconds) == ("heartbeat", "Backup", 172_800)
    assert monitor.settings == {"grace_s": 10}
    assert ("Backup", "its address") in [(each.monitor, each.what) for each in plan.left_out]
