"""A client does not want to wait: escalates a request in Chromium, reads who was told, and somebody accepts it."""

from collections.abc import Callable
from typing import Any

import pytest

from mainstay.desk.models import EscalationStep
from tests.cast import Cast
from tests.journeys.keyboard import fill, press
from tests.journeys.looking import AT_REST, troubles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_clients_button_to_accepting(cast: Cast, signed_in: Callable[..., Any]) -> None:
    ticket = cast.ticket(cast.a)
    contact = signed_in(cast.a_requester, ticket.portal_url)
    contact.get_by_text("Escalate", exact=True).click()
    fill(contact, "What is at stake?", "The sale starts at noon.")
    press(contact, "Escalate this request")
    contact.get_by_text("You escalated this request. Max Manager (account manager)").first.wait_for()

    helper = signed_in(cast.helper, ticket.url)
    helper.get_by_text("Escalated: nobody has accepted it yet").wait_for()
    with helper.expect_navigation():
        helper.keyboard.press("e")
    helper.get_by_text("accepted the escalation.").wait_for()
    assert EscalationStep.objects.get(ticket=ticket).accepted_by == cast.helper

    contact.reload()
    contact.get_by_text("Hal Helper has taken this on.").wait_for()


def test_the_procedures_pages_are_sound_in_every_light(cast: Cast, signed_in: Callable[..., Any]) -> None:
    reader = signed_in(cast.a_viewer, f"/portal/{cast.a.slug}/tickets/escalation/", **AT_REST)
    reader.get_by_text("What this comes to in time").click()
    assert troubles(reader) == []
    writer = signed_in(cast.account_manager, "/console/desk/procedure/new/", **AT_REST)
    press(writer, "Add a step")
    writer.get_by_text("Step 4").wait_for()
    assert troubles(writer) == []
