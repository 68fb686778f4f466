"""What the public trackers of other desks tell of broken promises: each fault has its test here or by its name beside.

Mail loops and automatic acknowledgements: `test_bounces`; private notes in mail and API: `test_portal`.
"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from mainstay.clients import actions as clients
from mainstay.clients.models import Agreement
from mainstay.desk import actions
from mainstay.desk.models import ClockEvent
from tests.desk.kit import Stage, letter, sent_to

pytestmark = pytest.mark.django_db

RITA = "rita.alder@example.org"
WITH_LUNCH = {
    day: [["09:00", "12:00"], ["13:00", "17:30"]] if day != "fri" else [["09:00", "12:00"]]
    for day in ("mon", "tue", "wed", "thu", "fri")
}


def test_pauses_lost_when_terms_change(stage: Stage) -> None:
    """The ticket waits for its client while other terms are signed: it goes on waiting, by what it was promised."""
    ticket = stage.ticket(category="data_upload")
    stage.later(hours=1)
    actions.wait_for_client(ticket=ticket, by=stage.cast.helper, at=stage.now)
    before = stage.clock(ticket, "resolution").reading
    stage.later(days=1)
    signed = clients.sign_agreement(
        client=stage.cast.a,
        terms={"response": {"P3": {"first": "5 min", "resolution": "10 min"}}},
        effective_from=stage.now.date(),
        by=stage.cast.account_manager,
        at=stage.now,
    )
    assert signed.version == 2

    stage.later(days=2)
    paused = stage.clock(ticket, "resolution")
    assert (paused.state, paused.reading.consumed) == ("paused", before.consumed)

    stage.wrote(ticket)
    running = stage.clock(ticket, "resolution")
    assert (running.state, running.reading.total) == ("running", before.total)
    assert running.reading.consumed == before.consumed


def test_calendars_edited_under_running_tickets(stage: Stage) -> None:
    """A day becomes a holiday, or hours change, after the call was logged: its due instant stays what was promised."""
    ticket = stage.ticket(category="data_upload")
    due = stage.clock(ticket, "resolution").due_at
    tomorrow = stage.now.date() + timedelta(days=1)
    signed = Agreement.objects.filter(pk=ticket.agreement_id)

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        signed.update(holidays=[tomorrow.isoformat()])
    clients.sign_agreement(
        client=stage.cast.a,
        terms={"support": {"week": {"thu": [], "fri": [["09:00", "10:00"]]}, "exceptions": {tomorrow.isoformat(): []}}},
        effective_from=stage.now.date(),
        by=stage.cast.account_manager,
        at=stage.now,
    )

    assert stage.clock(ticket, "resolution").due_at == due
    assert stage.clock(stage.ticket(category="data_upload"), "resolution").due_at != due


def test_one_window_a_day(stage: Stage) -> None:
    """A lunch break and a short Friday are part of the hours; time in them is not counted."""
    stage.cast.signed_otherwise(stage.cast.a, terms={"support": {"week": WITH_LUNCH}})
    stage.now = stage.now.replace(hour=11, minute=30)  # a Wednesday, London, winter
    ticket = stage.ticket()
    actions.set_priority(ticket=ticket, impact="high", urgency="medium", by=stage.cast.helper, at=stage.now)
    first = stage.clock(ticket, "first_response")

    assert first.reading.total == timedelta(hours=2)
    assert first.due_at == stage.now.replace(hour=14, minute=30)
    stage.later(hours=1)
    assert stage.clock(ticket, "first_response").reading.consumed == timedelta(minutes=30)


@pytest.mark.parametrize("night", [date(2026, 10, 25), date(2026, 3, 29)])
def test_dst_loops(stage: Stage, night: date) -> None:
    """An hour that comes twice, or not at all, neither hangs the clock nor gives or takes an hour."""
    always = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    stage.cast.signed_otherwise(stage.cast.a, terms={"support": {"week": always}})
    stage.now = stage.now.replace(year=night.year, month=night.month, day=night.day, hour=0, minute=30)
    ticket = stage.ticket()
    actions.set_priority(ticket=ticket, impact="high", urgency="medium", by=stage.cast.helper, at=stage.now)

    assert stage.clock(ticket, "first_response").due_at == stage.now + timedelta(hours=2)
    stage.later(minutes=90)
    assert stage.clock(ticket, "first_response").reading.consumed == timedelta(minutes=90)


def test_a_nagging_client_does_not_move_the_clock(stage: Stage) -> None:
    ticket = stage.ticket()
    stage.reply(ticket)
    stage.later(minutes=10)
    stage.wrote(ticket)
    due = stage.clock(ticket, "next_response").due_at
    for _ in range(3):
        stage.later(minutes=5)
        stage.wrote(ticket, "Hello?")

    assert stage.clock(ticket, "next_response").due_at == due
    assert ClockEvent.objects.filter(clock__ticket=ticket, clock__kind="next_response").count() == 1


def test_private_notes_leaked(stage: Stage, client) -> None:
    """A note is in no letter, no page of the client, no later quotation."""
    secret = "between-us-alone"
    ticket = stage.mail(letter(RITA)).ticket
    actions.note(ticket=ticket, text=secret, by=stage.cast.helper, at=stage.now)
    stage.reply(ticket, "We look.")
    client.force_login(stage.cast.a_requester)
    pages = [reverse("portal-ticket", args=["alder", ticket.reference]), reverse("portal-tickets", args=["alder"])]

    shown = [client.get(each).content.decode() for each in pages]

    assert all(secret not in each for each in shown)
    assert all(secret not in each.subject + each.text + each.html for each in sent_to(""))
