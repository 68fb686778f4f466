"""Tickets of other help desks taken in."""

from datetime import timedelta

import pytest

from mainstay.common.models import OutgoingMail
from mainstay.desk import actions, exchange, queries
from mainstay.desk.actions.importing import owners_left_out
from mainstay.desk.actions.surveys import ask_satisfaction
from mainstay.desk.facts import Score
from mainstay.desk.models import Message, Survey, Ticket, TicketClock
from mainstay.desk.queries.surveys import satisfaction_of
from mainstay.desk.worker import ask_satisfaction_due
from tests.desk.kit import Stage, letter
from tests.desk.test_exchange import ZAMMAD, dumped

pytestmark = pytest.mark.django_db


def take(stage: Stage) -> list[Ticket | None]:
    reading = exchange.read("zammad", [dumped(ZAMMAD)])
    return [
        actions.import_ticket(
            client=stage.cast.a, product="zammad", draft=each, by=stage.cast.administrator, at=stage.now
        )
        for each in reading.drafts
    ]


def test_history_comes_whole_and_silently_and_once(stage: Stage):
    letters = OutgoingMail.objects.count()
    ticket = take(stage)[0]
    assert ticket is not None
    ticket.refresh_from_db()
    assert ticket.opened_at.year == ticket.updated_at.year == 2023
    assert ticket.is_imported
    assert ticket.requester is not None
    assert ticket.requester.email == "una@alder.example"
    assert [each.text for each in queries.story(ticket, for_client=True)] == ["Gone", "Done"]
    assert ticket.messages.count() == 4
    assert not TicketClock.objects.filter(ticket=ticket).exists()
    assert OutgoingMail.objects.count() == letters
    assert queries.counts(stage.cast.a, ticket.opened_at, stage.now)["opened"] == 0
    assert take(stage) == [None, None]


def test_a_reply_finds_it_by_old_message_id_and_by_old_number(stage: Stage):
    ticket = take(stage)[0]
    una = "una@alder.example"
    stage.mail(letter(una, "By id.", In_Reply_To="<a@old>"))
    stage.mail(letter(una, "By number.", Subject="Re: [Ticket#20231] Logo is gone"))
    stage.mail(letter("eve@elsewhere.example", "Let me in.", Subject="[Ticket#20231]"))
    said = Message.objects.filter(ticket=ticket, text__in=["By id.", "By number.", "Let me in."])
    assert sorted(said.values_list("text", flat=True)) == ["By id.", "By number."]
    assert not TicketClock.objects.filter(ticket=ticket).exists()


def resolved_elsewhere(stage: Stage, **ago: float) -> Ticket:
    """A ticket of Freshdesk that was resolved so long ago."""
    when = (stage.now - timedelta(**ago)).isoformat()
    one = {"id": 7, "subject": "Old", "status": 4, "created_at": when, "updated_at": when,
           "requester": {"name": "Una", "email": "una@alder.example"}}  # fmt: skip
    draft = exchange.read("freshdesk", [dumped([one])]).drafts[0]
    ticket = actions.import_ticket(
        client=stage.cast.a, product="freshdesk", draft=draft, by=stage.cast.administrator, at=stage.now
    )
    assert ticket is not None
    return ticket


@pytest.mark.parametrize("hours", [1.5, 5, 40])
def test_nobody_is_asked_about_what_was_resolved_elsewhere(stage: Stage, hours: float):
    ticket = resolved_elsewhere(stage, hours=hours)
    ask_satisfaction_due(stage.now)
    ask_satisfaction_due(stage.later(minutes=90))
    assert ask_satisfaction(ticket=ticket, at=stage.now) is None
    assert not OutgoingMail.objects.exists()


def test_nor_when_it_is_resolved_here_once_more(stage: Stage):
    ticket = resolved_elsewhere(stage, hours=5)
    actions.reopen(ticket=ticket, by=stage.cast.helper, at=stage.now)
    actions.resolve(ticket=ticket, by=stage.cast.helper, at=stage.later(minutes=5))
    ask_satisfaction_due(stage.later(minutes=61))
    assert not Survey.objects.exists()


def test_an_answer_about_an_imported_ticket_counts_nowhere(stage: Stage):
    Survey.objects.create(
        ticket=resolved_elsewhere(stage, hours=5), client=stage.cast.a, asked_at=stage.now, score=Score.BAD,
        answered_at=stage.now,
    )  # fmt: skip
    assert satisfaction_of([stage.cast.a], stage.now - timedelta(days=1), stage.now + timedelta(days=1)) == {}


def test_owner_and_tags_are_kept_and_owners_who_do_not_work_here_are_told(stage: Stage):
    helper = stage.cast.helper.email
    tickets = [
        {**ZAMMAD["tickets"][0], "id": number, "number": str(number), "owner": owner, "tags": ["VIP"]}
        for number, owner in ((1, helper), (2, "gone@agency.example"), (3, "gone@agency.example"))
    ]
    drafts = exchange.read("zammad", [dumped(tickets)]).drafts
    taken = [
        actions.import_ticket(
            client=stage.cast.a, product="zammad", draft=each, by=stage.cast.administrator, at=stage.now
        )
        for each in drafts
    ]
    assert [each.assignee for each in taken if each] == [stage.cast.helper, None, None]
    assert [[tag.word for tag in each.tickettags.all()] for each in taken if each] == [["vip"]] * 3
    assert [(each.what, each.why) for each in owners_left_out(drafts)] == [
        ("owner gone@agency.example", "nobody of the agency has this address; tickets without an owner: 2")
    ]
    assert not OutgoingMail.objects.exists()
