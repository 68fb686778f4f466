"""The page of a ticket: two ways of writing, drafts, who else is there, and the forms beside the story."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mainstay.desk import actions
from mainstay.desk.models import Draft, Ticket, TicketWatch
from mainstay.desk.queries import life
from tests.desk.kit import Stage, sent_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper(client, stage: Stage):
    client.force_login(stage.cast.helper)
    return client


def url(name: str, ticket: Ticket) -> str:
    return reverse(f"console-ticket{name and '-' + name}", args=[ticket.reference])


@pytest.mark.one_database
def test_no_table_that_grows_is_read_from_end_to_end(helper, stage: Stage):
    ticket, other = stage.ticket(), stage.ticket()
    actions.merge(ticket=other, target=ticket, by=stage.cast.helper, at=stage.now)
    with CaptureQueriesContext(connection) as seen:
        helper.get(url("", ticket))
    asked = [each["sql"] for each in seen.captured_queries if each["sql"].startswith("SELECT")]
    with connection.cursor() as cursor:
        plans = {sql: [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()] for sql in asked}
    assert len(plans) > 20
    tables = ("desk_message", "desk_ticket", "desk_rawmail", "desk_timeentry", "desk_delivery", "common_factrecord")
    whole = [
        (sql, step) for sql, steps in plans.items() for step in steps if step in {f"SCAN {each}" for each in tables}
    ]
    assert whole == []


def test_the_two_ways_of_writing_cannot_be_confused(helper, stage: Stage):
    page = helper.get(url("", stage.ticket())).content.decode()
    for words in (
        "Send to Rita Alder",
        "Keep as note for the team",
        "card-answer",
        "card-note",
        "rita.alder@example.org",
    ):
        assert words in page


def test_an_answer_waits_until_what_was_said_meanwhile_was_shown(helper, stage: Stage):
    ticket = stage.ticket()
    seen = life.newest_public(ticket)
    stage.reply(ticket, "Ada was faster.", by=stage.cast.administrator)
    before = len(sent_to("rita"))
    answer = helper.post(url("reply", ticket), {"text": "My own words.", "then": "open", "seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ada was faster." in page
    assert "My own words." in page
    assert len(sent_to("rita")) == before
    again = answer.context["reply_form"]["seen"].value()
    assert helper.post(url("reply", ticket), {"text": "My own.", "then": "open", "seen": again}).status_code == 302
    assert len(sent_to("rita")) == before + 1


def test_a_draft_comes_back_and_goes_when_it_is_sent(helper, stage: Stage):
    ticket = stage.ticket()
    for kind in ("reply", "note"):
        assert helper.post(url("draft", ticket), {"kind": kind, "text": f"Half a {kind}"}).status_code == 204
    page = helper.get(url("", ticket)).content.decode()
    assert "Half a reply" in page
    assert "Half a note" in page
    helper.post(url("reply", ticket), {"text": "Whole.", "then": "resolve"})
    assert list(Draft.objects.values_list("kind", flat=True)) == ["note"]
    helper.post(url("note", ticket), {"text": "Whole."})
    assert not Draft.objects.exists()
    assert helper.post(url("draft", ticket), {"kind": "x", "text": "y"}).status_code == 422


def test_two_people_see_each_other(helper, client, stage: Stage):
    ticket = stage.ticket()
    actions.be_present(ticket=ticket, writing="reply", by=stage.cast.administrator, at=stage.now)
    assert helper.post(url("presence", ticket)).json()["words"] == ""
    client.force_login(stage.cast.administrator)
    assert (
        "Hal Helper has this ticket open." in client.post(url("presence", ticket), {"writing": "reply"}).json()["words"]
    )
    client.force_login(stage.cast.helper)
    assert "Ada Admin is writing an answer." in client.post(url("presence", ticket)).json()["words"]


def test_minutes_go_with_the_answer(helper, stage: Stage):
    ticket = stage.ticket()
    helper.post(url("reply", ticket), {"text": "Done.", "then": "open", "minutes": 12})
    helper.post(url("time", ticket), {"minutes": 3})
    assert life.minutes_on(ticket) == 15
    assert ticket.timeentrys.exclude(message=None).get().message.text == "Done."
    assert helper.post(url("time", ticket), {"minutes": 0}).status_code == 422


def test_merging_and_undoing_it(helper, stage: Stage):
    source, target = stage.ticket(subject="Again"), stage.ticket(subject="First")
    wrong = helper.post(url("merge", source), {"reference": "MS-2026-99999"})
    assert "There is no ticket with this reference." in wrong.content.decode()
    helper.post(url("merge", source), {"reference": target.reference.lower()})
    page = helper.get(url("", source)).content.decode()
    assert "Undo the merge" in page
    assert "Keep as note" not in page
    assert helper.post(url("reopening", source)).status_code == 422
    helper.post(url("merge-undo", source))
    assert Ticket.objects.get(pk=source.pk).state == "open"


def test_the_client_is_led_to_where_it_goes_on(client, stage: Stage):
    source, target = stage.ticket(subject="Again"), stage.ticket(subject="First")
    actions.merge(ticket=source, target=target, by=stage.cast.helper, at=stage.now)
    client.force_login(stage.cast.a_requester)
    assert target.reference in client.get(source.portal_url).content.decode()
    client.post(reverse("portal-ticket-message", args=[stage.cast.a.slug, source.reference]), {"text": "Still."})
    assert target.messages.filter(text="Still.").exists()


def test_splitting_leads_to_the_new_ticket(helper, stage: Stage):
    ticket = stage.ticket()
    other = stage.wrote(ticket, "And the map.")
    answer = helper.post(url("split", ticket), {"messages": [other.pk], "subject": "The map"})
    new = Ticket.objects.get(subject="The map")
    assert (answer.status_code, answer.url) == (302, new.url)
    assert helper.post(url("split", ticket), {"subject": "x"}).status_code == 422


def test_tags_links_rest_and_watching(helper, stage: Stage):
    ticket, other = stage.ticket(), stage.ticket()
    helper.post(url("tags", ticket), {"words": "seo, big shop"})
    helper.post(url("links", ticket), {"reference": other.reference, "kind": "duplicate"})
    helper.post(url("watch", ticket))
    helper.post(url("rest", ticket), {"until": "2999-01-01T09:00"})
    page = helper.get(url("", ticket)).content.decode()
    for words in ("big shop", "Duplicate of", "Stop watching", "This ticket rests"):
        assert words in page
    helper.post(url("links", ticket), {"remove": other.reference})
    helper.post(url("watch", ticket))
    helper.post(url("rest", ticket))
    assert not TicketWatch.objects.exists()
    assert life.links_of(ticket) == []
    assert Ticket.objects.get(pk=ticket.pk).snoozed_until is None
    assert helper.post(url("rest", ticket), {"until": "2001-01-01T09:00"}).status_code == 422


def test_the_history_reads_as_a_story(helper, stage: Stage):
    ticket, cast = stage.ticket(), stage.cast
    actions.assign(ticket=ticket, assignee=cast.administrator, by=cast.helper, at=stage.later(minutes=1))
    actions.set_priority(ticket=ticket, impact="high", urgency="high", by=cast.helper, at=stage.later(minutes=1))
    actions.spend_time(ticket=ticket, minutes=7, by=cast.helper, at=stage.later(minutes=1))
    page = helper.get(url("", ticket)).content.decode()
    said = ["gave it to Ada Admin.", "changed the priority from 3 to 1.", "worked on it for 7 min."]
    places = [page.index(words) for words in said]
    assert places == sorted(places)


def test_the_minutes_of_a_call_are_kept(helper, stage: Stage):
    given = {
        "client": stage.cast.a.pk, "caller": "Rita", "audience": "website_user", "category": "layout", "impact": "low",
        "urgency": "low", "subject": "Crooked", "text": "All.", "minutes": 6,
    }  # fmt: skip
    assert "call-timer" in helper.get(reverse("console-ticket-new")).content.decode()
    helper.post(reverse("console-ticket-new"), given)
    assert life.minutes_on(Ticket.objects.get()) == 6
