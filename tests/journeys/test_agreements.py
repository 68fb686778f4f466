"""An agreement is drafted, sent and signed, and the promise board shows it: in Chromium, by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest

from mainstay.clients.models import Agreement, AgreementOffer
from mainstay.common.facts import Process
from mainstay.promises import actions as promises
from tests.cast import Cast
from tests.journeys.conftest import link_in
from tests.journeys.keyboard import enter, fill, press
from tests.journeys.looking import AT_REST, troubles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FAR = "2099-01-01"


def sent(cast: Cast, signed_in: Callable[..., Any], hours: str = "30") -> Any:
    """The console's page of a draft with other hours, that was written and sent there."""
    page = signed_in(cast.account_manager, f"/console/clients/{cast.a.slug}/agreement/")
    press(page, "Draft an amendment")
    page.get_by_label("These terms hold from").fill(FAR)
    page.get_by_label("What you want to say about it").fill("As we said in March.")
    page.locator("summary", has_text="Downtime").first.click()
    page.get_by_label("Hours a year").fill(hours)
    page.get_by_role("button", name="Keep and preview").focus()
    enter(page)
    page.get_by_text(f"at most {hours} h of downtime in a contract year").wait_for()
    press(page, "Send to be signed")
    page.get_by_text("was sent to Alder Books to be signed").wait_for()
    return page


def test_an_amendment_is_drafted_sent_and_signed(
    cast: Cast, signed_in: Callable[..., Any], mail_to: Callable[..., Any]
) -> None:
    console = sent(cast, signed_in)
    letter = next(each for each in mail_to(cast.a_administrator.email) if "to sign" in each.subject)
    page = signed_in(cast.a_administrator, link_in(letter))
    page.get_by_text("As we said in March.").wait_for()
    row = page.get_by_role("row", name="Downtime Hours a year")
    assert row.get_by_role("cell").all_inner_texts()[1:] == ["40", "30"]
    fill(page, "Your full name", "Anna Alder")
    page.get_by_label("I have read this version").focus()
    page.keyboard.press("Space")
    press(page, "Sign version 2")
    page.get_by_text("Signed. Version 2 holds from 1 January 2099.").wait_for()
    agreement = Agreement.objects.get(client=cast.a, version=2)
    assert agreement.text_sha256 in page.content()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename == "alder-agreement-version-2.pdf"

    console.goto(f"/console/clients/{cast.a.slug}/agreement/")
    console.get_by_text("Anna Alder, in the portal").wait_for()


def test_the_promise_board_is_read_clause_by_clause(cast: Cast, signed_in: Callable[..., Any], now: Any) -> None:
    promises.take(clients=[cast.a], by=Process("promises"), at=now)
    page = signed_in(cast.a_viewer, f"/portal/{cast.a.slug}/promises/")
    page.get_by_text("by version 1 of the agreement").wait_for()
    page.get_by_role("link", name="a maximum of 40 hours of downtime per annum").click()
    card = page.locator("#clause-S2")
    assert "at most 40 h of downtime in a contract year" in card.inner_text()
    card.get_by_role("link", name="See the evidence").click()
    page.get_by_role("heading", name="S2 At most the agreed hours of downtime a year", level=1).wait_for()
    page.get_by_text("Three quarters of the hours are used").wait_for()
    page.get_by_role("heading", name="How it went").wait_for()


def test_a_viewer_reads_and_cannot_sign(cast: Cast, signed_in: Callable[..., Any]) -> None:
    offer = cast.offer(cast.a)
    page = signed_in(cast.a_viewer, f"/portal/{cast.a.slug}/agreements/")
    page.get_by_role("link", name="Read it").click()
    page.get_by_text("An administrator of Alder Books can sign this version here.").wait_for()
    assert page.get_by_label("Your full name").count() == 0
    assert AgreementOffer.objects.get(pk=offer.pk).is_open


def test_what_is_not_right_is_refused_with_a_reason(cast: Cast, signed_in: Callable[..., Any]) -> None:
    console = sent(cast, signed_in)
    page = signed_in(cast.a_administrator, f"/portal/{cast.a.slug}/agreements/")
    press(page, "Read and sign")
    press(page, "Do not sign")
    page.locator("[role=alert]").first.wait_for()
    fill(page, "What is not right", "We had said 20 hours.")
    press(page, "Do not sign")
    page.get_by_text("has been told that you do not sign").wait_for()
    console.reload()
    console.get_by_text("We had said 20 hours.").wait_for()
    assert Agreement.objects.filter(client=cast.a).count() == 1


def test_what_was_recalled_can_no_longer_be_signed(cast: Cast, signed_in: Callable[..., Any]) -> None:
    console = sent(cast, signed_in)
    offer = AgreementOffer.objects.get(client=cast.a)
    page = signed_in(cast.a_administrator, offer.portal_url)
    press(console, "Recall it")
    console.get_by_text("It was recalled.").wait_for()
    fill(page, "Your full name", "Anna Alder")
    page.get_by_label("I have read this version").check()
    press(page, "Sign version 2")
    page.get_by_text("This can no longer be signed").wait_for()
    assert page.get_by_role("button", name="Sign version 2").count() == 0
    assert Agreement.objects.filter(client=cast.a).count() == 1


def test_another_clients_agreement_is_not_found(cast: Cast, signed_in: Callable[..., Any]) -> None:
    offer = cast.offer(cast.b)
    page = signed_in(cast.a_administrator, f"/portal/{cast.a.slug}/")
    for path in (
        offer.portal_url,
        f"/portal/{cast.b.slug}/agreements/",
        f"/portal/{cast.b.slug}/agreements/1/",
        f"/portal/{cast.a.slug}/agreements/offers/{offer.pk}/",
    ):
        assert page.goto(path).status == 404


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("a_administrator", "/portal/alder/agreements/"),
        ("a_administrator", "offer"),
        ("a_administrator", "/portal/alder/agreements/1/"),
        ("a_administrator", "/portal/alder/promises/"),
        ("a_administrator", "/portal/alder/promises/S2/"),
        ("account_manager", "/console/clients/alder/agreement/draft/"),
        ("account_manager", "/console/clients/alder/agreement/draft/preview/"),
        ("account_manager", "/console/promises/?clause=S2"),
        ("account_manager", "/policy/"),
    ],
)
def test_the_pages_are_fit_for_every_eye_and_screen(
    cast: Cast, signed_in: Callable[..., Any], person: str, path: str
) -> None:
    offer = cast.offer(cast.a)
    page = signed_in(cast.person(person), offer.portal_url if path == "offer" else path, **AT_REST)
    assert troubles(page) == []
