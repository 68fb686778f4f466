"""Clocks counted anew, and results corrected, in the console."""

import pytest
from django.urls import reverse
from django.utils import timezone

from mainstay.common.jobs import Job, run_due
from mainstay.desk.models import ClockResult, Recomputation, Ticket, TicketClock
from tests.desk.kit import Stage
from tests.desk.test_frozen_results import other_calendar

pytestmark = pytest.mark.django_db
LIST = "/console/desk/clocks/"


@pytest.fixture
def administrator(client, stage: Stage):
    client.force_login(stage.cast.administrator)
    return client


def test_from_looking_to_done(administrator, stage: Stage):
    ticket = stage.ticket()
    other_calendar(stage.cast.a)
    answer = administrator.post(LIST, {"client": stage.cast.a.slug})
    act = Recomputation.objects.get()
    assert answer.headers["Location"] == act.url
    assert "0 of" in administrator.get(act.url).content.decode()
    run_due(timezone.now(), "bulk")
    page = administrator.get(act.url).content.decode()
    assert "2 due dates on 1 ticket would move" in page
    assert ticket.reference in page
    assert TicketClock.objects.filter(ticket=ticket, calendar=None).count() == 2

    refused = administrator.post(f"{act.url}confirmation/", {"reason": " "})
    assert refused.status_code == 422
    administrator.post(f"{act.url}confirmation/", {"reason": "5 March is a holiday."})
    assert "Counting anew" in administrator.get(act.url).content.decode()
    run_due(timezone.now(), "bulk")
    assert not Job.objects.exclude(last_error="").exists()
    page = administrator.get(act.url).content.decode()
    assert "2 of 2 clocks" in page
    assert "5 March is a holiday." in administrator.get(LIST).content.decode()
    told = administrator.get(ticket.url).content.decode()
    assert "let its clocks be counted anew: 2 clocks are due at another time." in told
    assert "before this" in told
    full = administrator.get(reverse("console-ticket-clocks", args=[ticket.reference])).content.decode()
    assert "Counted anew" in full
    again = administrator.post(f"{act.url}confirmation/", {"reason": "Once more."})
    assert "confirmed or dropped already" in again.content.decode()


def test_progress_keeps_itself_up_to_date(administrator, stage: Stage):
    stage.ticket()
    administrator.post(LIST)
    act = Recomputation.objects.get()
    part = administrator.get(act.url, headers={"HX-Request": "true"})
    assert "clocks" in part.content.decode()
    assert "HX-Refresh" not in part.headers
    run_due(timezone.now(), "bulk")
    assert administrator.get(act.url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "No due date would move" in administrator.get(act.url).content.decode()
    administrator.post(f"{act.url}dropping/")
    assert "left as it was" in administrator.get(LIST).content.decode()


def test_a_result_is_looked_at_and_then_corrected(administrator, stage: Stage):
    ticket = stage.ticket()
    version = other_calendar(stage.cast.a)
    stage.later(days=1, hours=2)
    stage.reply(ticket)
    clock = TicketClock.objects.get(ticket=ticket, kind="first_response")
    page = reverse("console-ticket-clocks", args=[ticket.reference])
    assert "Correct this result" in administrator.get(page).content.decode()
    given = {"clock": clock.pk, "calendar": version.version, "reason": "5 March was a holiday.", "then": "look"}
    looked = administrator.post(f"{page}correction/", given).content.decode()
    assert "By that calendar: met" in looked
    assert ClockResult.objects.filter(clock=clock).count() == 1
    administrator.post(f"{page}correction/", {**given, "then": "correct"})
    kept = administrator.get(page).content.decode()
    assert "Missed" in kept
    assert "corrected by Ada Admin" in kept
    told = administrator.get(ticket.url).content.decode()
    assert "its result was corrected from missed" in told
    assert "corrected a clock’s result from missed to met." in told
    same = administrator.post(f"{page}correction/", {**given, "then": "correct"})
    assert (same.status_code, "says the same" in same.content.decode()) == (422, True)
    other = administrator.post(f"{page}correction/", {**given, "clock": 0})
    assert other.status_code == 422


def test_who_may_not_correct_sees_what_is_kept(client, stage: Stage):
    ticket = stage.ticket()
    stage.reply(ticket)
    client.force_login(stage.cast.helper)
    page = client.get(reverse("console-ticket-clocks", args=[ticket.reference])).content.decode()
    assert "Met" in page
    assert "Correct this result" not in page
    assert "Count clocks anew" not in client.get("/console/desk/").content.decode()


def test_the_page_of_clocks_costs_the_same_for_many(administrator, stage: Stage, django_assert_max_num_queries):
    ticket = stage.ticket()
    for _ in range(3):
        stage.reply(ticket)
        stage.wrote(ticket)
    assert TicketClock.objects.filter(ticket=ticket).count() == 5
    assert Ticket.objects.count() == 1
    with django_assert_max_num_queries(25):
        administrator.get(reverse("console-ticket-clocks", args=[ticket.reference]))
