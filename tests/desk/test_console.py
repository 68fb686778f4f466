"""The desk's pages in the console."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mainstay.desk import actions
from mainstay.desk.models import Attachment, Ticket
from tests.desk.kit import Stage, letter, sent_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper(client, stage: Stage):
    client.force_login(stage.cast.helper)
    return client


def url(name: str, ticket: Ticket) -> str:
    return reverse(f"console-ticket{name and '-' + name}", args=[ticket.reference])


def test_the_queue_shows_least_time_left_first(helper, stage: Stage):
    slow, fast = stage.ticket(subject="A wish", category="change"), stage.ticket(subject="An attack", category="attack")
    page = helper.get("/console/desk/").content.decode()
    assert page.index(fast.subject) < page.index(slow.subject)
    assert "First response" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("view=mine", {"Mine"}),
        ("view=unassigned", {"Attack", "Logo"}),
        ("view=hand", set()),
        ("priority=1", {"Attack"}),
        ("words=logo", {"Logo"}),
        ("words=logo&state=closed", set()),
        ("words=MS-2026-00001", {"Mine"}),
        ("state=resolved", {"Over"}),
        ("state=any", {"Mine", "Attack", "Logo", "Over"}),
        ("state=any&assignee=none&category=other", {"Logo", "Over"}),
        ("channel=mail", set()),
        ("audience=website_user&since=2026-03-04&until=2026-03-04", {"Mine", "Attack", "Logo"}),
        ("since=2026-03-05", set()),
        ("tag=Shop", {"Mine"}),
        ("sort=oldest&since=99&until=x&assignee=x&page=e30", {"Mine", "Attack", "Logo"}),
        ("client=nobody", set()),
        ("client=alder", {"Mine", "Attack", "Logo"}),
        ("view=%00&state=x&priority=9&page=zz", {"Mine", "Attack", "Logo"}),
    ],
)
def test_the_filters(helper, stage: Stage, query, expected):
    mine = stage.ticket(subject="Mine")
    actions.assign(ticket=mine, assignee=stage.cast.helper, by=stage.cast.helper, at=stage.now)
    stage.ticket(subject="Attack", category="attack")
    stage.ticket(subject="Logo")
    actions.tag(ticket=mine, words=["shop"], by=stage.cast.helper, at=stage.now)
    over = stage.ticket(subject="Over")
    actions.resolve(ticket=over, text="Done.", by=stage.cast.helper, at=stage.now)
    actions.index_some()
    answer = helper.get(f"/console/desk/?{query}")
    assert answer.status_code == 200
    assert {row["ticket"].subject for row in answer.context["rows"]} == expected


def test_the_queue_costs_the_same_for_one_and_many(helper, stage: Stage):
    stage.ticket()
    helper.get("/console/desk/")
    with CaptureQueriesContext(connection) as one:
        helper.get("/console/desk/")
    for _ in range(3):
        stage.reply(stage.ticket())
    with CaptureQueriesContext(connection) as many:
        helper.get("/console/desk/")
    assert len(many) == len(one)


def test_a_ticket_as_a_story(helper, stage: Stage):
    ticket = stage.ticket(text="It says <b>no</b>.")
    actions.note(ticket=ticket, text="He is right.", by=stage.cast.helper, at=stage.now)
    page = helper.get(url("", ticket)).content.decode()
    assert "It says &lt;b&gt;no&lt;/b&gt;." in page
    assert "entry-note" in page
    assert "He is right." in page


def test_a_ticket_costs_the_same_for_a_long_story(helper, stage: Stage):
    ticket = stage.ticket()
    stage.reply(ticket)
    helper.get(url("", ticket))
    with CaptureQueriesContext(connection) as short:
        helper.get(url("", ticket))
    for _ in range(3):
        stage.reply(ticket)
    with CaptureQueriesContext(connection) as long:
        helper.get(url("", ticket))
    assert len(long) == len(short)


def test_an_answer_goes_out_and_a_note_does_not(helper, stage: Stage):
    ticket = stage.ticket()
    before = len(sent_to("rita"))
    helper.post(url("note", ticket), {"text": "Between us."})
    assert len(sent_to("rita")) == before
    answer = helper.post(url("reply", ticket), {"text": "We look.", "then": "wait"})
    assert answer.status_code == 302
    assert "We look." in sent_to("rita")[-1].text
    assert Ticket.objects.get(pk=ticket.pk).state == "waiting"


def test_an_empty_answer_is_kept_and_said(helper, stage: Stage):
    ticket = stage.ticket()
    answer = helper.post(url("reply", ticket), {"text": " ", "then": "open"})
    assert answer.status_code == 422
    assert "Please put this right" in answer.content.decode()
    assert ticket.messages.count() == 1


def test_resolving_from_the_answer(helper, stage: Stage):
    ticket = stage.ticket()
    helper.post(url("reply", ticket), {"text": "It is back.", "then": "resolve"})
    assert Ticket.objects.get(pk=ticket.pk).state == "resolved"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("assignment", {"assignee": "me"}, {"assignee__isnull": False}),
        ("priority", {"impact": "high", "urgency": "high"}, {"priority": 1}),
        ("waiting", {}, {"state": "waiting"}),
        ("closing", {"code": "spam"}, {"state": "closed", "close_code": "spam"}),
    ],
)
def test_what_can_be_done_with_a_ticket(helper, stage: Stage, name, data, expected):
    ticket = stage.ticket()
    given = {key: stage.cast.helper.pk if value == "me" else value for key, value in data.items()}
    assert helper.post(url(name, ticket), given).status_code == 302
    assert Ticket.objects.filter(pk=ticket.pk, **expected).exists()
    assert helper.get(url(name, ticket)).status_code == 405


def test_an_override_without_reason_is_said(helper, stage: Stage):
    ticket = stage.ticket()
    answer = helper.post(url("priority", ticket), {"impact": "low", "urgency": "low", "override": "1"})
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()


def test_re_opening(helper, stage: Stage):
    ticket = stage.ticket()
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now)
    helper.post(url("reopening", ticket), {})
    assert Ticket.objects.get(pk=ticket.pk).state == "open"


def test_an_unknown_senders_ticket_is_given_away(helper, stage: Stage):
    ticket = stage.mail(letter("eve@elsewhere.example")).ticket
    assert "needs a hand" in helper.get(url("", ticket)).content.decode()
    helper.post(url("client", ticket), {"client": stage.cast.a.pk})
    assert Ticket.objects.get(pk=ticket.pk).client == stage.cast.a


def test_a_call_is_logged(helper, stage: Stage):
    assert helper.get(reverse("console-ticket-new")).status_code == 200
    given = {
        "client": stage.cast.a.pk, "caller": "Rita", "address": "rita.alder@example.org", "audience": "website_user",
        "category": "layout", "impact": "high", "urgency": "medium", "subject": "Crooked", "text": "All is crooked.",
    }  # fmt: skip
    helper.post(reverse("console-ticket-new"), given)
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.priority, ticket.requester.name) == ("phone", 2, "Rita Alder")
    assert ticket.clocks.filter(stopped_at__isnull=True).count() == 2
    assert not ticket.messages.filter(kind="reply").exists()


def test_what_the_caller_was_told_is_the_first_response(helper, stage: Stage):
    given = {
        "client": stage.cast.a.pk, "caller": "Rita", "address": "", "audience": "website_user", "category": "layout",
        "impact": "low", "urgency": "low", "subject": "Crooked", "text": "All is crooked.", "answer": "We call back.",
    }  # fmt: skip
    helper.post(reverse("console-ticket-new"), given)
    clock = Ticket.objects.get().clocks.get(kind="first_response")
    assert clock.stopped_at is not None
    assert not sent_to("rita")


def test_another_clients_website_is_refused_on_the_phone(helper, stage: Stage):
    given = {
        "client": stage.cast.a.pk, "caller": "Rita", "audience": "website_user", "category": "layout", "impact": "low",
        "urgency": "low", "subject": "Crooked", "text": "All.", "website": stage.cast.b.websites.get().pk,
    }  # fmt: skip
    assert helper.post(reverse("console-ticket-new"), given).status_code == 422
    assert not Ticket.objects.exists()


def test_parked_mail_is_shown_opened_and_dismissed(helper, stage: Stage):
    raw = stage.mail(letter("rita.alder@example.org", List_Id="<x>"))
    page = helper.get(reverse("console-mail")).content.decode()
    assert "rita.alder@example.org" in page
    answer = helper.get(reverse("console-mail-original", args=[raw.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"It is broken." in answer.content
    assert helper.post(reverse("console-mail-ticket", args=[raw.pk])).status_code == 302
    assert Ticket.objects.count() == 1
    assert helper.post(reverse("console-mail-dismissal", args=[raw.pk])).status_code == 302


def test_who_may_not(client, stage: Stage):
    ticket = stage.ticket()
    client.force_login(stage.cast.a_requester)
    assert client.get("/console/desk/").status_code == 403
    assert client.get(url("", ticket)).status_code == 403
    assert client.post(url("note", ticket), {"text": "x"}).status_code == 403
    client.force_login(stage.cast.auditor)
    assert client.get(url("", ticket)).status_code == 200
    for name in ("reply", "note", "assignment", "priority", "waiting", "closing", "reopening", "client"):
        assert client.post(url(name, ticket), {"text": "x", "then": "open"}).status_code == 403
    assert client.get(reverse("console-mail")).status_code == 403
    assert client.get("/console/desk/MS-2026-09999/").status_code == 404


def test_a_file_is_only_ever_a_download(helper, client, stage: Stage):
    ticket = stage.ticket()
    file = SimpleUploadedFile("page.html", b"<script>alert(1)</script>", content_type="text/html")
    helper.post(url("reply", ticket), {"text": "See.", "then": "open", "files": [file]})
    found = Attachment.objects.get()
    answer = helper.get(found.url)
    assert answer["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer["Content-Type"].startswith("text/plain")
    assert "sandbox" in answer["Content-Security-Policy"]
    client.force_login(stage.cast.b_administrator)
    assert client.get(found.url).status_code == 404
