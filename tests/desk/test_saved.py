"""Saved answers: variables, whose they are, and what they set and take back."""

import pytest
from django.urls import reverse

from mainstay.common.models import FactRecord
from mainstay.desk.actions import saved as actions
from mainstay.desk.models import SavedReply, Ticket
from mainstay.desk.placeholders import filled, problem_with, unknown
from mainstay.desk.queries.saved import saved_replies, values
from tests.desk.kit import Stage
from tests.desk.words import saved_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def hal(client, stage: Stage):
    client.force_login(stage.cast.helper)
    return client


def at_ticket(name: str, ticket: Ticket) -> str:
    return reverse(f"console-ticket-{name}", args=[ticket.reference])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dear {requester.first_name}", []),
        ("{ticket.refrence} {due}", ["ticket.refrence"]),
        ("{Requester.name}", ["Requester.name"]),
        ("a { color: red } {} {0} {a b}", []),
        ("{ticket.__class__}", ["ticket.__class__"]),
        ("{foo}", ["foo"]),
    ],
)
def test_unknown_variables_are_found(text, expected):
    assert unknown(text) == expected


def test_a_value_is_never_looked_through_for_variables():
    assert filled("{ticket.subject}", {"ticket.subject": "{me.name}", "me.name": "Hal"}) == "{me.name}"


def test_what_is_no_variable_of_ours_may_be_sent():
    assert problem_with('{"a": 1} {foo} body {margin}') == ""
    assert "{ticket.refrence}" in problem_with("See {ticket.refrence}")


def test_every_variable_has_its_value(stage: Stage):
    ticket = stage.ticket(website=stage.cast.a.websites.get())
    found = values(ticket, me=stage.cast.helper, at=stage.now)
    assert found["requester.first_name"] == "Rita"
    assert found["account_manager.name"] == "Max Manager"
    assert found["due"].startswith("Thursday 5 March, 10:30")
    assert all(found.values())
    from mainstay.desk.placeholders import MEANINGS

    assert set(found) == set(MEANINGS)


def test_inserting_keeps_what_was_typed(hal, stage: Stage):
    ticket, answer = stage.ticket(), saved_of(stage.cast.helper, then="wait")
    page = hal.post(at_ticket("saved", ticket), {"saved": answer.pk, "text": "Good morning!"})
    form = page.context["reply_form"]
    assert form["text"].value() == "Good morning!\n\nDear Rita, we look."
    assert form["then"].value() == "wait"
    told = hal.post(at_ticket("saved", ticket), {"saved": answer.pk}, headers={"Accept": "application/json"})
    assert told.json() == {"text": "Dear Rita, we look.", "then": "wait"}


def test_an_unfilled_variable_is_not_sent(hal, stage: Stage):
    ticket = stage.ticket(requester=None)
    answer = hal.post(at_ticket("reply", ticket), {"text": "Dear {requester.first_name}", "then": "open"})
    assert answer.status_code == 422
    assert "Fill in or take out: {requester.first_name}" in answer.content.decode()
    assert ticket.messages.count() == 1


def test_a_slip_is_found_when_it_is_written(hal):
    given = {"title": "Slip", "text": "{ticket.refrence}", "is_shared": "on"}
    answer = hal.post(reverse("console-saved-new"), given)
    assert answer.status_code == 422
    assert "There is no {ticket.refrence}" in answer.content.decode()
    assert not SavedReply.objects.exists()


def test_one_act_sets_all_and_one_takes_it_back(hal, stage: Stage):
    ticket = stage.ticket()
    before = Ticket.objects.values().get()
    macro = saved_of(stage.cast.helper, priority=1, category="attack", takes_on=True)
    hal.post(at_ticket("saved", ticket), {"saved": macro.pk})
    now = Ticket.objects.get()
    assert (now.priority, now.category, now.assignee) == (1, "attack", stage.cast.helper)
    fact = FactRecord.objects.get(kind="desk.macro_used")
    assert "priority" in fact.body["set"]
    assert macro.title not in str(fact.body)
    assert "Take it back" in hal.get(now.url).content.decode()
    hal.post(at_ticket("saved-undo", ticket))
    after = Ticket.objects.values().get()
    of_the_act = dict.fromkeys(("updated_at", "escalate_at", "reckoned_at", "stands_at"))
    assert {**after, **of_the_act} == {**before, **of_the_act}
    assert stage.clock(ticket, "resolution").due_at == ticket.clocks.get(kind="resolution").due_at
    assert "Take it back" not in hal.get(now.url).content.decode()


def test_what_somebody_else_changed_is_not_undone(stage: Stage):
    ticket, by = stage.ticket(), stage.cast.helper
    undo = actions.use_macro(ticket=ticket, saved=saved_of(by, takes_on=True), by=by, at=stage.now)
    Ticket.objects.update(category="layout")
    with pytest.raises(actions.ChangedSince):
        actions.undo_macro(ticket=ticket, **undo, by=by, at=stage.now)
    assert Ticket.objects.get().assignee == by


def test_ones_own_are_nobody_elses(hal, stage: Stage):
    theirs = saved_of(stage.cast.administrator, title="Secret words", is_shared=False)
    assert list(saved_replies(stage.cast.helper)) == []
    assert "Secret words" not in hal.get(reverse("console-saved")).content.decode()
    assert hal.get(reverse("console-saved-edit", args=[theirs.pk])).status_code == 404
    assert hal.post(at_ticket("saved", stage.ticket()), {"saved": theirs.pk}).status_code == 404


def test_writing_changing_and_deleting(hal):
    hal.post(reverse("console-saved-new"), {"title": "Hello", "text": "Hello {client.name}", "is_shared": "on"})
    found = SavedReply.objects.get()
    edit = reverse("console-saved-edit", args=[found.pk])
    hal.post(edit, {"title": "Hello", "text": "Good day"})
    found.refresh_from_db()
    assert (found.text, found.owner.name) == ("Good day", "Hal Helper")
    hal.post(edit, {"delete": "yes"})
    assert not SavedReply.objects.exists()
