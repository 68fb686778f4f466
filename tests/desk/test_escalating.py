"""Carrying out the escalation procedure: steps at shares of a clock, to people who are there, until one accepts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from mainstay.access import actions as access
from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients.actions import note_absence
from mainstay.common.models import FactRecord
from mainstay.desk import actions
from mainstay.desk.actions import procedures
from mainstay.desk.models import EscalationProcedure, EscalationStep, Ticket
from mainstay.desk.queries.procedures import version_at
from mainstay.desk.queries.reaching import Reaching
from mainstay.desk.rules_escalation import STANDARD, Procedure, ProcedureStep, Reach, Way
from mainstay.desk.worker import escalate_due
from mainstay.policy.terms.words import Rung
from tests.cast import SINCE, TESTS
from tests.clients.duty import absence_of, shift_of
from tests.desk.kit import Stage, sent_to

pytestmark = pytest.mark.django_db

MAX, DORA, HAL, ADA = "max.manager", "dora.deputy", "hal.helper", "ada.admin"


def staff(name: str, role: Role) -> User:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    return access.create_user(email=email, name=name, agency_role=role, by=TESTS, at=SINCE)


@pytest.fixture
def lead(stage: Stage) -> User:
    return staff("Lea Lead", Role.TEAM_LEAD)


@pytest.fixture
def director(stage: Stage) -> User:
    return staff("Dan Director", Role.DIRECTOR)


@pytest.fixture
def ticket(stage: Stage, lead: User, director: User) -> Ticket:
    """Opened on a Wednesday at 10:30 with priority 2: an answer within 2 office hours, a solution in a working day."""
    opened = stage.ticket(priority=2)
    return actions.assign(ticket=opened, assignee=stage.cast.helper, by=stage.cast.helper, at=stage.now)


def turn(stage: Stage, **length: float) -> None:
    escalate_due(stage.later(**length))


def steps(ticket: Ticket) -> list[tuple[str, int | None, bool]]:
    rows = EscalationStep.objects.filter(ticket=ticket).select_related("clock").order_by("due_at", "pk")
    return [(row.clock.kind if row.clock else "", row.percent, row.taken_at is not None) for row in rows]


def letters(name: str) -> list[str]:
    return [each.subject for each in sent_to(f"{name}@example.org") if "MS-" in each.subject]


def facts_of(ticket: Ticket, kind: str) -> list[dict[str, Any]]:
    return [each.body for each in FactRecord.objects.filter(subject=f"ticket:{ticket.pk}", kind=f"desk.{kind}")]


def test_each_step_is_taken_when_its_share_of_the_clock_is_used(stage: Stage, ticket: Ticket):
    turn(stage, minutes=89)
    assert steps(ticket) == []
    turn(stage, minutes=1)
    assert steps(ticket) == [("first_response", 75, True)]
    said = [f"{ticket.reference}: 75 % of the time for the first answer is used"]
    assert (letters(HAL), letters("lea.lead"), letters(MAX)) == (said, said, [])
    turn(stage, minutes=30)
    assert steps(ticket)[-1] == ("first_response", 100, True)
    assert letters(MAX) == [f"{ticket.reference}: the time for the first answer is used up"]
    turn(stage, minutes=60)
    assert steps(ticket)[-1] == ("first_response", 150, True)
    assert letters("dan.director") == [f"{ticket.reference}: 150 % of the time for the first answer is used"]
    assert [(each["percent"], each["late_s"]) for each in facts_of(ticket, "escalation_taken")] == [
        (75, 0),
        (100, 0),
        (150, 0),
    ]


def test_the_client_is_told_from_the_share_agreed(stage: Stage, ticket: Ticket):
    turn(stage, minutes=90)
    assert [each.text for each in ticket.messages.filter(code="escalation")] == []
    turn(stage, minutes=30)
    event = ticket.messages.get(code="escalation")
    assert event.is_public
    assert event.is_automatic
    assert "Max Manager (account manager) has been told now" in event.text
    assert event.text in sent_to("rita.alder@example.org")[-1].text
    assert stage.clock(ticket, "first_response").state == "at_risk"  # telling so is no answer


def test_a_step_is_repeated_until_somebody_accepts_it(stage: Stage, ticket: Ticket):
    turn(stage, minutes=90)
    turn(stage, minutes=29)
    assert len(letters("lea.lead")) == 1
    turn(stage, minutes=1)
    assert letters("lea.lead")[-1] == f"Reminder 1: {ticket.reference}: 75 % of the time for the first answer is used"
    done = actions.accept(ticket=ticket, by=stage.cast.helper, at=stage.now)
    assert [each.percent for each in done] == [75, 100]
    before = len(letters("lea.lead"))
    turn(stage, minutes=59)
    assert len(letters("lea.lead")) == before
    assert [each.text for each in ticket.messages.filter(code="escalation")][-1] == "Hal Helper has taken this on."
    assert facts_of(ticket, "escalation_accepted") == [{"ticket_id": ticket.pk, "step_ids": [each.pk for each in done]}]
    with pytest.raises(actions.NothingToAccept):
        actions.accept(ticket=ticket, by=stage.cast.helper, at=stage.now)


def test_nothing_is_repeated_outside_the_time_that_the_clock_counts(stage: Stage, ticket: Ticket):
    turn(stage, hours=6, minutes=55)  # 17:25; the office closes at half past five
    before = len(letters("lea.lead"))
    for _ in range(20):
        turn(stage, minutes=40)
    assert len(letters("lea.lead")) == before


def test_an_answer_ends_the_steps_of_its_clock(stage: Stage, ticket: Ticket):
    turn(stage, minutes=90)
    stage.later(minutes=5)
    stage.reply(ticket)
    step = EscalationStep.objects.get(ticket=ticket)
    assert (step.ended_at, step.accepted_at, step.is_open) == (stage.now, None, False)
    turn(stage, hours=1)
    assert steps(ticket) == [("first_response", 75, True)]


def test_a_pause_moves_the_steps(stage: Stage, ticket: Ticket):
    stage.reply(ticket, then_wait=True)
    turn(stage, days=2)
    assert steps(ticket) == []
    assert Ticket.objects.get(pk=ticket.pk).escalate_at is None
    actions.resume(ticket=ticket, by=stage.cast.helper, at=stage.now)
    turn(stage, hours=6)
    assert steps(ticket) == []
    turn(stage, minutes=23)  # 75 % of the eight and a half hours of a working day, counted from the resumption
    assert steps(ticket) == [("resolution", 75, True)]


def test_a_pause_holds_the_time_to_accept(stage: Stage, ticket: Ticket):
    stage.reply(ticket)
    turn(stage, hours=6, minutes=23)  # 16:53
    step = EscalationStep.objects.get(ticket=ticket)
    assert step.accept_by is not None
    actions.wait_for_client(ticket=ticket, by=stage.cast.helper, at=stage.later(minutes=10))
    step.refresh_from_db()
    assert (step.half_at, step.accept_by, step.is_open) == (None, None, True)
    actions.resume(ticket=ticket, by=stage.cast.helper, at=stage.later(days=1))
    step.refresh_from_db()
    assert step.accept_by == stage.now + timedelta(minutes=20)


@pytest.mark.parametrize("how", ["resolved", "closed", "merged", "imported"])
def test_what_is_over_is_due_nothing(stage: Stage, ticket: Ticket, how: str):
    by, at = stage.cast.helper, stage.now
    if how == "resolved":
        actions.resolve(ticket=ticket, text="Done.", by=by, at=at)
    elif how == "closed":
        actions.close(ticket=ticket, code="agreed", by=by, at=at)
    elif how == "merged":
        actions.merge(ticket=ticket, target=stage.ticket(priority=4), by=by, at=at)
    else:
        Ticket.objects.filter(pk=ticket.pk).update(is_imported=True)
        actions.escalate(ticket=ticket, at=at)
    assert how in ("merged", "imported") or Ticket.objects.get(pk=ticket.pk).escalate_at is None
    if how != "imported":
        turn(stage, minutes=119)
        assert steps(ticket) == []


def test_a_merge_taken_back_is_late_for_nothing(stage: Stage, ticket: Ticket):
    stage.later(minutes=85)
    actions.merge(ticket=ticket, target=stage.ticket(priority=4), by=stage.cast.helper, at=stage.now)
    turn(stage, minutes=10)
    assert steps(ticket) == []
    actions.undo_merge(ticket=ticket, by=stage.cast.helper, at=stage.now)
    turn(stage)
    assert [each["late_s"] for each in facts_of(ticket, "escalation_taken")] == [0]


def test_a_higher_priority_makes_steps_due_at_once_and_none_late(stage: Stage, ticket: Ticket):
    stage.later(minutes=70)
    high: Any = "high"
    actions.set_priority(ticket=ticket, impact=high, urgency=high, by=stage.cast.helper, at=stage.now)
    turn(stage)
    assert steps(ticket) == [("first_response", 75, True), ("first_response", 100, True)]
    assert [each["late_s"] for each in facts_of(ticket, "escalation_taken")] == [0, 0]


def test_what_nobody_took_stays_on_record_as_missed(stage: Stage, ticket: Ticket):
    stage.later(minutes=100)  # no worker ran
    stage.reply(ticket)
    step = EscalationStep.objects.get(ticket=ticket)
    assert (step.taken_at, step.percent, step.ended_at) == (None, 75, stage.now)
    assert [each["percent"] for each in facts_of(ticket, "escalation_missed")] == [75]


def test_a_late_worker_takes_the_step_and_says_how_late(stage: Stage, ticket: Ticket):
    turn(stage, minutes=100)
    assert [each["late_s"] for each in facts_of(ticket, "escalation_taken")] == [600]


def test_a_step_that_fails_keeps_no_other_back(stage: Stage, ticket: Ticket, monkeypatch: pytest.MonkeyPatch):
    other = stage.ticket(priority=2)
    whole = Reaching.people

    def failing(self: Reaching, rungs: Any) -> Any:
        if self.ticket.pk == ticket.pk:
            raise RuntimeError("no roster")
        return whole(self, rungs)

    monkeypatch.setattr(Reaching, "people", failing)
    turn(stage, minutes=90)
    assert (steps(ticket), steps(other)) == ([], [("first_response", 75, True)])
    monkeypatch.undo()
    turn(stage, minutes=1)
    assert steps(ticket) == [("first_response", 75, True)]


def test_nothing_due_is_one_query(stage: Stage, ticket: Ticket, django_assert_num_queries: Any):
    with django_assert_num_queries(1):
        assert escalate_due(stage.now) == 0


def reached(ticket: Ticket, at: datetime, *rungs: Rung) -> list[tuple[str, str, str]]:
    found = Reaching(Ticket.objects.select_related("assignee", "client").get(pk=ticket.pk), at).people(rungs)
    return [(each.user.name, each.rung.value, each.stands_in) for each in found]


def away(user: User, at: datetime) -> None:
    absence_of(user, at - timedelta(hours=1), at + timedelta(days=1))


def test_whoever_is_away_is_stood_in_for(stage: Stage, ticket: Ticket, lead: User, director: User):
    at, cast = stage.now, stage.cast
    assert reached(ticket, at, Rung.ACCOUNT_MANAGER) == [("Max Manager", "account_manager", "")]
    away(cast.account_manager, at)
    assert reached(ticket, at, Rung.ACCOUNT_MANAGER) == [("Dora Deputy", "account_manager", "Max Manager")]
    away(cast.deputy, at)
    assert reached(ticket, at, Rung.ACCOUNT_MANAGER) == [("Dan Director", "account_manager", "Max Manager")]
    away(cast.helper, at)
    assert reached(ticket, at, Rung.ASSIGNEE, Rung.TEAM_LEAD) == [("Lea Lead", "assignee", "Hal Helper")]
    away(lead, at)
    away(director, at)
    away(cast.administrator, at)
    assert reached(ticket, at, Rung.DIRECTOR) == [("Ada Admin", "director", "Dan Director")]


@pytest.mark.parametrize(
    ("rung", "absent", "told"),
    [
        (Rung.ACCOUNT_MANAGER, {"account_manager": "helper"}, "deputy"),
        (Rung.ACCOUNT_MANAGER, {"account_manager": "helper", "deputy": "helper"}, "helper"),
        (Rung.ACCOUNT_MANAGER, {"account_manager": None, "deputy": "helper"}, "helper"),
        (Rung.ACCOUNT_MANAGER, {"account_manager": "lead", "deputy": None, "lead": "helper"}, "helper"),
        (Rung.ASSIGNEE, {"helper": "deputy"}, "deputy"),
        (Rung.TEAM_LEAD, {"lead": "helper"}, "helper"),
        (Rung.DIRECTOR, {"director": "lead"}, "lead"),
        (Rung.DIRECTOR, {"director": "lead", "lead": None}, "administrator"),
    ],
)
def test_whom_an_absence_names_is_told(
    stage: Stage, ticket: Ticket, lead: User, director: User, rung: Rung, absent: dict[str, str | None], told: str
):
    """The page said that the deputy of the absence stands in, and the step went to the administrator."""
    people = {"lead": lead, "director": director}
    people |= {name: getattr(stage.cast, name) for name in ("account_manager", "deputy", "helper", "administrator")}
    for user, deputy in absent.items():
        note_absence(
            user=people[user], starts_at=stage.now, ends_at=stage.now + timedelta(days=3),
            deputy=people[deputy] if deputy else None, by=stage.cast.administrator, at=stage.now - timedelta(days=1),
        )  # fmt: skip
    stage.later(hours=1)
    assert [each[0] for each in reached(ticket, stage.now, rung)] == [people[told].name]


def test_who_is_on_duty_stands_in_for_nobody_and_hears_of_nights(stage: Stage, lead: User):
    ticket, night = stage.ticket(priority=1), stage.now.replace(hour=22)
    shift_of(stage.cast.deputy, stage.now, stage.now + timedelta(days=1))
    on_duty = [("Dora Deputy", "assignee", "somebody the ticket is given to")]
    assert reached(ticket, stage.now, Rung.ASSIGNEE) == on_duty
    assert reached(ticket, stage.now, Rung.TEAM_LEAD) == [("Lea Lead", "team_lead", "")]
    assert reached(ticket, night, Rung.TEAM_LEAD)[-1] == (
        "Dora Deputy", "team_lead", "the team outside office hours",
    )  # fmt: skip


def test_a_client_escalates_with_a_reason_once_an_hour(stage: Stage, ticket: Ticket, lead: User):
    rita = stage.cast.a_requester
    step = actions.ask(ticket=ticket, reason="The sale starts at noon.", by=rita, at=stage.now)
    assert (step.way, step.reason, step.asked_by, step.is_open) == ("client", "The sale starts at noon.", rita, True)
    assert [each.text for each in ticket.messages.order_by("pk")][-2:] == [
        "The sale starts at noon.",
        "You escalated this request. Max Manager (account manager) and Lea Lead (team lead) have been told now.",
    ]
    assert letters(MAX) == [f"{ticket.reference}: the client has escalated it"]
    assert "The sale starts at noon." in sent_to(f"{MAX}@example.org")[-1].text
    with pytest.raises(actions.CannotEscalate, match="within the last 60 min"):
        actions.ask(ticket=ticket, reason="Again.", by=rita, at=stage.later(minutes=59))
    turn(stage)
    assert letters(MAX)[-1].startswith("Reminder 1")
    actions.ask(ticket=ticket, reason="Again.", by=rita, at=stage.later(minutes=1))
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.later(minutes=1))
    assert not EscalationStep.objects.filter(ticket=ticket, ended_at=None).exists()


def test_what_was_not_agreed_cannot_be_asked(stage: Stage):
    stage.cast.signed_otherwise(stage.cast.a, terms={"escalation": {"client_may_escalate": False}})
    with pytest.raises(actions.CannotEscalate, match="agreement does not provide"):
        actions.ask(ticket=stage.ticket(), reason="Now.", by=stage.cast.a_requester, at=stage.now)


QUICK = Procedure(
    steps=(ProcedureStep(percent=10, way=Way.FUNCTIONAL, tells=(Rung.DIRECTOR,), accept_within=timedelta(minutes=5)),),
    asked=Reach(tells=(Rung.DIRECTOR,)),
)


def in_force(stage: Stage, procedure: Procedure, on: date) -> EscalationProcedure:
    lead = stage.cast.account_manager
    draft = procedures.keep_draft(procedure=procedure, text="How we escalate.", by=lead, at=stage.now)
    return procedures.put_in_force(draft=draft, effective_on=on, by=lead, at=stage.now)


def test_a_ticket_keeps_the_version_in_force_when_it_was_opened(stage: Stage, ticket: Ticket, director: User):
    version = in_force(stage, QUICK, date(2026, 3, 4))
    later = stage.ticket(priority=2)
    assert (ticket.procedure, later.procedure) == (None, version)
    turn(stage, minutes=12)
    assert (steps(ticket), steps(later)) == ([], [("first_response", 10, True)])
    turn(stage, minutes=78)
    assert steps(later)[-1] == ("first_response", 75, True)  # the agreement's own step holds beside it


def test_a_version_holds_from_its_day_in_the_agencys_zone(stage: Stage):
    first = in_force(stage, QUICK, date(2026, 4, 1))
    assert first.effective_at == datetime(2026, 3, 31, 23, tzinfo=UTC)  # midnight in London, in summer
    assert version_at(stage.now) is None
    second = in_force(stage, STANDARD, date(2026, 4, 1))
    assert (first.number, second.number) == (1, 2)
    assert version_at(datetime(2026, 4, 1, tzinfo=UTC)) == second
    with pytest.raises(procedures.DayIsPast):
        in_force(stage, QUICK, date(2026, 3, 3))


def test_a_version_in_force_is_never_changed(stage: Stage):
    version = in_force(stage, QUICK, date(2026, 3, 4))
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        EscalationProcedure.objects.filter(pk=version.pk).update(text="Otherwise.")
    assert FactRecord.objects.get(kind="desk.procedure_put_in_force").body["number"] == 1


def test_a_turn_costs_the_same_for_one_open_step_and_for_three(stage: Stage, ticket: Ticket, connection_queries: Any):
    turn(stage, minutes=90)
    one = connection_queries(lambda: actions.escalate(ticket=ticket, at=stage.now))
    turn(stage, minutes=150)
    three = connection_queries(lambda: actions.escalate(ticket=ticket, at=stage.now))
    assert one == three


@pytest.fixture
def connection_queries() -> Any:
    def count(work: Any) -> int:
        with CaptureQueriesContext(connection) as found:
            work()
        return len(found)

    return count


def test_an_unknown_sender_is_told_of_no_step(stage: Stage, lead: User):
    opened = stage.ticket(client=stage.cast.agency, requester=None, requester_address="x@elsewhere.example", priority=2)
    turn(stage, minutes=120)
    assert steps(opened)[-1] == ("first_response", 100, True)
    assert not opened.messages.filter(code="escalation").exists()
    assert "used" not in sent_to("x@elsewhere.example")[-1].subject


def test_moving_a_ticket_takes_its_steps_along(stage: Stage, lead: User):
    opened = stage.ticket(client=stage.cast.agency, requester=None, priority=2)
    turn(stage, minutes=90)
    actions.move(ticket=opened, client=stage.cast.a, by=stage.cast.helper, at=stage.now)
    step = EscalationStep.objects.get(ticket=opened)
    assert step.client == stage.cast.a
    assert {each.client for each in step.people.all()} == {stage.cast.a}


def test_a_step_that_a_hold_overtook_waits_for_the_end_of_the_hold_and_keeps_nobody_busy(stage: Stage):
    ticket = stage.ticket(category="attack")
    stage.reply(ticket)
    stage.later(days=3)
    agreed_by = stage.cast.a.contacts.filter(is_active=True).first()
    given = {"reason": "The shop is closed.", "until": (stage.now + timedelta(days=7)).date(), "agreed_how": "by phone"}
    actions.agree_hold(ticket=ticket, agreed_by=agreed_by, **given, by=stage.cast.helper, at=stage.now)
    assert actions.escalate(ticket=ticket, at=stage.later(minutes=1)) == 0
    ticket.refresh_from_db()
    assert ticket.escalate_at > stage.now
    stage.later(days=8)
    actions.lapse_hold(ticket=ticket, at=stage.now)
    ticket.refresh_from_db()
    assert ticket.escalate_at <= stage.now
    assert actions.escalate(ticket=ticket, at=stage.now) > 0
