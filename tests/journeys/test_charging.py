"""An outage is attributed, its exclusion asked, refused, asked again and granted: in Chromium, by keyboard."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mainstay.watch import actions as watch
from mainstay.watch.facts import Attributed
from mainstay.watch.models import Exclusion, Outage
from tests.cast import Cast
from tests.journeys.conftest import link_in
from tests.journeys.keyboard import fill, press
from tests.journeys.looking import AT_REST, troubles
from tests.watch.test_charging import SHOWN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def outage(cast: Cast) -> Outage:
    """Two hours of yesterday, of a client whose agreement excludes their own changes."""
    cast.signed_otherwise(cast.a, terms={"downtime": {**SHOWN, "excluded": ["client"]}})
    began = timezone.now().replace(microsecond=0) - timedelta(days=1)
    made = watch.state_outage(
        website=cast.a.websites.get(),
        started_at=began,
        ended_at=began + timedelta(hours=2),
        reason="The client called.",
        by=cast.account_manager,
        at=timezone.now(),
    )
    assert made.new is not None
    return made.new


def ask(page: Any, outage: Outage, why: str) -> None:
    page.goto(f"/console/outages/{outage.pk}/")
    press(page, "Leave it out of the charge")
    fill(page, "Why it is not to be charged", why)
    press(page, "Exclude")
    page.get_by_text("The client has been asked.").wait_for()


def test_an_exclusion_is_refused_and_then_granted(
    cast: Cast, outage: Outage, signed_in: Callable[..., Any], mail_to: Callable[..., Any]
) -> None:
    console = signed_in(cast.account_manager, f"/console/outages/{outage.pk}/")
    assert console.get_by_role("link", name="Leave it out of the charge").count() == 0
    press(console, "Say what caused it")
    console.get_by_label("The client’s change").check()
    fill(console, "How we know", "The log names their plugin.")
    press(console, "Decide")
    console.get_by_text("The outage is put down to this").wait_for()

    ask(console, outage, "As section 2 says.")
    letter = next(each for each in mail_to(cast.a_administrator.email) if "Your consent" in each.subject)
    portal = signed_in(cast.a_administrator, link_in(letter))
    portal.get_by_text("The log names their plugin.").wait_for()
    portal.get_by_text("2 h of the 40 h a year are charged so far").wait_for()
    fill(portal, "Why", "It was your update.")
    press(portal, "Charge it")
    portal.get_by_text("You have refused: this time stays charged.").wait_for()

    console.reload()
    console.get_by_text("It was your update.").wait_for()
    ask(console, outage, "Here is the log, line by line.")
    portal.goto(f"/portal/{cast.a.slug}/")
    press(portal, "Read and answer")
    portal.get_by_role("row", name="waits for your answer").get_by_role("link").click()
    press(portal, "Do not charge it")
    portal.get_by_text("You have consented: this time is not charged.").wait_for()
    portal.get_by_text("0 s of the 40 h a year are charged so far").wait_for()

    console.reload()
    console.get_by_text("Anna Alder consented").wait_for()
    assert sorted(Exclusion.objects.values_list("end", flat=True)) == ["", "refused"]


def test_the_record_is_put_right(cast: Cast, outage: Outage, signed_in: Callable[..., Any]) -> None:
    page = signed_in(cast.account_manager, f"/console/outages/{outage.pk}/")
    press(page, "Put the record right")
    page.get_by_label("There was no such outage").check()
    fill(page, "How we know", "Another website was meant.")
    press(page, "Put it right")
    page.get_by_text("There was no such outage.").wait_for()
    page.get_by_text("Another website was meant.").wait_for()
    portal = signed_in(cast.a_viewer, f"/portal/{cast.a.slug}/exclusions/")
    portal.get_by_role("row", name="Another website was meant.").wait_for()


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("account_manager", "/console/outages/{outage}/"),
        ("account_manager", "/console/outages/{outage}/cause/"),
        ("account_manager", "/console/outages/{outage}/exclusion/"),
        ("account_manager", "/console/outages/{outage}/correction/"),
        ("account_manager", "/console/websites/{website}/outages/new/"),
        ("a_administrator", "/portal/alder/exclusions/"),
        ("a_administrator", "/portal/alder/exclusions/{exclusion}/"),
    ],
)
def test_the_pages_are_fit_for_every_eye_and_screen(
    cast: Cast, outage: Outage, signed_in: Callable[..., Any], person: str, path: str
) -> None:
    cause = {"to": Attributed.CLIENT_CHANGE, "reason": "Their plugin."}
    watch.attribute(outage=outage, **cause, by=cast.account_manager, at=timezone.now())
    exclusion = watch.ask_exclusion(outage=outage, reason="So.", by=cast.account_manager, at=timezone.now())
    named = {"outage": outage.pk, "website": outage.website_id, "exclusion": exclusion.pk}
    page = signed_in(cast.person(person), path.format(**named), **AT_REST)
    assert troubles(page) == []


@pytest.mark.parametrize(
    ("person", "path"), [("auditor", "/console/websites/{}/ledger/"), ("a_viewer", "/portal/alder/websites/{}/ledger/")]
)
def test_the_ledger_is_fit_for_every_eye_and_screen(
    cast: Cast, outage: Outage, signed_in: Callable[..., Any], person: str, path: str
) -> None:
    page = signed_in(cast.person(person), path.format(outage.website_id), **AT_REST)
    page.get_by_role("row", name="Down, charged 2 h 7200").wait_for()
    assert troubles(page) == []
