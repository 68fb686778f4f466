"""Two tickets become one: what follows finds its way, and no answer that is owed is forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from mainstay.desk import actions
from mainstay.desk.models import Ticket
from mainstay.desk.queries.addresses import seal
from tests.desk.kit import DESK, Stage, letter, sent_to

pytestmark = pytest.mark.django_db

RITA = "rita.alder@example.org"


def merged(stage: Stage, ticket: Ticket, target: Ticket) -> None:
    """Merge, and let the time go by in which that could be undone."""
    actions.merge(ticket=ticket, target=target, by=stage.cast.helper, at=stage.now)
    actions.settle_due(stage.later(minutes=16))
    ticket.refresh_from_db()
    target.refresh_from_db()


def test_replies_on_merged_tickets_lost(stage: Stage) -> None:
    """Published fault: whatever sign an answer to the merged ticket carries, it reaches the other."""
    first = stage.mail(letter(RITA)).ticket
    second = stage.mail(letter(RITA, "Another.", Message_ID="<2@client.example>")).ticket
    stage.reply(second, "We look.")
    sent = sent_to(RITA)[-1]
    merged(stage, second, first)
    signs: list[tuple[dict[str, Any], str]] = [
        ({"In_Reply_To": sent.message_id}, DESK),
        ({"References": "<2@client.example>"}, DESK),
        ({"Subject": f"Re: Broken [{second.reference}]"}, DESK),
        ({}, seal().reply_address(second.reference, DESK)),
    ]

    for number, (fields, rcpt_to) in enumerate(signs):
        stage.later(minutes=1)
        assert stage.mail(letter(RITA, f"Answer {number}.", **fields), rcpt_to=rcpt_to).ticket == first
    written = stage.mail(letter("rita@private.example", f"[{seal().marker(second.reference)}]"))

    assert written.ticket == first
    assert first.messages.filter(text__startswith="Answer").count() == 4
    second.refresh_from_db()
    assert second.state == "closed"


def test_an_answer_that_was_owed_is_owed_since_the_client_has_waited(stage: Stage) -> None:
    older = stage.mail(letter(RITA)).ticket
    began = stage.now
    stage.later(minutes=30)
    newer = stage.mail(letter(RITA, "Another.")).ticket

    merged(stage, older, newer)

    clock = stage.clock(newer, "first_response", 2)
    assert (clock.reading.started_at, clock.reading.consumed) == (began, timedelta(minutes=46))
    assert stage.kinds(older) == []
    stage.reply(newer)
    assert stage.clock(newer, "first_response", 2).state == "met"


def test_the_later_question_moves_no_clock(stage: Stage) -> None:
    first = stage.mail(letter(RITA)).ticket
    due = stage.clock(first, "first_response").due_at
    stage.later(minutes=20)

    merged(stage, stage.mail(letter(RITA, "Another.")).ticket, first)

    assert stage.clock(first, "first_response").due_at == due


def test_a_bounce_of_a_letter_of_the_merged_ticket_is_noted_on_the_other(stage: Stage) -> None:
    first, second = stage.mail(letter(RITA)).ticket, stage.mail(letter(RITA, "Another.")).ticket
    stage.reply(second)
    original = sent_to(RITA)[-1].message_id
    merged(stage, second, first)
    text = f"<{RITA}>:\r\nno such user 5.1.1\r\n\r\nMessage-ID: {original}"

    raw = stage.mail(letter("MAILER-DAEMON@mx.example", text, Subject="failure notice"), source="imap")

    assert raw.park_reason == "bounce"
    assert first.messages.filter(code="bounced").exists()


@pytest.mark.django_db
def test_what_is_open_is_not_lost_in_what_is_resolved(stage: Stage):
    ended, asked = stage.ticket(), stage.ticket(subject="Another")
    actions.resolve(ticket=ended, text="Done.", by=stage.cast.helper, at=stage.now)
    with pytest.raises(actions.CannotMerge, match="Open it again first"):
        actions.merge(ticket=asked, target=ended, by=stage.cast.helper, at=stage.now)
    asked.refresh_from_db()
    assert asked.merged_into is None
