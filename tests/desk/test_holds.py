"""Agreed holds and follow-ups: what stands, for how long, who is told, and what comes back to whom."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from mainstay.common.models import FactRecord
from mainstay.desk import actions, worker
from mainstay.desk.models import ClockEvent, Ticket, TicketClock, TicketFollowUp, TicketHold
from mainstay.desk.queries import Wanted, listed, tickets, view_counts
from mainstay.desk.queries.agreed import hold_on
from mainstay.promises.collect.timed import timed
from tests.desk.kit import Stage, sent_to

UNTIL = date(2026, 3, 9)
MIDNIGHT = datetime(2026, 3, 9, tzinfo=UTC)


def hold(stage: Stage, ticket: Ticket, **fields: Any) -> TicketHold:
    """Rita agreed on the phone that the time stands until Monday."""
    given = {
        "reason": "The new logo comes on Monday.", "until": UNTIL, "agreed_how": "on the phone today",
        "agreed_by": stage.cast.a.contacts.get(user=stage.cast.a_requester), "by": stage.cast.helper, "at": stage.now,
    }  # fmt: skip
    return actions.agree_hold(ticket=ticket, **{**given, **fields})


def now_is(stage: Stage, at: datetime) -> None:
    stage.now = at
    worker.carry_on(at)


def test_only_the_resolution_stands_and_its_end_is_known_from_the_first(stage: Stage) -> None:
    ticket = stage.ticket()
    due = stage.clock(ticket, "resolution").due_at
    stage.later(hours=1)
    hold(stage, ticket)
    resolution, response = stage.clock(ticket, "resolution"), stage.clock(ticket, "first_response")
    assert (resolution.state, resolution.paused_by, response.state) == ("paused", "agreed hold", "running")
    assert resolution.reading.paused_at == stage.now
    # From Wednesday 11:30 to Monday 09:00: six hours of Wednesday and two whole office days.
    assert due is not None
    assert resolution.due_at == datetime(2026, 3, 13, 16, 30, tzinfo=UTC) > due
    ticket.refresh_from_db()
    assert ticket.next_due_at == response.due_at
    assert hold_on(ticket, stage.now) is not None


def test_the_day_ends_it_however_late_anybody_looks(stage: Stage) -> None:
    ticket = stage.ticket()
    held = hold(stage, ticket)
    stage.now = MIDNIGHT + timedelta(hours=10)
    assert stage.clock(ticket, "resolution").state == "running", "no job is needed for that"
    assert hold_on(ticket, stage.now) is None
    now_is(stage, MIDNIGHT + timedelta(days=1))
    held.refresh_from_db()
    assert (held.ended_at, held.end) == (MIDNIGHT, "day")
    clock = ticket.clocks.get(kind="resolution")
    assert clock.paused_at is None
    assert clock.due_at == stage.clock(ticket, "resolution").due_at
    ended = FactRecord.objects.get(kind="desk.hold_ended")
    assert (ended.at, ended.body["end"]) == (MIDNIGHT, "day")


def test_the_client_is_told_when_it_begins_and_when_it_ends(stage: Stage, client: Client) -> None:
    ticket = stage.ticket()
    other = stage.cast.contact(stage.cast.a, name="Olga Other", email="olga@alder.example")
    hold(stage, ticket, agreed_by=other)
    for address in (ticket.answer_address, other.email):
        text = sent_to(address)[-1].text
        assert "The new logo comes on Monday." in text
        assert "Agreed by Olga Other (on the phone today). It goes on by itself on 9 March 2026." in text
    client.force_login(stage.cast.a_requester)
    shown = client.get(f"/portal/alder/tickets/{ticket.reference}/").text
    assert "Agreed by Olga Other (on the phone today)." in shown
    now_is(stage, MIDNIGHT + timedelta(minutes=1))
    now_is(stage, MIDNIGHT + timedelta(minutes=2))
    letters = sent_to(ticket.answer_address)
    assert [("hold is over" in each.text) for each in letters] == [False, False, True]
    assert "A solution is due by" in letters[-1].text


def test_a_hold_counts_as_no_answer(stage: Stage) -> None:
    ticket = stage.ticket()
    hold(stage, ticket)
    assert stage.clock(ticket, "first_response").state == "running"


def test_waiting_and_a_hold_stand_side_by_side(stage: Stage) -> None:
    ticket = stage.ticket()
    stage.reply(ticket, then_wait=True)
    stage.later(hours=1)
    hold(stage, ticket)
    both = stage.clock(ticket, "resolution")
    assert (both.paused_by, both.due_at) == ("waits for the client · agreed hold", None)
    stage.later(hours=1)
    stage.wrote(ticket)
    ticket.refresh_from_db()
    assert ticket.state == "open"
    held = stage.clock(ticket, "resolution")
    assert (held.state, held.paused_by) == ("paused", "agreed hold")
    assert held.due_at is not None
    assert held.reading.consumed == timedelta()


def test_waiting_goes_on_past_the_end_of_a_hold(stage: Stage) -> None:
    ticket = stage.ticket()
    hold(stage, ticket)
    stage.later(hours=1)
    stage.reply(ticket, then_wait=True)
    now_is(stage, MIDNIGHT + timedelta(hours=12))
    clock = stage.clock(ticket, "resolution")
    assert (clock.state, clock.paused_by) == ("paused", "waits for the client")
    assert "The agreed hold is over.\n" in sent_to(ticket.answer_address)[-1].text


def test_ending_it_early_takes_the_later_end_its_force(stage: Stage) -> None:
    ticket = stage.ticket()
    hold(stage, ticket)
    stage.later(hours=2)
    actions.end_hold(ticket=ticket, by=stage.cast.helper, at=stage.now)
    assert TicketClock.objects.get(ticket=ticket, kind="resolution").paused_at is None, "reports go by the row"
    assert stage.clock(ticket, "resolution").state == "running"
    stage.later(hours=1)
    hold(stage, ticket, until=date(2026, 3, 12))
    stage.now = MIDNIGHT + timedelta(hours=12)
    clock = stage.clock(ticket, "resolution")
    assert clock.state == "paused", "the first hold's day ends nothing of the second"
    assert clock.reading.consumed == timedelta(hours=1)
    assert list(TicketHold.objects.values_list("end", flat=True)) == ["early", ""]


def test_the_end_of_the_ticket_ends_its_hold(stage: Stage) -> None:
    ticket = stage.ticket()
    hold(stage, ticket)
    stage.later(hours=1)
    actions.resolve(ticket=ticket, text="It came early.", by=stage.cast.helper, at=stage.now)
    assert TicketHold.objects.get().end == "over"
    assert stage.clock(ticket, "resolution").state == "met"
    stage.later(hours=1)
    stage.wrote(ticket, "Not so.")
    assert stage.clock(ticket, "resolution").state == "running", "opened again, no hold comes back"
    now_is(stage, MIDNIGHT + timedelta(hours=12))
    assert stage.clock(ticket, "resolution").state == "running"


def test_a_clock_that_is_late_already_stays_late(stage: Stage) -> None:
    ticket = stage.ticket()
    stage.later(days=9)
    hold(stage, ticket, until=date(2026, 3, 30))
    assert stage.clock(ticket, "resolution").state == "late"


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"reason": " "}, actions.HoldRefused, "Say why the time stands"),
        ({"agreed_how": ""}, actions.HoldRefused, "where it is on record"),
        ({"until": date(2026, 3, 4)}, actions.NotInFuture, "a day that lies ahead"),
        ({"until": date(2027, 4, 1)}, actions.HoldRefused, "a year at most"),
    ],
)
def test_what_makes_no_agreed_hold_is_refused(
    stage: Stage, fields: dict[str, Any], error: type[Exception], words: str
) -> None:
    ticket = stage.ticket()
    with pytest.raises(error, match=words):
        hold(stage, ticket, **fields)
    assert not ClockEvent.objects.filter(cause__startswith="hold:").exists()


def test_nobody_of_another_client_agrees_and_one_hold_is_on_at_a_time(stage: Stage) -> None:
    ticket = stage.ticket()
    with pytest.raises(actions.HoldRefused, match="Somebody of the client"):
        hold(stage, ticket, agreed_by=stage.cast.b.contacts.first())
    hold(stage, ticket)
    with pytest.raises(actions.HoldRefused, match="A hold is on already"):
        hold(stage, ticket, until=date(2026, 3, 20))
    actions.close(ticket=ticket, code="agreed", by=stage.cast.helper, at=stage.now)
    with pytest.raises(actions.TicketIsOver):
        hold(stage, ticket)


def test_another_hold_can_follow_before_the_job_has_run(stage: Stage) -> None:
    ticket = stage.ticket()
    hold(stage, ticket)
    stage.now = MIDNIGHT + timedelta(hours=10)
    hold(stage, ticket, until=date(2026, 3, 16))
    assert list(TicketHold.objects.values_list("end", flat=True)) == ["day", ""]


def test_a_helper_records_and_ends_a_hold_on_the_page(stage: Stage, client: Client) -> None:
    client.force_login(stage.cast.helper)
    ticket = stage.ticket()
    contact = stage.cast.a.contacts.get(user=stage.cast.a_requester)
    address = f"/console/desk/{ticket.reference}/hold/"
    given = {"reason": "Logo", "until": "2099-01-01", "agreed_by": contact.pk, "agreed_how": "mail"}
    wrong = client.post(address, {**given, "until": "2020-01-01"})
    assert wrong.status_code == 422
    assert "a day that lies ahead" in wrong.text
    assert "a year at most" in client.post(address, given).text
    soon = (datetime.now(UTC) + timedelta(days=20)).date()
    client.post(address, {**given, "until": soon.isoformat()})
    assert TicketHold.objects.get(ended_at=None).agreed_name == contact.name
    assert "on record since" in client.get(ticket.url).text
    client.post(address, {"end": "yes"})
    assert TicketHold.objects.get().end == "early"
    assert "recorded an agreed hold until" in client.get(ticket.url).text


def follow(stage: Stage, ticket: Ticket, day: date, note: str = "Ask how it goes") -> None:
    actions.plan_follow_up(ticket=ticket, due_on=day, note=note, by=stage.cast.helper, at=stage.now)


def in_view(stage: Stage, user: Any) -> list[str]:
    found = listed(tickets(), Wanted(view="follow"), user=user, zone=user.zone, at=stage.now)
    assert view_counts(tickets(), user=user, at=stage.now)["follow"] == len(found)
    return [each.reference for each in found]


def test_a_ticket_comes_back_on_its_day_to_whoever_has_it(stage: Stage) -> None:
    cast, mine, nobodys = stage.cast, stage.ticket(), stage.ticket()
    actions.assign(ticket=mine, assignee=cast.deputy, by=cast.helper, at=stage.now)
    follow(stage, mine, date(2026, 3, 6))
    follow(stage, nobodys, date(2026, 3, 6))
    stage.later(days=1)
    assert in_view(stage, cast.deputy) == []
    stage.later(days=1)
    assert in_view(stage, cast.deputy) == [mine.reference]
    assert in_view(stage, cast.helper) == [nobodys.reference], "on nobody's ticket, who set it"
    actions.close(ticket=mine, code="agreed", by=cast.helper, at=stage.now)
    assert in_view(stage, cast.deputy) == [mine.reference], "also after its end"
    actions.tick_off(ticket=mine, by=cast.deputy, at=stage.now)
    actions.tick_off(ticket=mine, by=cast.deputy, at=stage.now)
    assert in_view(stage, cast.deputy) == []
    kinds = FactRecord.objects.filter(subject=f"ticket:{mine.pk}", kind__contains="follow_up").values_list(
        "kind", flat=True
    )
    assert list(kinds) == ["desk.follow_up_planned", "desk.follow_up_done"]


def test_another_day_takes_the_place_of_the_first(stage: Stage) -> None:
    ticket = stage.ticket()
    follow(stage, ticket, date(2026, 3, 6))
    follow(stage, ticket, date(2026, 3, 20), "After the launch")
    planned = TicketFollowUp.objects.get()
    assert (planned.due_on, planned.note) == (date(2026, 3, 20), "After the launch")
    assert stage.clock(ticket, "resolution").state == "running", "no clock stands for it"


def test_a_follow_up_is_set_shown_and_ticked_off_on_the_page(stage: Stage, client: Client) -> None:
    client.force_login(stage.cast.helper)
    ticket = stage.ticket()
    address = f"/console/desk/{ticket.reference}/follow-up/"
    assert client.post(address, {"due_on": "soon"}).status_code == 422
    client.post(address, {"due_on": "2026-03-06", "note": "Ask Rita"})
    shown = client.get(ticket.url).text
    assert "6 March 2026" in shown
    assert "Ask Rita" in shown
    assert ticket.reference in client.get("/console/desk/?view=follow").text
    client.post(address, {"done": "yes"})
    assert "Ask Rita" not in client.get(ticket.url).text


@pytest.mark.parametrize("after", ["at once", "after an answer", "after its day"])
def test_a_hold_ended_early_leaves_no_clock_paused(stage: Stage, after: str) -> None:
    """The clock's row stayed paused, and the month's report said that the ticket waits."""
    ticket = stage.ticket()
    stage.reply(ticket)
    contact = stage.cast.a.contacts.get(user=stage.cast.a_requester)
    given = {"reason": "Texts", "until": stage.now.date() + timedelta(days=2), "agreed_by": contact}
    actions.agree_hold(
        ticket=ticket, agreed_how="call", by=stage.cast.helper, at=stage.later(hours=1), **given
    )  # fmt: skip
    actions.end_hold(ticket=ticket, by=stage.cast.helper, at=stage.later(hours=1))
    if after != "at once":
        stage.later(**({"minutes": 5} if after == "after an answer" else {"days": 4}))
        stage.wrote(ticket)
        stage.reply(ticket)
    assert TicketClock.objects.get(ticket=ticket, kind="resolution").paused_at is None
    known = timed([stage.cast.a.pk], stage.now - timedelta(days=10), stage.later(minutes=1))
    assert not any(each.is_paused for each in known)


def test_a_hold_whose_day_came_leaves_no_clock_paused(stage: Stage) -> None:
    ticket = stage.ticket()
    contact = stage.cast.a.contacts.get(user=stage.cast.a_requester)
    given = {"reason": "Texts", "until": stage.now.date() + timedelta(days=1), "agreed_by": contact}
    actions.agree_hold(ticket=ticket, agreed_how="call", by=stage.cast.helper, at=stage.now, **given)
    actions.lapse_hold(ticket=ticket, at=stage.later(days=1))
    stage.reply(ticket)
    assert TicketClock.objects.get(ticket=ticket, kind="resolution").paused_at is None
