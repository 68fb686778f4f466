"""A monitor tried before it is saved: what was seen is shown, and nothing is kept."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.watch.models import CheckRow, Monitor
from mainstay.watch.web.trying import parts
from tests.cast import Cast
from tests.watch.servers import authority_file, page, serving, tls
from tests.watch.world import monitor_of

pytestmark = pytest.mark.django_db


def sent(website, url: str, **fields: str) -> dict[str, str]:
    live = website.environments.get(kind="live")
    given = {"environment": str(live.pk), "url": url, "interval_seconds": "60", "timeout_seconds": "5"}
    return {**given, "allow_private": "on", "try": "1", **fields}


def test_redirects_phases_and_certificate_are_shown(client: Client, cast: Cast, settings, tmp_path) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, watch_ca_file=authority_file(tmp_path), data=tmp_path)
    website = cast.website(cast.a)
    client.force_login(cast.administrator)
    address = reverse("console-monitor-new", args=[website.pk])
    with (
        serving(page(), tls(tmp_path, "localhost")) as there,
        serving(page("301 Moved", head=f"Location: https://localhost:{there}/in\n")) as here,
    ):
        answer = client.post(address, sent(website, f"http://localhost:{here}/"))
    text = answer.content.decode()

    assert "What was seen just now: up" in text
    assert f"https://localhost:{there}/in" in text
    assert "securing (TLS)" in text
    assert "Test Authority" in text
    assert not Monitor.objects.exists()
    assert not CheckRow.objects.exists()


def test_a_secret_is_used_and_never_shown(client: Client, cast: Cast) -> None:
    website = cast.website(cast.a)
    client.force_login(cast.administrator)
    with serving(page()) as port:
        fields = {"settings.bearer": "open-sesame-42", "settings.expect_status": "200-399"}
        answer = client.post(
            reverse("console-monitor-new", args=[website.pk]), sent(website, f"http://127.0.0.1:{port}/", **fields)
        )

    assert "What was seen just now: up" in answer.content.decode()
    assert "open-sesame-42" not in answer.content.decode()


def test_what_cannot_be_saved_is_not_tried(client: Client, cast: Cast) -> None:
    website = cast.website(cast.a)
    client.force_login(cast.administrator)
    answer = client.post(reverse("console-monitor-new", args=[website.pk]), sent(website, "file:///etc/passwd"))

    assert answer.status_code == 422
    assert "What was seen" not in answer.content.decode()


def test_somebody_without_the_right_may_not_try(client: Client, cast: Cast) -> None:
    monitor = monitor_of(cast.website(cast.a))
    client.force_login(cast.helper)

    assert client.post(reverse("console-monitor", args=[monitor.pk]), {"try": "1"}).status_code == 403


def test_the_bar_is_divided_by_what_each_phase_took() -> None:
    told = {"name_ms": 0.0, "connect_ms": 25.0, "tls_ms": 0.0, "first_byte_ms": 75.0, "body_ms": 0.0}

    assert [(each["number"], each["x"], each["width"]) for each in parts(told)] == [
        (2, "0.00", "25.00"),
        (4, "25.00", "75.00"),
    ]
    assert parts(dict.fromkeys(told, 0.0)) == []
