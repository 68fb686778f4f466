"""The address at which tasks report: open to whoever has the token, and to nothing else."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import UnreadablePostError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.common import tenancy
from mainstay.watch import actions
from mainstay.watch.models import Beat, BeatSignal, CheckRow, Monitor
from mainstay.watch.models.beat import NOTE_MAX
from mainstay.watch.web import beats
from tests.cast import Cast
from tests.watch.world import beat_token, heartbeat_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(cast: Cast) -> Monitor:
    return heartbeat_of(cast.a.websites.get(), at=timezone.now())


def kept() -> tuple[str, int | None]:
    """The kind and the exit status of the latest signal."""
    latest = BeatSignal.objects.first()
    return latest.kind, latest.exit_status


@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("", ("success", None)),
        ("/", ("success", None)),
        ("/success", ("success", None)),
        ("/start", ("start", None)),
        ("/start/", ("start", None)),
        ("/fail", ("fail", None)),
        ("/log", ("log", None)),
        ("/0", ("success", 0)),
        ("/1", ("fail", 1)),
        ("/255", ("fail", 255)),
    ],
)
def test_each_signal_has_its_address(task: Monitor, method: str, end: str, said: tuple[str, int | None]) -> None:
    browser = Client(enforce_csrf_checks=True)

    answer = getattr(browser, method)(f"/beat/{beat_token(task)}{end}")

    assert answer.status_code == 200
    assert answer.content == (b"" if method == "head" else b"OK")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert kept() == said


def test_whatever_is_unknown_gets_one_answer_that_says_nothing(client: Client, cast: Cast, task: Monitor) -> None:
    token = beat_token(task)
    wrong = ("x", token[:-1], token.upper(), f"{token}x", f"{token}/256", f"{token}/-1", f"{token}/stop", f"{token}/٣")
    wrong += (
        "%20",
        "ü",
        f"{token}/0x1",
        f"{token}/1000000000000",
        f"x/{token}",
        "../../etc",
        "'",
        Beat.objects.get().token_hash,
    )

    answers = [client.get(f"/beat/{each}") for each in wrong] + [client.post("/beat/x/fail", {"note": "n"})]

    assert {each.status_code for each in answers} == {404}
    assert {each.content for each in answers if each["Content-Type"].startswith("text/plain")} == {
        b"There is no such task.\n"
    }
    assert len([each for each in answers if not each["Content-Type"].startswith("text/plain")]) <= 1
    assert not BeatSignal.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused_with_and_without_a_task(client: Client, task: Monitor, method: str) -> None:
    for token in (beat_token(task), "nobody"):
        assert getattr(client, method)(f"/beat/{token}").status_code == 405
    assert not BeatSignal.objects.exists()


def test_a_body_is_kept_as_a_note_and_so_is_a_parameter(client: Client, task: Monitor) -> None:
    address = f"/beat/{beat_token(task)}"

    client.post(address, b"4 GB saved\nin 3 files", content_type="text/plain")
    assert BeatSignal.objects.first().note == "4 GB saved\nin 3 files"
    client.get(address, {"note": "Größe: 4 GB"})
    assert BeatSignal.objects.first().note == "Größe: 4 GB"
    client.post(f"{address}?note=less", {"note": "as a form"})
    assert "as a form" in BeatSignal.objects.first().note


@pytest.mark.parametrize("size", [NOTE_MAX, NOTE_MAX + 1, 6 * 1024 * 1024])
def test_of_a_long_note_the_beginning_is_kept_and_the_signal_counts(client: Client, task: Monitor, size: int) -> None:
    answer = client.post(f"/beat/{beat_token(task)}", b"a" * size, content_type="text/plain")

    note = BeatSignal.objects.get().note
    assert answer.status_code == 200
    assert len(note) == NOTE_MAX
    assert note.endswith(beats.CUT) is (size > NOTE_MAX)
    assert CheckRow.objects.get().code == "ok"


@pytest.mark.parametrize(
    "body", [bytes(range(256)), b"\x00" * 50, b"\xff\xfe\xfa", b"<script>alert(1)</script>", "😀".encode() * 3000]
)
def test_a_binary_note_is_kept_as_far_as_it_is_text(client: Client, cast: Cast, task: Monitor, body: bytes) -> None:
    answer = client.post(f"/beat/{beat_token(task)}", body, content_type="application/octet-stream")
    note = BeatSignal.objects.get().note
    client.force_login(cast.administrator)
    page = client.get(reverse("console-monitor", args=[task.pk])).content.decode()

    assert answer.status_code == 200
    assert note
    assert "\x00" not in note
    assert len(note.encode()) <= 3 * NOTE_MAX
    assert "<script>alert(1)" not in page


def test_a_caller_who_goes_away_has_said_what_the_address_says(rf, task: Monitor) -> None:
    class Gone(BytesIO):
        def read(self, *_args: int) -> bytes:
            raise OSError("connection reset")

    request: WSGIRequest = rf.post("/", b"lost", content_type="text/plain")
    request._stream = Gone()
    with pytest.raises(UnreadablePostError):
        request.read(1)

    answer = beats.report(request, beat_token(task), "fail")

    assert answer.status_code == 200
    assert kept() == ("fail", None)
    assert BeatSignal.objects.get().note == ""


def test_the_caller_is_on_record(client: Client, task: Monitor) -> None:
    client.get(f"/beat/{beat_token(task)}", REMOTE_ADDR="192.0.2.7", headers={"X-Forwarded-For": "198.51.100.1"})
    assert BeatSignal.objects.first().from_address == "192.0.2.7"


def test_a_report_is_for_its_client_alone_whoever_calls(cast: Cast, task: Monitor) -> None:
    """Also under the scope of somebody who may see nothing of it, as anonymous callers and other clients' people."""
    other = heartbeat_of(cast.b.websites.get(), at=timezone.now())
    browser = Client()
    browser.force_login(cast.b_administrator)

    token = beat_token(task)
    with tenancy.scope([cast.b.pk]):
        browser.get(f"/beat/{token}")

    found = BeatSignal.objects.get()
    assert (found.monitor_id, found.client_id) == (task.pk, cast.a.pk)
    assert CheckRow.objects.get().client_id == cast.a.pk
    assert not BeatSignal.objects.filter(monitor=other).exists()


def test_a_token_that_moves_meanwhile_is_followed(client: Client, cast: Cast, task: Monitor, monkeypatch) -> None:
    token, find = beat_token(task), beats.gates.beat_with
    moved = []

    def find_then_move(given: str) -> Beat:
        found = find(given)
        if not moved:
            now = timezone.now()
            moved.append(actions.change_monitor(monitor=task, changes={"counts": True}, by=cast.helper, at=now))
        return found

    monkeypatch.setattr(beats.gates, "beat_with", find_then_move)

    assert client.get(f"/beat/{token}").status_code == 200
    assert BeatSignal.objects.get().monitor_id == moved[0].pk
