"""Everything of the desk read back by other programs, and contacts from a table."""

import base64
import json
import mailbox
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mainstay.common.models import FactRecord
from mainstay.desk import actions
from mainstay.desk.actions.saved import save_reply
from mainstay.desk.actions.surveys import answer_survey, ask_satisfaction
from mainstay.desk.exchange import contacts
from mainstay.desk.facts import Score
from mainstay.desk.models import (
    Article,
    ArticleVersion,
    Attachment,
    EscalationStep,
    Message,
    RawMail,
    Ticket,
    TicketClock,
    TicketLink,
    TicketMerge,
    TimeEntry,
)
from mainstay.desk.queries.everything import OF_TICKET, Handed
from tests.desk.kit import Stage, letter
from tests.desk.test_importing import take

pytestmark = pytest.mark.django_db


def mails_in(path: Path) -> list[mailbox.mboxMessage]:
    box = mailbox.mbox(path, create=False)
    try:
        return list(box)
    finally:
        box.close()


def test_all_is_handed_out_and_can_be_read_back(stage: Stage, tmp_path: Path):
    take(stage)
    ticket = stage.ticket(text="From the start\nFrom here on")
    stage.reply(ticket)
    actions.note(ticket=ticket, text="Only for us", by=stage.cast.helper, at=stage.now)
    came = letter(stage.cast.a_requester.email, "A letter.\r\nFrom a friend")
    stage.mail(came)
    stage.mail(letter("list@elsewhere.example", "News", List_Id="<news.elsewhere.example>", Precedence="list"))
    written = actions.hand_out(folder=tmp_path / "all")
    lines = [json.loads(each) for each in (tmp_path / "all/tickets.jsonl").read_text("utf-8").splitlines()]
    box = mails_in(tmp_path / "all/messages.mbox")
    other = mails_in(tmp_path / "all/other-mail.mbox")
    assert len(lines) == written.tickets == Ticket.objects.count()
    assert sum(len(each["messages"]) for each in lines) == len(box) == written.messages == Message.objects.count()
    assert sum(len(each["facts"]) for each in lines) == FactRecord.objects.filter(subject__startswith="ticket:").count()
    files = [file for line in lines for said in line["messages"] for file in said["attachments"]]
    assert len(files) == Attachment.objects.count() == 1
    assert base64.b64decode(files[0]["data"]) == b"hello"
    assert len(other) == RawMail.objects.filter(messages__isnull=True).count() == 1
    private = [each for each in box if each["X-Mainstay-Public"] == "no"]
    assert len(private) == Message.objects.filter(is_public=False).count()
    assert any(b"A letter.\n" in bytes(each) for each in box)
    with pytest.raises(FileExistsError):
        actions.hand_out(folder=tmp_path / "all")


def test_one_client_is_handed_out_alone(stage: Stage, tmp_path: Path):
    mine = stage.ticket()
    stage.ticket(client=stage.cast.b, by=stage.cast.helper)
    actions.hand_out(folder=tmp_path / "a", client=stage.cast.a)
    lines = [json.loads(each) for each in (tmp_path / "a/tickets.jsonl").read_text("utf-8").splitlines()]
    assert mine.reference in {each["reference"] for each in lines}
    assert {each["client"] for each in lines} == {stage.cast.a.slug}


TABLE = "First Name;Surname;E-Mail Address;Tel\nÜna;Old;UNA@alder.example;\n;;una@alder.example;12\nX;;nowhere;\nY;;;\n"


@pytest.mark.parametrize("raw", [
    TABLE.encode("utf-8-sig"), TABLE.encode("utf-16"), TABLE.encode("cp1252"),
    TABLE.replace(";", ",").encode(), TABLE.replace(";", "\t").replace("\n", "\r\n").encode(),
])  # fmt: skip
def test_contacts_of_any_spelling_encoding_and_delimiter(stage: Stage, raw: bytes):
    found = contacts.read(raw)
    assert [(each.name, each.email, each.phone) for each in found.lines] == [("Üna Old", "una@alder.example", "12")]
    assert [number for number, _ in found.bad] == [4, 5]
    assert found.doubles == (3,)
    for added in (1, 0):
        by = stage.cast.administrator
        assert actions.import_contacts(client=stage.cast.a, lines=found.lines, by=by, at=stage.now) == added


def test_what_fails_leaves_no_half_folder(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stage.ticket()
    (tmp_path / "kept").mkdir()
    monkeypatch.setattr("mainstay.desk.actions.handing_out._mail", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.hand_out(folder=tmp_path / "kept")
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]
    assert list((tmp_path / "kept").iterdir()) == []
    monkeypatch.undo()
    assert actions.hand_out(folder=tmp_path / "kept").tickets == 1
    assert (tmp_path / "kept/tickets.jsonl").exists()


NOT_HANDED_OUT = {
    "desk.Draft": "what somebody has typed and not sent; only they see it",
    "desk.Presence": "who had a ticket open a minute ago",
    "desk.TicketBulkLine": "the way by which a ticket was changed; what was changed is a fact of the ticket",
    "desk.Import": "how it came; the ticket names the product and its number there",
    "desk.RawMail": "stands in mails.jsonl",
    "desk.MessageText": "an index of what the messages say",
    "desk.ImportedContact": "how it came",
}


def handed(folder: Path, name: str = "tickets") -> list[dict[str, Any]]:
    return [json.loads(each) for each in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]


def worked_on(stage: Stage) -> tuple[Ticket, Ticket]:
    """Two tickets, one merged into the other, with nearly everything that can hang on one."""
    cast = stage.cast
    other, ticket = stage.ticket(subject="The other"), stage.ticket(priority=2)
    stage.reply(ticket)
    actions.assign(ticket=ticket, assignee=cast.helper, by=cast.helper, at=stage.now)
    actions.tag(ticket=ticket, words=["vip"], by=cast.helper, at=stage.now)
    actions.link(ticket=ticket, other=other, kind="related", by=cast.helper, at=stage.now)
    actions.watch(ticket=ticket, by=cast.helper, at=stage.now)
    actions.spend_time(ticket=ticket, minutes=7, by=cast.helper, at=stage.now)
    stage.later(hours=100)
    actions.escalate(ticket=ticket, at=stage.now)
    actions.merge(ticket=other, target=ticket, by=cast.helper, at=stage.now)
    actions.resolve(ticket=ticket, text="Both are done.", by=cast.helper, at=stage.later(hours=1))
    survey = ask_satisfaction(ticket=Ticket.objects.get(pk=ticket.pk), at=stage.now)
    assert survey
    answer_survey(survey=survey, score=Score.BAD, comment="Terrible.", at=stage.now)
    return other, ticket


def test_what_hangs_on_a_ticket_is_handed_out_by_names(stage: Stage, tmp_path: Path):
    other, ticket = worked_on(stage)
    helper = stage.cast.helper.email
    actions.hand_out(folder=tmp_path / "all")
    lines = {each["reference"]: each for each in handed(tmp_path / "all")}
    line, merged = lines[ticket.reference], lines[other.reference]
    assert merged["merged_into"] == ticket.reference
    assert [each["target"] for each in merged["merges"]] == [ticket.reference]
    assert (line["tags"], line["assignee"], [each["user"] for each in line["watchers"]]) == (["vip"], helper, [helper])
    assert [(each["other"], each["kind"]) for each in line["links"]] == [(other.reference, "related")]
    assert [each["ticket"] for each in merged["linked_from"]] == [ticket.reference]
    assert [(each["user"], each["minutes"]) for each in line["times"]] == [(helper, 7)]
    assert (line["survey"]["score"], line["survey"]["comment"]) == ("bad", "Terrible.")
    assert line["escalations"]
    assert all(each["people"] for each in line["escalations"] if each["taken_at"])
    clock = next(each for each in line["clocks"] if each["kind"] == "resolution")
    assert [each["act"] for each in clock["events"]]
    assert [(each["outcome"], type(each["used"])) for each in clock["results"]] == [("missed", float)]
    named = {fact["kind"]: fact["names"] for fact in [*line["facts"], *merged["facts"]]}
    assert named["desk.ticket_merged"] == {"target_id": ticket.reference}
    assert named["desk.ticket_assigned"] == {"assignee_id": helper}
    assert {each["by"] for each in line["facts"] if each["kind"] == "desk.time_spent"} == {helper}


def test_mail_articles_and_settings_are_handed_out(stage: Stage, tmp_path: Path):
    stage.mail(letter(stage.cast.a_requester.email, "A letter."))
    at, by = stage.now, stage.cast.administrator
    article = Article.objects.create(title="How to upload", updated_at=at)
    ArticleVersion.objects.create(
        article=article, number=1, title="How to upload", text="Press the button.", at=at, by=by
    )
    save_reply(by=by, at=at, is_shared=True, title="Hello", text="Good day.", then="")
    actions.hand_out(folder=tmp_path / "all")
    actions.hand_out(folder=tmp_path / "a", client=stage.cast.a)
    assert [each["rcpt_to"] for each in handed(tmp_path / "all", "mails")] == [["support@localhost"]]
    (kept,) = handed(tmp_path / "all", "articles")
    assert [each["text"] for each in kept["versions"]] == ["Press the button."]
    assert [each["title"] for each in handed(tmp_path / "all", "settings") if each["kind"] == "savedreply"] == ["Hello"]
    assert handed(tmp_path / "a", "articles") == handed(tmp_path / "a", "settings") == []


def test_nothing_of_another_client_is_handed_out(stage: Stage, tmp_path: Path):
    worked_on(stage)
    stage.ticket(client=stage.cast.b, subject="Their secret", by=stage.cast.helper)
    actions.hand_out(folder=tmp_path / "a", client=stage.cast.a)
    for each in (tmp_path / "a").iterdir():
        assert b"Their secret" not in each.read_bytes(), each.name


def test_every_row_that_points_to_a_ticket_is_handed_out_or_said_why_not():
    """A new model that hangs on tickets, clocks, steps or messages is thought of here too."""
    handed_out = {Ticket: {*OF_TICKET, "messages", "tickettags", "survey", "foreign"},
                  Message: {"attachments", "deliveries"}, TicketClock: {*OF_TICKET["clocks"]},
                  EscalationStep: {"people"}}  # fmt: skip
    for model, names in handed_out.items():
        for relation in model._meta.related_objects:
            kind = relation.related_model
            is_known = relation.get_accessor_name() in names or kind in handed_out or kind._meta.label in NOT_HANDED_OUT
            points = relation.field.name
            assert is_known or kind in (TicketLink, TicketMerge, TimeEntry), f"{kind._meta.label}.{points} of {model}"


def test_handing_out_asks_no_more_for_more_tickets(stage: Stage):
    def lines() -> int:
        with CaptureQueriesContext(connection) as asked:
            list(map(rows.ticket, rows.tickets()))
        return len(asked)

    worked_on(stage)
    rows = Handed()
    lines()
    before = lines()
    stage.reply(stage.ticket())
    worked_on(stage)
    assert lines() == before
