"""What the console and the API show of heartbeats, and to whom."""

import html
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.watch import actions
from mainstay.watch.models import Beat, Monitor
from tests.cast import CANARY, Cast
from tests.watch.world import beat_token, heartbeat_of, monitor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(cast: Cast) -> Monitor:
    return heartbeat_of(cast.a.websites.get(), at=timezone.now())


def page_of(client: Client, cast: Cast, monitor: Monitor) -> str:
    client.force_login(cast.administrator)
    return html.unescape(client.get(reverse("console-monitor", args=[monitor.pk])).content.decode())


def test_a_heartbeat_is_added_in_the_console_and_its_page_says_how_to_call_it(client: Client, cast: Cast) -> None:
    website = cast.a.websites.get()
    client.force_login(cast.administrator)
    sent = {
        "environment": website.environments.get(kind="live").pk,
        "url": "nightly backup",
        "interval_seconds": 86_400,
        "settings.grace_s": 1800,
        "settings.run_s_max": 900,
    }

    answer = client.post(f"{reverse('console-monitor-new', args=[website.pk])}?kind=heartbeat", sent, follow=True)

    monitor = Monitor.objects.get()
    page = html.unescape(answer.content.decode())
    address = f"{settings.MAINSTAY.url}/beat/{beat_token(monitor)}"
    assert monitor.settings == {"grace_s": 1800, "run_s_max": 900}
    assert not monitor.counts
    assert f"curl -fsS -m 10 --retry 5 -o /dev/null {address}" in page
    assert f"30 2 * * * curl -fsS -m 10 --retry 5 -o /dev/null {address}/start; my-task" in page
    assert "Not heard yet" in page
    assert "It is expected by" in page
    assert "Try it now" not in page


def test_the_page_shows_what_the_task_said(client: Client, cast: Cast, task: Monitor) -> None:
    address = f"/beat/{beat_token(task)}"
    for number in range(53):
        client.post(f"{address}/log", f"line {number}\nand more", content_type="text/plain")
    client.post(f"{address}/start")
    running = page_of(client, cast, task)
    client.post(f"{address}/3", "disk full", content_type="text/plain")
    page = page_of(client, cast, task)

    assert "It runs since" in running
    assert "exit status 3" in page
    assert "disk full" in page
    assert "line 52" in page
    assert "line 5\n" in page
    assert "line 4\n" not in page


def test_a_new_address_takes_the_place_of_the_old_one(client: Client, cast: Cast, task: Monitor) -> None:
    before = beat_token(task)
    client.force_login(cast.administrator)
    button = reverse("console-monitor-token", args=[task.pk])

    assert button in page_of(client, cast, task)
    assert client.get(button).status_code == 405
    answer = client.post(button, follow=True)

    assert beat_token(task) in answer.content.decode()
    assert before not in answer.content.decode()
    assert client.get(f"/beat/{before}").status_code == 404
    assert client.get(f"/beat/{beat_token(task)}").status_code == 200


def test_there_is_no_new_address_for_what_has_none(client: Client, cast: Cast, task: Monitor) -> None:
    client.force_login(cast.administrator)
    actions.retire(monitor=task, by=cast.helper, at=timezone.now() + timedelta(seconds=1))

    for monitor in (monitor_of(cast.website(cast.a)), task):
        assert client.post(reverse("console-monitor-token", args=[monitor.pk])).status_code == 404
    assert beat_token(task) not in page_of(client, cast, task)


def test_a_token_of_another_key_is_not_shown_and_still_works(client: Client, cast: Cast, task: Monitor) -> None:
    token = beat_token(task)
    Beat.objects.update(token="sealed:1:of-another-key")

    assert "The address cannot be shown" in page_of(client, cast, task)
    assert client.get(f"/beat/{token}").status_code == 200


def test_who_may_change_nothing_gets_no_address_anywhere(client: Client, cast: Cast, task: Monitor) -> None:
    token, website = beat_token(task), task.environment.website
    listing = reverse("api-v1:monitors", args=[website.pk])

    for person in (cast.helper, cast.auditor, cast.a_administrator, cast.a_viewer):
        listed = client.get(listing, headers={"authorization": f"Bearer {cast.token(person)}"})
        assert listed.json()[0]["beat_url"] is None
        client.force_login(person)
        for address in (
            reverse("console-monitors", args=[website.pk]),
            reverse("console-monitor", args=[task.pk]),
            reverse("console-website", args=[website.pk]),
            reverse("portal-website", args=[cast.a.slug, website.pk]),
        ):
            assert token not in client.get(address).content.decode()
    hidden = client.get(listing, headers={"authorization": f"Bearer {cast.token(cast.b_administrator)}"})
    assert hidden.status_code == 404
    assert CANARY not in hidden.content.decode()


def test_the_api_adds_a_heartbeat_and_says_its_address(client: Client, cast: Cast) -> None:
    address = reverse("api-v1:monitors", args=[cast.a.websites.get().pk])
    headers = {"authorization": f"Bearer {cast.token(cast.administrator)}"}
    sent = {"kind": "heartbeat", "url": "nightly backup", "settings": {"grace_s": 60}}

    made = client.post(address, sent, "application/json", headers=headers)
    rare = client.post(address, {**sent, "interval_seconds": 3_024_000}, "application/json", headers=headers)
    too_rare = client.post(
        address, {"url": "https://a.example.org/", "interval_seconds": 90_000}, "application/json", headers=headers
    )

    assert (made.status_code, rare.status_code, too_rare.status_code) == (201, 201, 422)
    assert (made.json()["interval_seconds"], made.json()["counts"]) == (86_400, False)
    first = Monitor.objects.order_by("pk").first()
    assert made.json()["beat_url"] == f"{settings.MAINSTAY.url}/beat/{beat_token(first)}"
    assert [each["beat_url"] is not None for each in client.get(address, headers=headers).json()] == [True, True]
