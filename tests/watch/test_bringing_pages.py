"""Monitors brought in through the console: choose, look, confirm."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mainstay.clients.models import Website
from mainstay.watch.models import Monitor
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def address(cast: Cast, client: Any = None) -> str:
    return reverse("console-monitors-bringing", args=[(client or cast.a).slug])


def backup(*urls: str, **fields: Any) -> SimpleUploadedFile:
    usual = {"type": "http", "interval": 60, "timeout": 48, "accepted_statuscodes": ["200-299"]}
    monitors = [{**usual, "name": f"M{n} <b>", "url": url, **fields} for n, url in enumerate(urls)]
    monitors.append({**usual, "name": "Upside", "url": "https://x.example/", "upsideDown": True})
    return SimpleUploadedFile("b.json", json.dumps({"monitorList": monitors}).encode())


def form_in(page: str) -> dict[str, str]:
    """What the form of the plan would send as it stands."""
    found = {"held": html.unescape(re.search(r'name="held" value="([^"]*)"', page)[1])}  # type: ignore[index]
    for name, inside in re.findall(r'<select id="[\w-]+" name="([\w-]+)">(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = html.unescape(chosen[1] if chosen else re.search(r'value="([^"]*)"', inside)[1])  # type: ignore[index]
    return found


def look(client: Client, cast: Cast, file: Any) -> str:
    answer = client.post(address(cast), {"file": file})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_file_is_looked_at_and_nothing_is_saved(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    own = cast.a.websites.get()

    page = look(
        client,
        cast,
        backup(own.url, "https://new.example/", authMethod="basic", basic_auth_user="a", basic_auth_pass="geheim"),
    )

    assert client.get(address(cast)).status_code == 200
    assert "M0 &lt;b&gt;" in page
    assert f"{own.name} (live)" in page
    assert "New website new.example" in page
    assert "upside-down mode" in page
    assert "Here a failed check is never good." in page
    assert "geheim" not in page
    assert not Monitor.objects.filter(client=cast.a).exists()
    assert cast.a.websites.count() == 1


def test_what_is_confirmed_is_added_and_a_second_confirmation_adds_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    own = cast.a.websites.get()
    sent = form_in(look(client, cast, backup(own.url, "https://new.example/")))

    first = client.post(address(cast), sent, follow=True).content.decode()
    second = client.post(address(cast), sent, follow=True).content.decode()

    assert "2 monitors added, 1 new website." in first
    assert "0 monitors added, 2 there already." in second
    assert {each.environment.website.name for each in Monitor.objects.filter(client=cast.a)} == {
        own.name,
        "new.example",
    }
    assert "there already, not added again" in look(client, cast, backup(own.url))


def test_the_place_can_be_chosen_and_monitors_left_out(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    other = cast.website(cast.a)
    live = other.environments.get(kind="live")
    sent = form_in(look(client, cast, backup("https://one.example/", "https://two.example/")))
    assert sent["place-0"] == "new:one.example"

    client.post(address(cast), {**sent, "place-0": f"at:{live.pk}", "place-1": "none"})

    assert [each.environment for each in Monitor.objects.filter(client=cast.a)] == [live]
    assert not Website.objects.filter(name="two.example").exists()


@pytest.mark.parametrize("place", ["at:999999", "new:other.example", "x", "at:", "at:9" + "9" * 40])
def test_a_place_that_was_not_offered_is_refused(client: Client, cast: Cast, place: str) -> None:
    client.force_login(cast.administrator)
    sent = form_in(look(client, cast, backup("https://one.example/")))

    answer = client.post(address(cast), {**sent, "place-0": place})

    assert answer.status_code == 422
    assert "Nothing was added" in answer.content.decode()
    assert not Monitor.objects.filter(client=cast.a).exists()


def test_what_the_form_carries_is_for_this_client_this_person_and_this_hour(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    sent = form_in(look(client, cast, backup("https://one.example/")))

    elsewhere = client.post(address(cast, cast.b), sent)
    damaged = [
        client.post(address(cast), {**sent, "held": held}) for held in ("", "x", "sealed:1:x", sent["held"][:-4])
    ]
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        client.force_login(cast.administrator)
        late = client.post(address(cast), sent)
    client.force_login(cast.account_manager)
    another = client.post(address(cast), sent)

    assert [each.status_code for each in (elsewhere, late, another, *damaged)] == [422] * 7
    assert "more than an hour ago" in late.content.decode()
    assert not Monitor.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "empty"), (b"hello", "none of these"), (b"[" * 500, "deep"), (b'{"monitorList": 1}', "no list")],
)
def test_a_file_that_cannot_be_read_is_told(client: Client, cast: Cast, content: bytes, told: str) -> None:
    client.force_login(cast.administrator)

    answer = client.post(address(cast), {"file": SimpleUploadedFile("f", content)})
    without = client.post(address(cast), {})

    assert (answer.status_code, without.status_code) == (422, 422)
    assert told in answer.content.decode()


def test_a_file_that_is_too_large_is_told(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)

    answer = client.post(address(cast), {"file": SimpleUploadedFile("f", b"x" * 20_000_001)})

    assert answer.status_code == 422
    assert "larger than 20 MB" in answer.content.decode()


def test_too_many_hosts_are_for_the_command_line(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)

    answer = client.post(address(cast), {"file": backup(*(f"https://h{n}.example/" for n in range(501)))})

    assert answer.status_code == 422
    assert "mainstay monitors import" in answer.content.decode()


def test_nothing_that_can_be_taken(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)

    page = look(client, cast, backup())

    assert "Nothing can be taken" in page
    assert "upside-down mode" in page


def test_who_is_kept_out(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    assert client.get(reverse("console-monitors-bringing", args=["nobody"])).status_code == 404
    for person in (cast.helper, cast.auditor, cast.a_administrator, cast.b_administrator):
        client.force_login(person)
        assert client.post(address(cast), {"file": backup("https://one.example/")}).status_code == 403
        assert client.get(reverse("console-monitors-export", args=[cast.a.slug])).status_code == 403
    assert not Monitor.objects.exists()


def test_looking_costs_the_same_queries_for_one_monitor_and_three(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    look(client, cast, backup("https://one.example/"))
    with CaptureQueriesContext(connection) as one:
        look(client, cast, backup("https://one.example/"))
    with CaptureQueriesContext(connection) as three:
        look(client, cast, backup(*(f"https://h{n}.example/" for n in range(3))))

    assert len(one) == len(three)


def test_the_export_reads_back(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    own = cast.a.websites.get()
    client.post(address(cast), form_in(look(client, cast, backup(own.url))))

    answer = client.get(reverse("console-monitors-export", args=[cast.a.slug]))
    page = look(client, cast, SimpleUploadedFile("m.yaml", answer.content))

    assert answer["Content-Disposition"] == f'attachment; filename="monitors-{cast.a.slug}.yaml"'
    assert "there already, not added again" in page


def test_the_pages_lead_there(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    own = cast.a.websites.get()

    assert address(cast) in client.get(cast.a.url).content.decode()
    assert (
        f"{address(cast)}?website={own.pk}" in client.get(reverse("console-monitors", args=[own.pk])).content.decode()
    )
    assert client.get(f"{address(cast)}?website=x").status_code == 200
