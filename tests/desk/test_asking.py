"""The forms about difficulties: what they ask, what they refuse, and that nothing typed is lost."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mainstay.desk.browsers import described
from mainstay.desk.facts import Category
from mainstay.desk.models import Ticket
from mainstay.desk.queries.expected import answers_due
from mainstay.desk.uploads import USUAL, trouble
from mainstay.desk.web import difficulties
from tests.desk.kit import Stage

PNG = b"\x89PNG\r\n\x1a\n000"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def rita(client, stage: Stage):
    with time_machine.travel(stage.now, tick=False):
        client.force_login(stage.cast.a_requester)
        yield client


def asking(about: str, **more: str) -> str:
    given = "&".join(f"{name}={value}" for name, value in {"about": about, **more}.items())
    return reverse("portal-ticket-new", args=["alder"]) + f"?{given}"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (FIREFOX, "Firefox 128 on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge 126 on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome 126 on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Version/17.5 Mobile/15E148 Safari/604.1", "Safari 17 on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605.1.15", "Safari 17 on macOS"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_in_words(said, expected):
    assert described(said) == expected


@pytest.mark.parametrize(
    ("content", "any_data", "word"),
    [
        (PNG, False, ""),
        (b"%PDF-1.7", False, ""),
        (b"\x00\x00\x00\x18ftypheic", False, ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xls", False, ""),
        ("Größe;Preis\r\n1;2".encode("latin-1"), False, ""),
        (b"", False, "empty"),
        (b"MZ\x90\x00", True, "program"),
        (b"\x7fELF", True, "program"),
        (b"\x00\x01\x02\x03", False, "type"),
        (b"\x00\x01\x02\x03", True, ""),
        (b"a" * (USUAL.bytes + 1), False, "larger than 10 MB"),
    ],
)
def test_which_files_are_taken(content, any_data, word):
    found = trouble("thing.bin", content, any_data=any_data)
    assert (word in found) if word else (found == "")


@pytest.mark.parametrize("audience", ["website_user", "system_administrator"])
def test_every_difficulty_has_a_form_for_either_reader(audience):
    offered = {each.category for each in difficulties.for_audience(audience)}
    assert offered == set(Category) - {Category.OUTAGE}


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["website_user", "system_administrator"])
@pytest.mark.parametrize("about", [each for each in Category if each is not Category.OUTAGE])
def test_every_form_takes_a_request(rita, stage: Stage, about, words):
    site = stage.cast.a.websites.get().pk
    given = {
        "website": site,
        "subject": "Help",
        "text": "It fails.",
        "person": "Ann",
        "happened_at": "2026-03-04T10:00",
    }
    answer = rita.post(asking(about, words=words), given)
    ticket = Ticket.objects.get()
    assert answer.url == ticket.portal_url
    assert (ticket.category, ticket.audience) == (about, words)


@pytest.mark.django_db
def test_what_a_helper_needs_stands_on_the_ticket(rita, stage: Stage):
    given = {
        "website": stage.cast.a.websites.get().pk, "subject": "Import", "text": "Nothing happens.",
        "page": "https://example.org/import", "error": "413 too\nlarge", "happened_at": "2026-03-04T09:15",
        "browser": "Firefox 128 on Windows",
    }  # fmt: skip
    rita.post(asking("data_upload"), given)
    assert Ticket.objects.get().messages.get().text == (
        "Nothing happens.\n\nPage: https://example.org/import\nMessage shown: 413 too large\n"
        "Happened: Wednesday 4 March 2026, 09:15 (Europe/London)\nBrowser: Firefox 128 on Windows"
    )


@pytest.mark.django_db
def test_browser_and_page_are_filled_in_and_can_be_changed(rita):
    shown = rita.get(asking("layout", page="https://example.org/a"), headers={"User-Agent": FIREFOX}).content.decode()
    assert 'value="Firefox 128 on Windows"' in shown
    assert 'value="https://example.org/a"' in shown


@pytest.mark.django_db
@pytest.mark.parametrize(("when", "words"), [("2026-03-05T10:30", "has not come yet"), ("soon", "Write day and time")])
def test_a_wrong_time_loses_nothing(rita, stage: Stage, when, words):
    picture = SimpleUploadedFile("shot.png", PNG)
    given = {"subject": "Old stone", "text": "Long story.", "happened_at": when, "browser": "Lynx", "files": [picture]}
    answer = rita.post(asking("layout"), {"website": stage.cast.a.websites.get().pk, **given})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert words in shown
    assert "Please choose “shot.png” again" in shown
    assert all(each in shown for each in ("Old stone", "Long story.", "Lynx", when))
    assert not Ticket.objects.exists()


@pytest.mark.django_db
def test_each_wrong_file_is_named(rita, stage: Stage):
    files = [
        SimpleUploadedFile("virus.exe", b"MZ\x90"),
        SimpleUploadedFile("a.png", PNG),
        SimpleUploadedFile("void.txt", b""),
    ]
    given = {"website": stage.cast.a.websites.get().pk, "subject": "Help", "text": "It fails.", "files": files}
    shown = rita.post(asking("layout"), given).content.decode()
    assert "“virus.exe” is a program" in shown
    assert "“void.txt” is empty" in shown
    assert "“a.png” is" not in shown


@pytest.mark.django_db
def test_the_answer_time_is_the_agreements(stage: Stage):
    found = answers_due(stage.cast.a, [Category.ATTACK, Category.LAYOUT], stage.now)
    assert found[Category.ATTACK] == stage.now + timedelta(hours=1)
    assert found[Category.LAYOUT] == datetime(2026, 3, 5, 10, 30, tzinfo=UTC)
    night = datetime(2026, 3, 7, 23, tzinfo=UTC)
    assert answers_due(stage.cast.a, [Category.ATTACK], night)[Category.ATTACK] == night + timedelta(hours=1)


@pytest.mark.django_db
def test_the_answer_time_is_said_before_and_after(rita, stage: Stage):
    assert "Answer by" in rita.get(asking("")).content.decode()
    shown = rita.get(asking("layout")).content.decode()
    assert "tomorrow 10:30" in shown
    given = {"website": stage.cast.a.websites.get().pk, "subject": "Help", "text": "It fails."}
    assert "A person answers by tomorrow 10:30." in rita.post(asking("layout"), given, follow=True).content.decode()


@pytest.mark.django_db
def test_either_reader_may_take_the_other_words(rita):
    shown = rita.get(asking("", words="system_administrator")).content.decode()
    assert "Media upload fails" in shown
    assert "I can’t" not in shown


@pytest.mark.django_db
def test_the_choice_costs_a_fixed_number_of_queries(rita, stage: Stage, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        rita.get(asking(""))


def test_a_time_in_the_hour_that_comes_twice_is_taken():
    from mainstay.desk.web.asking import WhenField

    field = WhenField(zone=ZoneInfo("Europe/London"), at=datetime(2026, 11, 1, tzinfo=UTC), required=False)
    assert field.clean("2026-10-25T01:30").astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert field.clean("") is None
