"""The escalation procedure on pages: as a client reads it, writing a version, accepting, and the client's button."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mainstay.desk import actions
from mainstay.desk.models import EscalationProcedure, EscalationStep, Ticket
from mainstay.desk.rules_escalation import STANDARD
from mainstay.desk.web.procedure_forms import initial_of
from mainstay.desk.worker import escalate_due
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db

PROCEDURE, NEW, OPEN = "/console/desk/procedure/", "/console/desk/procedure/new/", "/console/desk/escalations/"


@pytest.fixture(autouse=True)
def now(stage: Stage) -> Iterator[Any]:
    with time_machine.travel(stage.now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ticket(stage: Stage) -> Ticket:
    return stage.ticket(priority=2)


def posted(then: str, **changes: Any) -> dict[str, Any]:
    """The form of the standard procedure as a browser sends it."""
    steps, asked = initial_of(STANDARD)
    data: dict[str, Any] = {"text": "We **act**.", "effective_on": "", "then": then}
    data |= {"steps-TOTAL_FORMS": str(len(steps)), "steps-INITIAL_FORMS": "0"}
    for number, step in enumerate(steps):
        data |= {f"steps-{number}-{name}": value for name, value in step.items() if value is not False}
    data |= {f"asked-{name}": value for name, value in asked.items()}
    return data | changes


def portal(stage: Stage, ticket: Ticket | None = None) -> str:
    if ticket is None:
        return reverse("portal-procedure", args=[stage.cast.a.slug])
    return reverse("portal-ticket-escalation", args=[stage.cast.a.slug, ticket.reference])


def test_a_client_reads_the_steps_in_plain_words(client: Client, stage: Stage):
    client.force_login(stage.cast.a_viewer)
    page = client.get(portal(stage)).content.decode()
    assert "When 75 % of the time is used" in page
    assert "whoever works on the ticket and the team lead are told" in page
    assert "1 h 30 min of office time" in page  # of the two office hours for a first answer at priority 2
    assert "Escalate" in page


def test_a_client_reads_what_its_agreement_provides_beyond(client: Client, stage: Stage):
    stage.cast.signed_otherwise(
        stage.cast.a,
        terms={"escalation": {"client_may_escalate": False, "steps": [{"percent": 50, "tells": ["director"]}]}},
    )
    client.force_login(stage.cast.a_viewer)
    page = client.get(portal(stage)).content.decode()
    assert "When 50 % of the time is used</strong>, the director is told" in page
    assert "does not provide for a button" in page


def test_a_version_is_written_previewed_and_put_in_force(client: Client, stage: Stage):
    client.force_login(stage.cast.account_manager)
    assert "Step 3" in client.get(NEW).content.decode()
    page = client.post(NEW, posted("preview", **{"steps-0-percent": "60"}))
    assert (page.status_code, b"When 60 % of the time is used" in page.content) == (200, True)
    assert EscalationProcedure.objects.get().effective_at is None
    refused = client.post(NEW, posted("force", **{"steps-0-percent": "60"}))
    assert (refused.status_code, b"Choose the day" in refused.content) == (422, True)
    done = client.post(NEW, posted("force", effective_on="2026-03-09", **{"steps-0-percent": "60"}))
    assert done.status_code == 302
    version = EscalationProcedure.objects.get()
    assert (version.number, version.procedure.steps[0].percent) == (1, 60)
    client.force_login(stage.cast.a_viewer)
    page_now = client.get(portal(stage)).content.decode()
    assert "A new version is coming" in page_now
    assert "When 75 %" in page_now
    coming = client.get(portal(stage) + "?version=1").content.decode()
    assert "When 60 %" in coming
    assert "<strong>act</strong>" in coming
    assert client.get(portal(stage) + "?version=2").status_code == 404


def test_what_is_wrong_is_said_and_nothing_is_lost(client: Client, stage: Stage):
    client.force_login(stage.cast.account_manager)
    wrong = {"steps-0-percent": "0", "steps-1-tells": [], "asked-accept_min": "2", "text": "Kept words"}
    page = client.post(NEW, posted("keep", **wrong))
    said = page.content.decode()
    assert page.status_code == 422
    assert "greater than or equal to 1" in said
    assert "Kept words" in said
    assert not EscalationProcedure.objects.exists()
    doubled = client.post(NEW, posted("keep", **{"steps-1-percent": "75"}))
    assert (doubled.status_code, b"Two steps stand at 75 %" in doubled.content) == (422, True)


def test_a_step_can_be_added_and_left_out(client: Client, stage: Stage):
    client.force_login(stage.cast.account_manager)
    page = client.post(NEW, posted("more"))
    assert (page.status_code, b"Step 4" in page.content, b"Please put this right" in page.content) == (200, True, False)
    client.post(NEW, posted("keep", **{"steps-2-DELETE": "on"}))
    assert [each.percent for each in EscalationProcedure.objects.get().procedure.steps] == [75, 100]
    client.post(NEW, posted("discard"))
    assert not EscalationProcedure.objects.exists()


def test_what_waits_is_listed_and_accepted(client: Client, stage: Stage, ticket: Ticket, now: Any):
    client.force_login(stage.cast.helper)
    assert "Nothing waits" in client.get(OPEN).content.decode()
    escalate_due(stage.later(minutes=90))
    now.move_to(stage.now)
    for address in (OPEN, ticket.url):
        page = client.get(address).content.decode()
        assert "75 % of the time for the first answer is used" in page
        assert "Accept" in page
    assert "1 step that nobody has accepted" in client.get("/console/desk/").content.decode()
    done = client.post(reverse("console-ticket-acceptance", args=[ticket.reference]), {"back": "list"}, follow=True)
    assert "Accepted." in done.content.decode()
    assert EscalationStep.objects.get().accepted_by == stage.cast.helper
    story = client.get(ticket.url).content.decode()
    assert "accepted the escalation." in story
    assert "told Max Manager: 75 % of the time for the first answer is used." in story
    again = client.post(reverse("console-ticket-acceptance", args=[ticket.reference]), follow=True)
    assert "Somebody has accepted it already" in again.content.decode()


def test_the_list_costs_the_same_for_one_and_for_three(client: Client, stage: Stage, ticket: Ticket):
    from django.db import connection

    client.force_login(stage.cast.helper)
    counts = []
    for wanted in (1, 3):
        for _ in range(wanted - 1):
            stage.ticket(priority=2)
        escalate_due(stage.later(minutes=90))
        with CaptureQueriesContext(connection) as found:
            client.get(OPEN)
        counts.append(len(found))
    assert EscalationStep.objects.count() >= 3
    assert counts[0] == counts[1]


def test_a_client_escalates_and_reads_who_was_told(client: Client, stage: Stage, ticket: Ticket):
    client.force_login(stage.cast.a_requester)
    page = client.get(ticket.portal_url).content.decode()
    assert "At once the account manager and the team lead are told" in page
    empty = client.post(portal(stage, ticket), {"reason": " "})
    assert (empty.status_code, b"This field is required" in empty.content) == (422, True)
    done = client.post(portal(stage, ticket), {"reason": "The sale starts at noon."}, follow=True).content.decode()
    assert "You escalated this request. Max Manager" in done
    assert "You can do so again from" in done
    again = client.post(portal(stage, ticket), {"reason": "Again."})
    assert (again.status_code, b"within the last 60 min" in again.content) == (422, True)
    assert EscalationStep.objects.count() == 1


def test_who_only_reads_does_not_escalate(client: Client, stage: Stage, ticket: Ticket):
    client.force_login(stage.cast.a_viewer)
    assert "Escalate this request" not in client.get(ticket.portal_url).content.decode()
    assert client.post(portal(stage, ticket), {"reason": "x"}).status_code == 403
    client.force_login(stage.cast.b_administrator)
    assert client.post(portal(stage, ticket), {"reason": "x"}).status_code == 404
    assert client.get(portal(stage)).status_code == 404


def test_a_ticket_says_its_next_step(client: Client, stage: Stage, ticket: Ticket):
    client.force_login(stage.cast.helper)
    assert "If nothing is done" in client.get(ticket.url).content.decode()
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now + timedelta(minutes=1))
    assert "If nothing is done" not in client.get(ticket.url).content.decode()
