"""Satisfaction: asked once, an hour after the end; one click that a mail scanner cannot make."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.urls import reverse

from mainstay.common.models import FactRecord
from mainstay.desk import actions
from mainstay.desk.actions import surveys
from mainstay.desk.actions.clocks import runs
from mainstay.desk.facts import Score
from mainstay.desk.models import Survey, Ticket
from mainstay.desk.queries.surveys import Satisfaction, satisfaction, satisfaction_of
from mainstay.desk.worker import ask_satisfaction_due
from mainstay.policy.clocks import Kind
from tests.desk.kit import Stage, sent_to

pytestmark = pytest.mark.django_db

RITA = "rita.alder@example.org"


@pytest.fixture
def resolved(stage: Stage) -> Ticket:
    ticket = stage.ticket(subject="Our secret shop")
    return actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now)


def asked(stage: Stage) -> list[str]:
    """The subjects of the surveys in Rita's mailbox."""
    return [each.subject for each in sent_to(RITA) if "How did we do" in each.subject]


def link(score: str = "good") -> str:
    """What Rita's mail program opens when she clicks."""
    text = next(each.text for each in reversed(sent_to(RITA)) if "How did we do" in each.subject)
    found = re.search(rf"https?://[^/\s]+(/survey/\S+\?score={score})", text)
    assert found
    return found.group(1)


@pytest.fixture
def opened(client, stage: Stage, resolved: Ticket):
    """A browser without a session, an hour and a half after the end, and the survey has come."""
    ask_satisfaction_due(stage.later(minutes=90))
    with time_machine.travel(stage.now, tick=False):
        yield client


def test_asked_once_after_an_hour(stage: Stage, resolved: Ticket):
    ask_satisfaction_due(stage.later(minutes=59))
    assert asked(stage) == []
    ask_satisfaction_due(stage.later(minutes=2))
    ask_satisfaction_due(stage.later(minutes=10))
    assert asked(stage) == [f"How did we do? {resolved.reference}"]


def test_a_ticket_opened_again_is_asked_about_once_in_all(stage: Stage, resolved: Ticket):
    ask_satisfaction_due(stage.later(minutes=61))
    actions.reopen(ticket=resolved, by=stage.cast.helper, at=stage.now)
    actions.resolve(ticket=resolved, text="Now.", by=stage.cast.helper, at=stage.later(minutes=5))
    ask_satisfaction_due(stage.later(minutes=61))
    assert len(asked(stage)) == 1


def test_opened_again_within_the_hour_nobody_is_asked(stage: Stage, resolved: Ticket):
    actions.reopen(ticket=resolved, by=stage.cast.helper, at=stage.later(minutes=30))
    ask_satisfaction_due(stage.later(minutes=60))
    assert asked(stage) == []


def test_what_ended_long_ago_is_not_asked_about(stage: Stage, resolved: Ticket):
    ask_satisfaction_due(stage.later(days=3))
    assert asked(stage) == []


def test_the_survey_is_no_answer_to_the_client(stage: Stage):
    ticket = stage.ticket()
    surveys.ask_satisfaction(ticket=ticket, at=stage.now)
    assert runs(ticket, Kind.FIRST_RESPONSE)


def test_the_letter_says_nothing_of_the_ticket(stage: Stage, opened):
    letter = sent_to(RITA)[-1]
    assert "secret shop" not in letter.subject + letter.text


def test_looking_counts_nothing_and_sending_does(opened):
    shown = opened.get(link("fair"))
    assert shown.status_code == 200
    assert 'value="fair"' in shown.content.decode()
    assert shown.context["form"]["score"].value() == "fair"
    assert "secret shop" not in shown.content.decode()
    opened.head(link("bad"))
    assert Survey.objects.get().score == ""
    opened.post(link("fair"), {"score": "fair"})
    assert Survey.objects.get().score == "fair"


def test_a_comment_may_follow_and_the_last_answer_counts(opened, stage: Stage):
    opened.post(link(), {"score": "good"})
    page = opened.post(link(), {"score": "bad", "comment": "It broke again."}, follow=True).content.decode()
    assert "You said “Not good”" in page
    opened.post(link(), {"score": "bad", "comment": ""})
    found = Survey.objects.get()
    assert (found.score, found.comment) == ("bad", "It broke again.")
    facts = FactRecord.objects.filter(kind="desk.satisfaction_given").order_by("id")
    assert [each.body["score"] for each in facts] == ["good", "bad"]
    assert "broke" not in str(list(facts.values_list("body", flat=True)))


@pytest.mark.parametrize("given", [{}, {"score": "great"}, {"score": "good", "comment": "x" * 3000}])
def test_what_is_no_answer_is_refused(opened, given):
    assert opened.post(link(), given).status_code == 422
    assert Survey.objects.get().score == ""


def test_a_false_link_leads_nowhere(opened, resolved: Ticket):
    good = link().split("?")[0].split("/")[2]
    for token in (
        "x",
        good[:-1],
        good.swapcase(),
        signing.dumps(resolved.pk),
        signing.dumps(resolved.pk, salt="other"),
    ):
        assert opened.get(reverse("desk-survey", args=[token])).status_code == 404
        assert opened.post(reverse("desk-survey", args=[token]), {"score": "good"}).status_code == 404
    assert Survey.objects.get().score == ""


def test_an_old_link_leads_nowhere(opened, stage: Stage):
    Survey.objects.update(asked_at=stage.now - timedelta(days=31))
    assert opened.get(link()).status_code == 404


def test_the_team_sees_the_result_at_the_ticket(client, stage: Stage, opened, resolved: Ticket):
    opened.post(link(), {"score": "bad", "comment": "Too slow."})
    client.force_login(stage.cast.helper)
    shown = client.get(resolved.url).content.decode()
    assert "Not good" in shown
    assert "Too slow." in shown


def test_figures_by_client_and_month(stage: Stage, django_assert_num_queries):
    start, end = stage.now - timedelta(days=1), stage.now + timedelta(days=1)
    for score in (Score.GOOD, Score.GOOD, Score.BAD, None):
        survey = surveys.ask_satisfaction(ticket=stage.ticket(), at=stage.now)
        assert survey
        if score:
            surveys.answer_survey(survey=survey, score=score, at=stage.now)
    with django_assert_num_queries(1):
        found = satisfaction_of([stage.cast.a, stage.cast.b], start, end)
    assert found == {stage.cast.a.pk: Satisfaction(asked=4, good=2, fair=0, bad=1)}
    assert found[stage.cast.a.pk].good_percent == 66
    assert satisfaction(stage.cast.b, start, end).good_percent is None
    assert satisfaction(stage.cast.a, end, end + timedelta(days=1)) == Satisfaction()


def test_nobody_is_asked_where_nobody_asked(stage: Stage):
    quiet = stage.ticket(requester=None)
    assert surveys.ask_satisfaction(ticket=quiet, at=stage.now) is None
    assert not Survey.objects.exists()
