"""What public trackers of other desks show to break; each has a test named after it."""

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from mainstay.clients import actions as clients
from mainstay.desk import actions, worker
from mainstay.desk.actions.authors import DESK
from mainstay.desk.models import Ticket
from mainstay.policy.terms.words import Level
from tests.cast import TESTS
from tests.desk.kit import Stage, letter, sent_to
from tests.policy.histories import Promise, Wall, count
from tests.policy.reference import MINUTE

pytestmark = pytest.mark.django_db

GRADES = {1: (Level.HIGH, Level.HIGH), 2: (Level.HIGH, Level.MEDIUM), 3: (Level.MEDIUM, Level.MEDIUM)}
RESOLUTIONS = {1: Promise("elapsed", 240), 2: Promise("working_days", 1), 3: Promise("working_days", 5)}


def new_terms(stage: Stage, **terms: object) -> None:
    """Sign a version of client A's terms that holds from the next day."""
    clients.sign_agreement(
        client=stage.cast.a, starts_on=date(2025, 2, 1), effective_from=stage.now.date() + timedelta(days=1),
        terms=terms, by=TESTS, at=stage.now,
    )  # fmt: skip


def test_pauses_are_not_lost_when_terms_change(stage: Stage):
    ticket = stage.ticket()
    due = stage.clock(ticket, "resolution").due_at
    assert due is not None
    actions.wait_for_client(ticket=ticket, by=stage.cast.helper, at=stage.later(hours=1))
    new_terms(stage, response={"P3": {"first": "5 min", "resolution": "10 min", "update": "none"}})
    stage.later(days=1)
    assert stage.clock(ticket, "resolution").state == "paused"
    stage.wrote(ticket)
    clock = stage.clock(ticket, "resolution")
    assert (clock.reading.consumed, clock.state) == (timedelta(hours=1), "running")
    # A whole working day, 8 h 30 min of office time, was spent waiting.
    assert clock.due_at == due + timedelta(days=1)


def test_calendars_edited_under_running_tickets_move_none(stage: Stage):
    ticket = stage.ticket()
    due = stage.clock(ticket, "resolution").due_at
    assert due is not None
    new_terms(stage, support={"week": {"mon": [["10:00", "11:00"]], "tue": [], "wed": [], "thu": [], "fri": []}})
    stage.later(days=1)
    stage.reply(ticket)
    assert stage.clock(ticket, "resolution").due_at == due
    assert stage.clock(stage.ticket(), "resolution").due_at != due + timedelta(days=1)


def test_automatic_acknowledgements_are_not_counted_as_answers(stage: Stage):
    raw = stage.mail(letter(stage.cast.a_requester.email))
    ticket = raw.ticket
    assert len(sent_to(stage.cast.a_requester.email)) == 1
    assert stage.clock(ticket, "first_response").state == "running"
    stage.reply(ticket, "We have got your request.", by=DESK)
    assert stage.clock(ticket, "first_response").state == "running"


def test_private_notes_are_not_leaked(stage: Stage, client):
    ticket = stage.ticket()
    actions.note(ticket=ticket, text="between-us-alone", by=stage.cast.helper, at=stage.now)
    stage.reply(ticket, "All is well.")
    client.force_login(stage.cast.a_requester)
    shown = client.get(reverse("portal-ticket", args=["alder", ticket.reference])).content.decode()
    assert "All is well." in shown
    assert "between-us-alone" not in shown
    letters = sent_to(stage.cast.a_requester.email)
    assert letters
    assert not any("between-us-alone" in str(vars(each)) for each in letters)


def test_a_lower_priority_undoes_no_miss(stage: Stage):
    ticket = stage.ticket()
    stage.later(days=2)
    actions.set_priority(ticket=ticket, impact=Level.LOW, urgency=Level.LOW, by=stage.cast.helper, at=stage.now)
    late, running = stage.clock(ticket, "first_response"), stage.clock(ticket, "resolution")
    assert (late.state, late.priority, running.priority) == ("late", 3, 4)


def test_a_missed_resolution_that_is_opened_again_stays_missed(stage: Stage):
    ticket = stage.ticket()
    stage.later(days=9)
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now)
    Ticket.objects.filter(pk=ticket.pk).update(priority=4)
    stage.later(hours=1)
    stage.wrote(ticket, "Not so.")
    assert stage.clock(ticket, "resolution").state == "late"


@pytest.mark.parametrize("seed", range(12))
def test_what_people_do_at_the_desk_equals_counting_minutes(stage: Stage, seed: int):
    """Waiting, answers, ends, re-opening and changed priorities, by the actions of the desk, on one resolution."""
    chance = random.Random(seed)
    ticket, begin = stage.ticket(), stage.now
    wall = Wall("Europe/London", begin, dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "17:30"),)),
                {date(2026, 4, 3), date(2026, 4, 6)}, {}, days=40)  # fmt: skip
    happened, priority = [], 3
    for _ in range(8):
        stage.later(minutes=chance.randint(1, 900))
        minute, state = (stage.now - begin) // MINUTE, Ticket.objects.get(pk=ticket.pk).state
        done = {"ticket": ticket, "by": stage.cast.helper, "at": stage.now}
        act = chance.choice(["wait", "write", "resolve", "priority", "close"])
        if act == "wait" and state == "open":
            actions.wait_for_client(**done)
            happened.append((minute, "pause"))
        elif act == "write":
            stage.wrote(ticket)
            happened += [(minute, {"waiting": "resume"}.get(state, "reopen"))] if state != "open" else []
        elif act == "resolve" and state in ("open", "waiting"):
            actions.resolve(text="Done.", **done)
            happened.append((minute, "stop"))
        elif act == "close" and state in ("open", "waiting"):
            is_late = count(wall, RESOLUTIONS[priority], 0, happened, minute).is_missed
            actions.close(code="agreed", **done)
            happened.append((minute, "stop" if is_late else "cancel"))
        elif act == "priority" and state in ("open", "waiting"):
            wanted = chance.choice([2, 3])
            is_late = count(wall, RESOLUTIONS[priority], 0, happened, minute).is_missed
            actions.set_priority(impact=GRADES[wanted][0], urgency=GRADES[wanted][1], **done)
            priority = priority if is_late else wanted
        counted = count(wall, RESOLUTIONS[priority], 0, happened, minute)
        reading = stage.clock(ticket, "resolution").reading
        assert (reading.standing.value, reading.consumed) == (counted.standing, counted.used * MINUTE)
        assert (reading.is_met, reading.is_missed) == (counted.is_met, counted.is_missed)
        assert reading.due_at == (None if counted.due is None else begin + counted.due * MINUTE)


class Standing:
    """For what a ticket's resolution stands, minute by minute, as one row of pauses and resumptions."""

    def __init__(self, zone: ZoneInfo, begin: datetime) -> None:
        self.zone, self.begin = zone, begin
        self.happened: list[tuple[int, str]] = []
        self.waits = False
        self.held_until: int | None = None

    def until(self, minute: int) -> None:
        """A hold whose day has come by `minute` is over since that day began."""
        if self.held_until is not None and self.held_until <= minute:
            end, self.held_until = self.held_until, None
            if not self.waits:
                self.happened.append((end, "resume"))

    def change(self, minute: int, *, waits: bool | None = None, held_until: int | bool | None = False) -> None:
        before = self.waits or self.held_until is not None
        self.waits = self.waits if waits is None else waits
        self.held_until = self.held_until if held_until is False else held_until  # type: ignore[assignment]
        after = self.waits or self.held_until is not None
        if before != after:
            self.happened.append((minute, "pause" if after else "resume"))

    def ended(self, minute: int) -> None:
        self.happened.append((minute, "stop"))
        self.waits, self.held_until = False, None


@pytest.mark.parametrize("seed", range(12))
def test_holds_and_waiting_together_equal_counting_minutes(stage: Stage, seed: int):
    """Agreed holds beside waiting, ended by their day, early, or with the ticket; the job runs now and then."""
    chance, zone = random.Random(f"holds {seed}"), ZoneInfo("Europe/London")
    stage.now = stage.now.replace(month=3, day=20)
    ticket, begin = stage.ticket(), stage.now
    wall = Wall("Europe/London", begin, dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "17:30"),)),
                {date(2026, 4, 3), date(2026, 4, 6)}, {}, days=45)  # fmt: skip
    stands, contact = Standing(zone, begin), stage.cast.a.contacts.get(user=stage.cast.a_requester)
    for _ in range(10):
        stage.later(minutes=chance.randint(1, 1_400))
        minute, state = (stage.now - begin) // MINUTE, Ticket.objects.get(pk=ticket.pk).state
        stands.until(minute)
        done = {"ticket": ticket, "by": stage.cast.helper, "at": stage.now}
        act = chance.choice(["wait", "write", "hold", "hold", "end", "resolve", "job"])
        if act == "job":
            worker.carry_on(stage.now)
        elif act == "wait" and state == "open":
            actions.wait_for_client(**done)
            stands.change(minute, waits=True)
        elif act == "write" and state == "resolved":
            stage.wrote(ticket)
            stands.happened.append((minute, "reopen"))
        elif act == "write":
            stage.wrote(ticket)
            stands.change(minute, waits=False)
        elif act == "hold" and state in ("open", "waiting") and stands.held_until is None:
            until = stage.now.astimezone(zone).date() + timedelta(days=chance.randint(1, 4))
            actions.agree_hold(reason="Logo", until=until, agreed_by=contact, agreed_how="call", **done)
            stands.change(minute, held_until=(datetime.combine(until, time(), zone) - begin) // MINUTE)
        elif act == "end" and stands.held_until is not None:
            actions.end_hold(**done)
            stands.change(minute, held_until=None)
        elif act == "resolve" and state in ("open", "waiting"):
            actions.resolve(text="Done.", **done)
            stands.ended(minute)
        counted = count(wall, RESOLUTIONS[3], 0, stands.happened, minute)
        reading = stage.clock(ticket, "resolution").reading
        assert (reading.standing.value, reading.consumed) == (counted.standing, counted.used * MINUTE)
        assert (reading.is_met, reading.is_missed) == (counted.is_met, counted.is_missed)
        goes_on = [(stands.held_until, "resume")] if stands.held_until and not stands.waits else []
        foreseen = count(wall, RESOLUTIONS[3], 0, [*stands.happened, *goes_on], 44 * 24 * 60)
        if stands.held_until is None or not stands.waits:
            assert reading.due_at == (None if foreseen.due is None else begin + foreseen.due * MINUTE)
