"""Pages of lists, kept views, and many tickets changed at once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from mainstay.common import keyset
from mainstay.desk import actions, queries
from mainstay.desk.actions import bulk as bulk_actions
from mainstay.desk.models import SavedView, Ticket, TicketBulk
from mainstay.desk.queries.lists import SORTS, Wanted, capped
from mainstay.desk.queries.views import views_of
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper(client, stage: Stage):
    client.force_login(stage.cast.helper)
    return client


@pytest.mark.parametrize("sort", SORTS)
def test_pages_forwards_and_back_show_each_ticket_once(stage: Stage, sort):
    for number in range(7):
        ticket = stage.ticket(subject=f"Ticket {number}", category=("attack", "change")[number % 2])
        if number % 3 == 0:
            stage.reply(ticket, then_wait=True)
        stage.later(minutes=number % 2)  # some moved in the same instant
    wanted = Wanted(sort=sort)
    given = {"user": stage.cast.helper, "zone": stage.cast.helper.zone, "at": stage.now}
    expected = [each.pk for each in queries.listed(queries.tickets(), wanted, **given).order_by(*SORTS[sort])]
    pages = [queries.page(queries.tickets(), wanted, "", 2, **given)]
    while pages[-1].following:
        pages.append(queries.page(queries.tickets(), wanted, pages[-1].following, 2, **given))
    assert [row.pk for page in pages for row in page.rows] == expected
    assert len(pages) == 4
    back = queries.page(queries.tickets(), wanted, pages[-1].preceding, 2, **given)
    assert [row.pk for row in back.rows] == [row.pk for row in pages[-2].rows]
    first = queries.page(queries.tickets(), wanted, pages[1].preceding, 2, **given)
    assert ([row.pk for row in first.rows], first.preceding) == (expected[:2], "")


@pytest.mark.parametrize(
    "token", ["", "x", "bnVsbA", "W10", "W2ZhbHNlLDFd", "W2ZhbHNlLCJ4IiwieSIsInoiXQ", "é", "A" * 900]
)
def test_a_token_that_nobody_gave_is_the_first_page(stage: Stage, token):
    ticket = stage.ticket()
    assert keyset.page(Ticket.objects.all(), SORTS["left"], token, 5).rows == [ticket]


def test_the_queue_has_what_came_back_first_and_what_is_over_nowhere(stage: Stage):
    slow, fast, over, back, rests = (
        stage.ticket(subject=subject, category=category)
        for subject, category in (
            ("slow", "change"),
            ("fast", "attack"),
            ("over", "other"),
            ("back", "change"),
            ("rests", "attack"),
        )
    )
    actions.resolve(ticket=over, text="Done.", by=stage.cast.helper, at=stage.now)
    for each in (back, rests):
        actions.snooze(ticket=each, until=stage.now + timedelta(hours=1), by=stage.cast.helper, at=stage.now)
    actions.bring_back(ticket=back, at=stage.now)
    given = {"user": stage.cast.helper, "zone": stage.cast.helper.zone, "at": stage.now}
    assert list(queries.listed(queries.tickets(), Wanted(), **given)) == [back, fast, slow]
    assert list(queries.listed(queries.tickets(), Wanted(state="resting"), **given)) == [rests]


def test_late_is_late_wherever_it_stands(stage: Stage):
    late, back = stage.ticket(category="attack"), stage.ticket(category="attack")
    actions.snooze(ticket=back, until=stage.now + timedelta(minutes=1), by=stage.cast.helper, at=stage.now)
    stage.later(days=5)
    actions.bring_back(ticket=back, at=stage.now)
    stage.ticket()
    given = {"user": stage.cast.helper, "zone": stage.cast.helper.zone, "at": stage.now}
    assert list(queries.listed(queries.tickets(), Wanted(view="late"), **given)) == [back, late]
    counts = queries.view_counts(queries.tickets(), user=stage.cast.helper, at=stage.now)
    assert (counts["all"], counts["late"], counts["mine"], counts["unassigned"]) == (3, 2, 0, 3)


def test_counting_ends_somewhere(stage: Stage):
    for _ in range(3):
        stage.ticket()
    assert (capped(Ticket.objects.all(), 3), capped(Ticket.objects.all(), 2), capped(Ticket.objects.all(), 1)) == (
        3,
        3,
        2,
    )


def test_a_view_is_kept_shared_and_deleted(helper, stage: Stage):
    answer = helper.post(
        f"{reverse('console-desk-views')}?category=attack&page=x", {"name": "Attacks", "is_shared": "on"}
    )
    assert answer["Location"].endswith("?category=attack")
    actions.save_view(name="Own", query="view=mine", is_shared=False, by=stage.cast.helper)
    assert [each.name for each in views_of(stage.cast.helper)] == ["Attacks", "Own"]
    assert [each.name for each in views_of(stage.cast.administrator)] == ["Attacks"]
    page = helper.get("/console/desk/?category=attack").content.decode()
    assert "Delete the view “Attacks”" in page
    own = SavedView.objects.get(name="Own")
    helper.force_login(stage.cast.administrator)
    assert helper.post(reverse("console-desk-view-deletion", args=[own.pk])).status_code == 404
    helper.post(reverse("console-desk-view-deletion", args=[SavedView.objects.get(name="Attacks").pk]))
    assert [each.name for each in views_of(stage.cast.helper)] == ["Own"]


def test_a_view_needs_a_name(helper, stage: Stage):
    assert helper.post(f"{reverse('console-desk-views')}?tag=seo", {"name": " "}).status_code == 422
    assert not SavedView.objects.exists()


CHANGES = [
    ("assign", lambda cast: cast.helper.pk, lambda ticket: ticket.assignee_id),
    ("category", lambda cast: "layout", lambda ticket: ticket.category),
    ("tag", lambda cast: "Big shop", lambda ticket: list(ticket.tickettags.values_list("word", flat=True))),
    ("rest", lambda cast: "2026-03-09T09:00:00+00:00", lambda ticket: ticket.snoozed_until),
    ("close", lambda cast: "spam", lambda ticket: (ticket.state, ticket.close_code)),
]


@pytest.mark.parametrize(("change", "value", "read"), CHANGES)
def test_many_are_changed_and_set_back(stage: Stage, change, value, read):
    tickets = [stage.ticket() for _ in range(3)]
    before = read(tickets[0])
    by = stage.cast.helper
    made = actions.change_many(among=Ticket.objects.all(), change=change, value=value(stage.cast), by=by, at=stage.now)
    made.refresh_from_db()
    assert made.finished_at == stage.now
    after = read(fresh(tickets[0]))
    assert after != before
    assert [read(fresh(each)) for each in tickets] == [after] * 3
    undone = actions.undo_many(bulk=made, by=by, at=stage.later(minutes=15))
    assert [read(fresh(each)) for each in tickets] == [before] * 3
    assert actions.undo_many(bulk=made, by=by, at=stage.later(hours=1)) == undone
    with pytest.raises(actions.BulkRefused):
        actions.undo_many(bulk=undone, by=by, at=stage.now)


def test_what_was_changed_meanwhile_stays(stage: Stage):
    one, other = stage.ticket(), stage.ticket()
    by = stage.cast.helper
    made = actions.change_many(among=Ticket.objects.all(), change="category", value="layout", by=by, at=stage.now)
    actions.categorise(ticket=one, category="attack", by=by, at=stage.now)
    undone = actions.undo_many(bulk=made, by=by, at=stage.now)
    assert (fresh(one).category, fresh(other).category) == ("attack", "other")
    assert list(undone.lines.order_by("ticket_id").values_list("state", "reason")) == [
        ("left", "It was changed since."),
        ("done", ""),
    ]


def test_what_cannot_be_changed_is_told_and_does_not_hold_up_the_rest(stage: Stage):
    over, already, plain = stage.ticket(), stage.ticket(category="layout"), stage.ticket()
    by = stage.cast.helper
    actions.close(ticket=over, code="spam", by=by, at=stage.now)
    closed = actions.change_many(among=Ticket.objects.all(), change="close", value="agreed", by=by, at=stage.now)
    assert list(closed.lines.order_by("ticket_id").values_list("state", flat=True)) == ["left", "done", "done"]
    assert "closed already" in closed.lines.get(ticket=over).reason
    sorted_ = actions.change_many(
        among=Ticket.objects.exclude(pk=over.pk), change="category", value="layout", by=by, at=stage.now
    )
    assert dict(sorted_.lines.values_list("ticket", "reason")) == {already.pk: "It is so already.", plain.pk: ""}


def test_what_was_taken_for_an_attack_has_its_priority_and_its_times_back(stage: Stage):
    by, ticket = stage.cast.helper, stage.ticket()
    due = {each.kind: each.due_at for each in ticket.clocks.all()}
    bulk = actions.change_many(among=Ticket.objects.all(), change="category", value="attack", by=by, at=stage.now)
    assert (fresh(ticket).category, fresh(ticket).priority) == ("attack", 1)
    actions.undo_many(bulk=bulk, by=by, at=stage.later(minutes=5))
    assert (fresh(ticket).category, fresh(ticket).priority) == (ticket.category, ticket.priority)
    assert {each.kind: each.due_at for each in ticket.clocks.all()} == due


def test_after_fifteen_minutes_nothing_is_undone(stage: Stage):
    stage.ticket()
    made = actions.change_many(among=Ticket.objects.all(), change="tag", value="a", by=stage.cast.helper, at=stage.now)
    with pytest.raises(actions.BulkRefused, match="15 minutes"):
        actions.undo_many(bulk=made, by=stage.cast.helper, at=stage.later(minutes=15, seconds=1))


def test_more_than_a_turn_goes_on_in_the_background(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk_actions, "TURN", 2)
    for _ in range(5):
        stage.ticket()
    made = actions.change_many(among=Ticket.objects.all(), change="tag", value="a", by=stage.cast.helper, at=stage.now)
    with pytest.raises(actions.BulkRefused, match="not ended"):
        actions.undo_many(bulk=made, by=stage.cast.helper, at=stage.now)
    turns = 0
    while actions.carry_on_bulk(at=stage.now):
        turns += 1
    assert turns == 2
    assert Ticket.objects.filter(tickettags__word="a").count() == 5


def test_the_most_that_is_changed_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk_actions, "TICKETS_MAX", 1)
    for _ in range(2):
        stage.ticket()
    with pytest.raises(actions.BulkRefused, match="at most 1 "):
        actions.change_many(among=Ticket.objects.all(), change="tag", value="a", by=stage.cast.helper, at=stage.now)
    with pytest.raises(actions.BulkRefused, match="ticked"):
        actions.change_many(among=Ticket.objects.none(), change="tag", value="a", by=stage.cast.helper, at=stage.now)
    assert not TicketBulk.objects.exists()


def test_the_pages_of_a_bulk_change(helper, stage: Stage):
    ticket, _ = stage.ticket(), stage.ticket()
    new = f"{reverse('console-desk-bulk-new')}?t={ticket.pk}&t=x"
    assert "Change 1 ticket" in helper.get(new).content.decode()
    assert helper.post(new, {"change": "tag"}).status_code == 422
    shown = helper.post(new, {"change": "tag", "tag": "seo"}, follow=True)
    assert "Add the tag “seo”" in shown.content.decode()
    assert Ticket.objects.filter(tickettags__word="seo").get() == ticket
    undone = helper.post(reverse("console-desk-bulk-undo", args=[TicketBulk.objects.get().pk]), follow=True)
    assert "Undo: Add the tag" in undone.content.decode()
    assert (
        "It was undone"
        in helper.get(reverse("console-desk-bulk", args=[TicketBulk.objects.earliest("pk").pk])).content.decode()
    )


def test_all_that_match_are_changed_but_never_all_that_words_find(helper, stage: Stage):
    attack, _ = stage.ticket(category="attack"), stage.ticket()
    new = reverse("console-desk-bulk-new")
    helper.post(f"{new}?scope=all&category=attack", {"change": "tag", "tag": "seo"})
    assert Ticket.objects.filter(tickettags__word="seo").get() == attack
    assert "No ticket is ticked" in helper.get(f"{new}?scope=all&words=logo").content.decode()


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)
