"""Each quarter everybody is confirmed or removed, in one screen; the result is a fact for the promise."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mainstay.access.models import User
from mainstay.clients import actions, queries
from mainstay.clients.facts import Decision
from mainstay.clients.models import AccessReview, Contact
from mainstay.clients.rules.access_reviews import review_due_on
from mainstay.common.facts import FactRecord
from mainstay.common.mail import OutgoingMail
from mainstay.policy.promises import Verdict
from mainstay.promises import facts as promise_facts
from mainstay.promises import queries as promises
from mainstay.promises.rules import access as rule

DAY = timedelta(days=1)


@pytest.fixture
def world(cast, now):
    with time_machine.travel(now, tick=False):
        yield cast


@pytest.fixture
def theirs(world) -> Client:
    browser = Client()
    browser.force_login(world.a_administrator)
    return browser


def chosen(world, **other: str) -> dict[str, str]:
    """Everybody of A is kept, but for those named otherwise."""
    people = {each.user: each for each in Contact.objects.filter(client=world.a, user__isnull=False)}
    found = {f"person-{each.pk}": "kept" for each in people.values()}
    return {**found, **{f"person-{people[getattr(world, who)].pk}": word for who, word in other.items()}}


@pytest.mark.parametrize(("began", "last", "due"), [
    (date(2025, 2, 1), None, date(2025, 5, 1)),
    (date(2025, 2, 1), date(2025, 4, 10), date(2025, 7, 10)),
    (date(2025, 2, 1), date(2025, 1, 10), date(2025, 5, 1)),
    (date(2025, 11, 30), None, date(2026, 2, 28)),
])  # fmt: skip
def test_a_review_is_due_a_quarter_after_the_last(began, last, due) -> None:
    assert review_due_on(began, last, 3) == due


def test_one_screen_confirms_and_removes(world, theirs, now) -> None:
    page = f"/portal/{world.a.slug}/people/review/"
    shown = theirs.get(page).content.decode()
    assert world.a_viewer.email in shown
    assert "There was no review yet" in shown
    theirs.post(page, chosen(world, a_viewer="removed"))
    review = AccessReview.objects.get()
    assert (review.client, review.held_by, review.held_at) == (world.a, world.a_administrator, now)
    assert sorted(review.lines.values_list("decision", "role")) == [
        ("kept", "client_administrator"), ("kept", "requester"), ("removed", "viewer"),
    ]  # fmt: skip
    assert not User.objects.get(pk=world.a_viewer.pk).is_active
    fact = FactRecord.objects.filter(kind="clients.access_reviewed").get()
    assert (fact.body["kept"], fact.body["removed"]) == (2, 1)
    assert queries.access_review_due_on(world.a, now) == date(2026, 6, 4)


def test_who_is_late_with_it_is_told_so(world, theirs, now, monkeypatch) -> None:
    page = f"/portal/{world.a.slug}/people/"
    for due_on, said in (
        (now.date(), "is to be confirmed by 4 March 2026"),
        (now.date() - timedelta(days=1), "was to be confirmed by 3 March 2026"),
    ):
        monkeypatch.setattr(queries, "access_review_due_on", lambda *_which, due_on=due_on: due_on)
        assert said in theirs.get(page).content.decode()


def test_the_account_manager_may_do_it(world, client) -> None:
    client.force_login(world.account_manager)
    assert client.post(f"/portal/{world.a.slug}/people/review/", chosen(world)).status_code == 302
    assert AccessReview.objects.get().held_by == world.account_manager


def test_each_person_needs_an_answer(world, theirs) -> None:
    given = chosen(world)
    given.popitem()
    answer = theirs.post(f"/portal/{world.a.slug}/people/review/", given)
    assert answer.status_code == 422
    assert not AccessReview.objects.exists()


def test_nothing_is_chosen_beforehand(world, theirs) -> None:
    assert "checked" not in theirs.get(f"/portal/{world.a.slug}/people/review/").content.decode()


def test_nobody_removes_themselves(world, theirs, now) -> None:
    given = chosen(world, a_administrator="removed")
    assert theirs.post(f"/portal/{world.a.slug}/people/review/", given).status_code == 422
    decisions = {int(key.partition("-")[2]): Decision(word) for key, word in given.items()}
    with pytest.raises(actions.OwnReview):
        actions.review_access(client=world.a, decisions=decisions, by=world.a_administrator, at=now)


def test_whoever_came_meanwhile_is_not_passed_over(world, now) -> None:
    with pytest.raises(actions.PersonNotDecided):
        actions.review_access(client=world.a, decisions={}, by=world.a_administrator, at=now)
    assert not AccessReview.objects.exists()


def test_another_clients_person_is_not_removed_by_its_number(world, theirs) -> None:
    other = Contact.objects.get(user=world.b_administrator)
    theirs.post(f"/portal/{world.a.slug}/people/review/", {**chosen(world), f"person-{other.pk}": "removed"})
    other.refresh_from_db()
    assert other.is_active


def test_the_agencys_own_people_are_looked_at_too(world, client) -> None:
    client.force_login(world.administrator)
    people = User.objects.exclude(agency_role="")
    given = {f"person-{each.pk}": "removed" if each == world.helper else "kept" for each in people}
    client.post("/console/people/review/", given)
    review = AccessReview.objects.get()
    assert (review.client, review.lines.filter(decision="removed").get().user) == (world.agency, world.helper)
    assert not User.objects.get(pk=world.helper.pk).is_active


def test_the_list_takes_as_many_queries_for_three_as_for_six(world, theirs) -> None:
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as seen:
            theirs.get(f"/portal/{world.a.slug}/people/review/")
        counts.append(len(seen))
        for each in range(3):
            added = world.contact(world.a)
            made = User.objects.create_user(f"n{number}{each}@example.org", name="N")
            Contact.objects.filter(pk=added.pk).update(user=made)
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("days", "step"), [(-15, None), (-14, "is due by"), (0, "is due by"), (1, "was due on")])
def test_a_fortnight_ahead_and_when_missed_people_are_reminded(world, now, days, step) -> None:
    at = datetime(2025, 5, 1, 12, tzinfo=now.tzinfo) + days * DAY
    for _ in range(2):
        actions.remind_of_review(client=world.a, at=at)
    letters = OutgoingMail.objects.all()
    assert len(letters) == (2 if step else 0)
    assert all(step in each.text for each in letters)


def judged(**other: object):
    given = {
        "today": date(2026, 3, 4), "began_on": date(2025, 2, 1), "due_on": date(2026, 5, 1),
        "reviewed_on": date(2026, 2, 1), "people": 3, "must": 2, "without": 0, "sleeping": 0, "left_open": 0,
    }  # fmt: skip
    return rule.judge(promise_facts.AccessFacts(**{**given, **other}))


@pytest.mark.parametrize(("changed", "verdict", "said"), [
    ({}, Verdict.KEPT, "confirmed again by 1 May 2026"),
    ({"due_on": date(2026, 3, 18)}, Verdict.AT_RISK, "to be confirmed by 18 March 2026"),
    ({"due_on": date(2026, 3, 19)}, Verdict.KEPT, "confirmed again"),
    ({"due_on": date(2026, 3, 4)}, Verdict.AT_RISK, "to be confirmed"),
    ({"due_on": date(2026, 3, 3)}, Verdict.BROKEN, "and was not"),
    ({"sleeping": 1}, Verdict.AT_RISK, "1 account sleeps."),
    ({"without": 1}, Verdict.AT_RISK, "Of 2 who must sign in with a second factor, 1 has none."),
    ({"left_open": 1}, Verdict.BROKEN, "1 person has left"),
    ({"left_open": 2, "sleeping": 2}, Verdict.BROKEN, "2 accounts sleep."),
])  # fmt: skip
def test_the_verdict_on_secure_access(changed, verdict, said) -> None:
    found = judged(**changed)
    assert (found.verdict, said in found.sentence) == (verdict, True)


def test_the_promise_follows_the_review(world, theirs, now) -> None:
    def view(at):
        return next(each for each in promises.board(world.a, at) if each.clause.id == "A1")

    assert view(now).verdict is Verdict.BROKEN
    theirs.post(f"/portal/{world.a.slug}/people/review/", chosen(world))
    after = view(now + timedelta(seconds=1))
    assert after.verdict is Verdict.AT_RISK, "nobody of the cast has a second factor"
    assert view(now - DAY).verdict is Verdict.BROKEN
