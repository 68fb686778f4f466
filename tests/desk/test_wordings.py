"""Letters in the words of the agency and the language of the reader."""

from typing import Any

import pytest
from django.test import Client

from mainstay.clients.actions import change_contact
from mainstay.common.languages import LANGUAGES_SPOKEN
from mainstay.common.models import FactRecord
from mainstay.desk import actions, wordings
from mainstay.desk.actions.surveys import ask_satisfaction
from mainstay.desk.actions.wordings import WordingRefused, drop_wording, keep_wording
from mainstay.desk.queries.wordings import overview
from mainstay.desk.wordings import BUILT_IN, KINDS, LetterKind, Words, chosen, filled, trouble_with
from tests.desk.kit import Stage, sent_to

OWN = Words("Noted: {reference}", "Hi,\n\n{reference} is noted.")


@pytest.mark.parametrize(
    ("language", "own", "expected"),
    [
        ("en-gb", {}, (BUILT_IN[LetterKind.SURVEY, "en-gb"], "en-gb")),
        ("de", {}, (BUILT_IN[LetterKind.SURVEY, "de"], "de")),
        ("de", {"en-gb": OWN}, (BUILT_IN[LetterKind.SURVEY, "de"], "de")),
        ("de", {"en-gb": OWN, "de": Words("", "x")}, (Words("", "x"), "de")),
        ("cy", {"en-gb": OWN}, (OWN, "en-gb")),
        ("cy", {}, (BUILT_IN[LetterKind.SURVEY, "en-gb"], "en-gb")),
    ],
)
def test_whose_words_hold(language: str, own: dict[str, Words], expected: tuple[Words, str]) -> None:
    assert chosen(LetterKind.SURVEY, language, own) == expected


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("A {x}\n\nB {y}\n\nC", {"x": "1"}, "A 1\n\nC"),
        ("{x}", {"x": "{y}", "y": "never"}, "{y}"),
        ("{x} {nothing}", {"x": "1"}, ""),
        ("a {not a variable}", {}, "a {not a variable}"),
        ("{ x }!", {"x": "two\nlines"}, "two\nlines!"),
    ],
)
def test_variables_are_filled_in_once_and_lines_without_a_value_go(
    text: str, values: dict[str, str], expected: str
) -> None:
    assert filled(text, values) == expected


@pytest.mark.parametrize("kind", list(LetterKind))
@pytest.mark.parametrize("language", [code for code, _ in LANGUAGES_SPOKEN])
def test_mainstays_own_words_are_complete(kind: LetterKind, language: str) -> None:
    assert trouble_with(kind, BUILT_IN[kind, language]) == ""
    assert bool(BUILT_IN[kind, language].subject) == KINDS[kind].has_subject


def test_the_acknowledgement_knows_nothing_that_a_stranger_typed() -> None:
    assert set(KINDS[LetterKind.ACKNOWLEDGEMENT].variables) == {
        "reference",
        "client",
        "agency",
        "manager",
        "link",
        "due",
    }
    wrong = trouble_with(LetterKind.ACKNOWLEDGEMENT, Words("{subject}", "{reference}"))
    assert wrong == "There is no {subject} in this letter. Look at the list of variables."


def german(stage: Stage) -> Any:
    """The requester of client A, who is written to in German."""
    contact = stage.cast.a.contacts.get(user=stage.cast.a_requester)
    return change_contact(contact=contact, language="de", by=stage.cast.helper, at=stage.now)


def test_a_contact_is_written_to_in_its_language(stage: Stage) -> None:
    contact = german(stage)
    ticket = stage.ticket(requester=contact)
    stage.later(minutes=5)
    stage.reply(ticket, "Die Grenze ist jetzt 25 MB.")
    stage.later(minutes=5)
    actions.resolve(ticket=ticket, text="Es geht wieder.", by=stage.cast.helper, at=stage.now)
    stage.later(hours=2)
    ticket.refresh_from_db()
    ask_satisfaction(ticket=ticket, at=stage.now)
    ack, reply, closing, survey = sent_to(contact.email)
    assert ack.subject == f"Ihre Anfrage ist aufgenommen: {ticket.reference}"
    assert "bis Donnerstag 5. März 2026, " in ack.text
    assert "(Europe/London)" in ack.text
    assert reply.text.startswith(
        "Die Grenze ist jetzt 25 MB.\n\n-- \nHal Helper\nHarbour Agency\nIhr Account-Manager: Max Manager, "
    )
    assert reply.subject == f"Re: {ticket.subject} [{ticket.reference}]"
    assert "Wir betrachten das als gelöst." in closing.text
    assert "Wir betrachten" not in reply.text
    assert "Ein Klick genügt" in survey.text
    assert survey.subject.startswith("Wie haben wir es gemacht?")


def test_the_persons_own_choice_holds_where_the_contact_has_none(stage: Stage) -> None:
    type(stage.cast.a_requester).objects.filter(pk=stage.cast.a_requester.pk).update(language="de")
    ticket = stage.ticket()
    assert sent_to(ticket.answer_address)[0].subject.startswith("Ihre Anfrage")


def test_a_stranger_is_answered_in_the_language_of_the_page(stage: Stage) -> None:
    ticket = stage.ticket(requester=None, requester_address="n@elsewhere.example", language="de")
    assert sent_to("n@elsewhere.example")[0].subject == f"Ihre Anfrage ist aufgenommen: {ticket.reference}"


def test_letters_say_what_the_agency_wrote_until_that_is_taken_back(stage: Stage) -> None:
    who: dict[str, Any] = {"by": stage.cast.account_manager, "at": stage.now}
    keep_wording(kind=LetterKind.ACKNOWLEDGEMENT, language="en-gb", words=OWN, **who)
    ticket = stage.ticket(requester=None, requester_address="n@elsewhere.example")
    sent = sent_to("n@elsewhere.example")[0]
    assert sent.subject == f"Noted: {ticket.reference}"
    assert sent.text.startswith(f"Hi,\n\n{ticket.reference} is noted.\n[ms-")
    assert overview()[0] == (LetterKind.ACKNOWLEDGEMENT, [("en-gb", "English", "own"), ("de", "Deutsch", "built_in")])
    drop_wording(kind=LetterKind.ACKNOWLEDGEMENT, language="en-gb", **who)
    drop_wording(kind=LetterKind.ACKNOWLEDGEMENT, language="en-gb", **who)
    stage.later(hours=2)
    stage.ticket(requester=None, requester_address="n@elsewhere.example")
    assert sent_to("n@elsewhere.example")[1].subject.startswith("Your request is logged")
    bodies = FactRecord.objects.filter(kind="desk.wording_changed").order_by("id").values_list("body", flat=True)
    assert [each["is_own"] for each in bodies] == [True, False]


def test_words_that_make_no_letter_are_refused(stage: Stage) -> None:
    with pytest.raises(WordingRefused, match=r"needs \{answer\}"):
        keep_wording(
            kind=LetterKind.ANSWER, language="de", words=Words("", "Hallo"), by=stage.cast.helper, at=stage.now
        )


def test_a_reply_still_finds_its_ticket_by_the_text_alone(stage: Stage) -> None:
    german(stage)
    ticket = stage.ticket()
    stage.later(minutes=5)
    stage.reply(ticket)
    quoted = sent_to(ticket.answer_address)[-1].text
    raw = f"From: {ticket.answer_address}\r\nTo: support@localhost\r\nSubject: x\r\n\r\nThanks\r\n\r\n> {quoted}"
    stage.later(minutes=5)
    assert stage.mail(raw.replace("\n", "\r\n").encode()).ticket == ticket


def test_the_console_writes_looks_and_goes_back(stage: Stage, client: Client) -> None:
    client.force_login(stage.cast.account_manager)
    assert "As Mainstay brings them" in client.get("/console/desk/wordings/").text
    address = "/console/desk/wordings/survey/de/"
    shown = client.get(address).text
    assert "Ein Klick genügt" in shown
    assert "<h1>Survey, Deutsch</h1>" in shown
    assert "Nothing is written in" not in shown
    wrong = client.post(address, {"subject": "Na?", "text": "{good}"})
    assert wrong.status_code == 422
    assert "needs {fair}, {bad}" in wrong.text
    good = {"subject": "Na, {reference}?", "text": "{good}\n{fair}\n{bad}"}
    looked = client.post(address, {**good, "then": "preview"}).text
    assert "Na, MS-2026-00042?" in looked
    assert overview()[3][1][1][2] == "built_in"
    client.post(address, good)
    assert overview()[3][1][1][2] == "own"
    client.post(address, {"then": "drop"})
    assert overview()[3][1][1][2] == "built_in"
    assert [client.get(f"/console/desk/wordings/{each}/").status_code for each in ("survey/fr", "x/de")] == [404, 404]
    assert wordings.KINDS[LetterKind.SURVEY].title in client.get(address).text
