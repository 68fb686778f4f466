"""The page of the probers, and what the doctor says of them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.config.doctor.running import prober, remote_probers
from mainstay.watch import actions, queries
from mainstay.watch.facts import SetAsideReason
from mainstay.watch.models import Prober, RemoteProber, SetAside
from mainstay.watch.queries import Presence
from tests.cast import Cast
from tests.watch.world import TESTS, monitor_of

pytestmark = pytest.mark.django_db
NATS = SimpleNamespace(nats_url=("tls://nats.example:4222",))


def seen(name: str, ago_s: float, **fields: object) -> RemoteProber:
    """A prober whose last sign of life is so many seconds old; without a number it never gave one."""
    at = timezone.now()
    added = actions.add_prober(name=name, place="london", public_key=f"U{name}", by=TESTS, at=at)
    told = {"monitors": 1200, "lag_ms": 31, "queued": 0, "lost": 0, "skew_ms": 12, "version": "0.1.0", **fields}
    when = at - timedelta(seconds=ago_s)
    sign = actions.Sign(name=name, seen_at=when, started_at=when, is_stopped=False, **told)  # type: ignore[arg-type]
    actions.note_lives(signs=[sign])
    return added


def aside(reason: SetAsideReason) -> None:
    found = actions.Unbelieved("london/london-1", reason, "it stands at london", b"what came")
    actions.set_aside(found=[found], at=timezone.now())


def page(client: Client, cast: Cast) -> str:
    client.force_login(cast.administrator)
    answer = client.get(reverse("console-probers"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_a_prober_the_page_says_what_that_means(client: Client, cast: Cast) -> None:
    assert "No prober has run yet" in page(client, cast)


def test_all_that_is_known_of_probers_and_results_is_on_the_page(client: Client, cast: Cast) -> None:
    seen("london-1", 1)
    seen("london-2", 300, skew_ms=2_500)
    Prober.objects.create(place="local", started_at=timezone.now(), seen_at=timezone.now())
    actions.open_cursors(partitions=[0, 1])
    actions.note_waiting(waiting={0: 7, 1: 5}, judge="judge-1", at=timezone.now())
    aside(SetAsideReason.NOT_ITS_OWN)

    text = page(client, cast)

    for words in ("london-1", "1,200", "silent", "2,500 ms off", "own", "speaks for another place: it stands at"):
        assert words in text
    underway = queries.underway()
    assert underway is not None
    assert (underway.waiting, underway.judges) == (12, 1)


def test_only_the_console_shows_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.a_requester)
    assert client.get(reverse("console-probers")).status_code in (403, 404)
    client.force_login(cast.administrator)
    assert client.post(reverse("console-probers")).status_code == 405


def test_how_each_prober_stands() -> None:
    now = timezone.now()
    seen("a", 1)
    seen("b", 31)
    actions.withdraw_prober(prober=seen("c", 1), by=TESTS, at=timezone.now())
    actions.add_prober(name="d", place="london", public_key="Ud", by=TESTS, at=now)
    RemoteProber.objects.filter(pk=seen("e", 100).pk).update(is_stopped=True)
    found = {each.name: each.presence for each in queries.probers_now(timezone.now())}
    assert found == {
        "a": Presence.AT_WORK,
        "b": Presence.SILENT,
        "c": Presence.WITHDRAWN,
        "d": Presence.AWAITED,
        "e": Presence.ENDED,
    }


def test_figures_of_another_machine_cannot_break_the_table(cast: Cast) -> None:
    seen("wild", 1, monitors=-4, lag_ms=10**15, skew_ms=-(10**15), version="v" * 100)
    (found,) = queries.probers_now(timezone.now())
    assert (found.monitors, found.lag_ms, found.skew_ms) == (0, 2_147_483_647, -2_147_483_647)


def test_the_doctor_names_silent_probers(cast: Cast) -> None:
    monitor_of(cast.a.websites.get())
    assert "nobody has watched" in prober().sentence
    seen("london-1", 1)
    assert prober().verdict == "ok"
    seen("london-2", 60)
    assert (prober().verdict, prober().sentence) == ("warn", "silent probers: london-2")


def test_the_doctor_looks_at_the_way_of_results(cast: Cast, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert remote_probers().sentence == "there are none"
    monkeypatch.setattr("django.conf.settings.MAINSTAY", NATS)
    assert remote_probers().sentence == "nobody takes results in"
    actions.open_cursors(partitions=[0])
    actions.note_waiting(waiting={0: 3}, judge="judge-1", at=timezone.now())
    assert remote_probers().sentence == "3 messages wait; judges: 1"
    aside(SetAsideReason.UNREADABLE)
    assert "1 results of 7 days were set aside" in remote_probers().sentence
    seen("london-1", 1, skew_ms=-9_000)
    assert remote_probers().sentence == "clocks are wrong: london-1"
    RemoteProber.objects.all().delete()
    SetAside.objects.all().delete()
    monkeypatch.setattr("django.conf.settings.MAINSTAY", SimpleNamespace(nats_url=("nats://nats.example:4222",)))
    assert remote_probers().sentence == "nats://nats.example:4222 is not encrypted"


def test_what_was_set_aside_goes_after_a_month() -> None:
    aside(SetAsideReason.CLOCK)
    assert actions.prune_set_aside(at=timezone.now() + timedelta(days=29)) == 0
    assert actions.prune_set_aside(at=timezone.now() + timedelta(days=31)) == 1
