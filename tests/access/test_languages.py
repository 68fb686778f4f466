"""In which language a page is shown: the person's choice, else the browser's, else English; the console in English."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from mainstay.common.languages import LANGUAGES_SPOKEN
from mainstay.kit import dates
from mainstay.kit.templatetags.kit import milliseconds, percent
from tests.cast import SINCE, Cast
from tests.desk.words import help_page_of, survey_token

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
DECIMAL_COMMA = re.compile(r'\s(?:x|y|x1|x2|y1|y2|cx|cy|r|rx|width|height)="[\d.]*,[\d.,]*"')


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "en-gb"), ("de", "de"), ("de-CH,fr;q=0.5", "de"), ("fr,nl", "en-gb"), ("en-US", "en-gb")],
)  # fmt: skip
def test_a_stranger_reads_what_the_browser_asks_for(db: None, client: Client, header: str, language: str) -> None:
    answer = client.get("/accounts/login/", headers={"Accept-Language": header} if header else {})
    assert (answer["Content-Language"], f'<html lang="{language}"' in answer.text) == (language, True)
    assert "Accept-Language" in answer["Vary"]
    assert ("Passwort vergessen?" in answer.text) == (language == "de")


def test_a_persons_own_choice_goes_before_the_browsers(cast: Cast, client: Client) -> None:
    client.force_login(cast.a_administrator)
    given = {"name": "Anna Alder", "time_zone": "Europe/Berlin", "language": "de"}
    said = client.post("/account/", given, headers=GERMAN, follow=True).text
    assert "Ihr Konto wurde geändert." in said
    cast.a_administrator.refresh_from_db()
    assert cast.a_administrator.language == "de"
    shown = client.get(f"/portal/{cast.a.slug}/tickets/", headers={"Accept-Language": "en"}).text
    assert "Um Hilfe bitten" in shown
    assert "Nichts ist offen" in shown
    client.post("/account/", {**given, "language": "fr"})
    cast.a_administrator.refresh_from_db()
    assert cast.a_administrator.language == "de"


def test_the_console_and_the_api_are_in_english(cast: Cast, client: Client) -> None:
    type(cast.helper).objects.filter(pk=cast.helper.pk).update(language="de")
    client.force_login(cast.helper)
    answer = client.get("/console/desk/", headers=GERMAN)
    assert answer["Content-Language"] == "en-gb"
    assert "Nothing" in answer.text or "Desk" in answer.text
    assert "Accept-Language" not in answer.get("Vary", "")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "Wie wir es machen"),
        ("promises/", "Zusagen"),
        ("websites/", "Ihre Websites"),
        ("tickets/new/", "Worum geht es?"),
        ("tickets/new/?about=layout", "Etwas sieht falsch aus"),
        ("answers/", "Noch wurden keine Antworten geschrieben"),
        ("agreements/", "Vereinbarung"),
        ("people/", "An wen Sie sich wenden können"),
        ("help-pages/", "Alle Websites zusammen"),
        ("reports/", "Noch kein Bericht"),
    ],
)
def test_the_portal_in_german(cast: Cast, client: Client, path: str, words: str) -> None:
    client.force_login(cast.a_administrator)
    shown = client.get(f"/portal/{cast.a.slug}/{path}", headers=GERMAN).text
    assert words in shown
    assert not DECIMAL_COMMA.search(shown), "numbers in pictures have points in every language"


def test_a_websites_pictures_keep_their_numbers(cast: Cast, client: Client) -> None:
    client.force_login(cast.a_administrator)
    shown = client.get(f"/portal/{cast.a.slug}/websites/{cast.a.websites.get().pk}/", headers=GERMAN).text
    assert "<svg" in shown
    assert not DECIMAL_COMMA.search(shown)


def test_public_pages_in_german(cast: Cast, client: Client) -> None:
    page = help_page_of(cast.a, cast.helper)
    assert "Ich kann kein Bild hochladen" in client.get(page.path, headers=GERMAN).text
    form = client.post(f"{page.path}?about=layout", {"subject": "x"}, headers=GERMAN)
    assert "Bitte bringen Sie dies in Ordnung" in form.text
    assert "Schreiben Sie Ihren Namen." in form.text
    survey = client.get(f"/survey/{survey_token(cast.ticket(cast.a))}/", headers=GERMAN)
    assert "Wie haben wir es gemacht?" in survey.text
    assert "Hier ist nichts" in client.get("/help/nothing/", headers=GERMAN).text


def test_what_is_answered_in_german_stands_on_the_ticket_in_german(cast: Cast, client: Client) -> None:
    client.force_login(cast.a_requester)
    given = {
        "website": cast.a.websites.get().pk, "subject": "Karte", "text": "Sie ist grau.",
        "happened_at": "2026-03-04T09:05", "page": "https://example.org/",
    }  # fmt: skip
    answer = client.post(f"/portal/{cast.a.slug}/tickets/new/?about=layout", given, headers=GERMAN, follow=True)
    assert "Geschehen: Mittwoch 4. März 2026, 09:05" in answer.text
    assert "Vielen Dank. Ihre Anfrage ist aufgenommen als" in answer.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-gb", ["1 January 2025", "1 January", "Wednesday 1 January 2025", "12.5 %", "1.3 s"]),
        ("de", ["1. Januar 2025", "1. Januar", "Mittwoch 1. Januar 2025", "12,5 %", "1,3 s"]),
    ],
)
def test_days_and_numbers_are_written_as_the_language_does(language: str, said: list[str]) -> None:
    with translation.override(language):
        days: list[Any] = [dates.day(SINCE), dates.day_without_year(SINCE), dates.weekday(SINCE)]
        assert [*days, percent(0.125, 1), milliseconds(1_260_000)] == said


def test_one_reader_leaves_no_language_to_the_next(db: None, client: Client) -> None:
    client.get("/accounts/login/", headers=GERMAN)
    assert translation.get_language() == LANGUAGES_SPOKEN[0][0]
