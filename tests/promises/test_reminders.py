"""Reminders: the rule by tables, and what becomes of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.clients import actions as clients
from mainstay.clients.models import Organisation, ServiceReview
from mainstay.common.facts import FactRecord
from mainstay.common.jobs import Job
from mainstay.common.models import OutgoingMail
from mainstay.desk.models import Survey, Ticket
from mainstay.promises import reminders, worker
from mainstay.promises.facts import ReminderKind as Kind
from mainstay.promises.models import Reminder, WebsiteForecast
from mainstay.promises.rules.reminding import Coming, Issued, Poor, Situation, Used, causes, is_over
from tests.cast import TESTS, Cast
from tests.promises.reminding import reminder_of

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def used(percent: int, start: date = date(2026, 2, 1)) -> tuple[Used, ...]:
    return (Used(website_id=7, name="Shop", percent=percent, year_start=start),)


def issued(days_ago: int, *, is_read: bool = False) -> tuple[Issued, ...]:
    return (Issued(report_id=3, month="2026-02", on=TODAY - days_ago * DAY, is_read=is_read),)


def coming(in_days: int, *, is_arranged: bool = False) -> tuple[Coming, ...]:
    return (Coming(review_id=5, due_on=TODAY + in_days * DAY, is_arranged=is_arranged),)


def poor(days_ago: int) -> tuple[Poor, ...]:
    return (Poor(survey_id=9, reference="HWS-1", on=TODAY - days_ago * DAY),)


@pytest.mark.parametrize(
    ("known", "keys"),
    [
        ({}, []),
        ({"budgets": used(49)}, []),
        ({"budgets": used(50)}, ["budget:7:2026-02-01"]),
        ({"budgets": used(130)}, ["budget:7:2026-02-01"]),
        ({"alike": (("layout", 2),)}, []),
        ({"alike": (("layout", 3),)}, ["alike:layout:2026-03-10"]),
        ({"alike": (("access", 3),)}, []),
        ({"reports": issued(6)}, []),
        ({"reports": issued(7)}, ["report:3"]),
        ({"reports": issued(7, is_read=True)}, []),
        ({"reports": issued(61)}, []),
        ({"reports": (*issued(40), *issued(3))}, []),
        ({"reviews": coming(15)}, []),
        ({"reviews": coming(14)}, ["review:5"]),
        ({"reviews": coming(-3)}, ["review:5"]),
        ({"reviews": coming(14, is_arranged=True)}, []),
        ({"renews_on": TODAY + 61 * DAY}, []),
        ({"renews_on": TODAY + 60 * DAY}, ["renewal:2026-05-09"]),
        ({"poor": poor(30)}, ["survey:9"]),
        ({"poor": poor(31)}, []),
    ],
)
def test_what_there_is_to_act_on(known: dict[str, Any], keys: list[str]) -> None:
    """Tickets about access were reminded of lately: these count once."""
    assert [each.key for each in causes(Situation(today=TODAY, **known), {"access"})] == keys


@pytest.mark.parametrize(
    ("kind", "is_present", "over"),
    [
        (Kind.REVIEW_DUE, False, True),
        (Kind.REVIEW_DUE, True, False),
        (Kind.RENEWAL, False, True),
        (Kind.REPORT_UNREAD, False, True),
        (Kind.BUDGET_HALF, False, False),
        (Kind.SAME_KIND, False, False),
        (Kind.POOR_ANSWER, False, False),
    ],
)
def test_what_settles_itself(kind: Kind, is_present: bool, over: bool) -> None:
    assert is_over(kind, "key", {"key"} if is_present else set()) is over


def keys(client: Organisation) -> list[str]:
    return [each.key.split(":")[0] for each in Reminder.objects.open().filter(client=client).order_by("key")]


def ask_for_much(cast: Cast, client: Organisation) -> list[Ticket]:
    """Every cause but the renewal: half the hours, three tickets of a kind, an unread report, a review, an answer."""
    website = client.websites.get()
    year = {"year_start": NOW - 30 * DAY, "year_end": NOW + 335 * DAY, "as_of": NOW}
    figures = {"limit_s": 100, "charged_s": 60, "left_s": 40, "observed_s": 100, "used_percent": 60}
    WebsiteForecast.objects.create(client=client, website=website, **figures, **year)
    at = NOW - 5 * DAY
    tickets = [cast.ticket(client, category="layout", at=at) for _ in range(3)]
    Survey.objects.create(ticket=tickets[0], client=client, asked_at=at, score="bad", answered_at=at)
    from mainstay.common import facts
    from mainstay.report.facts import ReportIssued

    issued_at = NOW - 8 * DAY
    fact = ReportIssued(
        report_id=1000 + client.pk,
        client_id=client.pk,
        month="2026-02",
        number=1,
        figures_sha256="0" * 64,
        sections=8,
        with_facts=8,
        issued_at=issued_at,
    )
    facts.record(fact, by=TESTS, at=issued_at, client=client)
    ServiceReview.objects.get_or_create(client=client, due_on=TODAY + 5 * DAY)
    return tickets


@pytest.mark.django_db
def test_each_cause_is_raised_once_and_told_once(cast: Cast) -> None:
    ask_for_much(cast, cast.a)
    for day in range(3):
        reminders.remind(clients=[cast.a, cast.b], at=NOW + day * DAY)
        reminders.tell_managers(at=NOW + day * DAY)
    assert keys(cast.a) == ["alike", "budget", "report", "review", "survey"]
    assert keys(cast.b) == []
    letter = OutgoingMail.objects.get(recipient=cast.account_manager.email, subject__contains="to do")
    assert letter.subject == "5 things to do for your clients"
    assert "Site site-1-alder: 60 % of the year's hours of downtime are used." in letter.text
    assert "3 tickets of one kind came in thirty days: layout." in letter.text


@pytest.mark.django_db
def test_an_arranged_review_and_a_read_report_settle_themselves(cast: Cast) -> None:
    ask_for_much(cast, cast.a)
    reminders.remind(clients=[cast.a], at=NOW)
    review = ServiceReview.objects.get(client=cast.a, due_on=TODAY + 5 * DAY)
    clients.arrange_review(review=review, arranged_for=NOW + 4 * DAY, by=TESTS, at=NOW)
    from mainstay.common import facts
    from mainstay.report.facts import ReportRead

    facts.record(ReportRead(report_id=1000 + cast.a.pk, client_id=cast.a.pk), by=TESTS, at=NOW, client=cast.a)
    reminders.remind(clients=[cast.a], at=NOW + DAY)
    assert keys(cast.a) == ["alike", "budget", "survey"]
    assert FactRecord.objects.filter(kind="promises.reminder_kept", body__step="settled").count() == 2


@pytest.mark.django_db
def test_what_is_put_off_comes_back_and_is_told_again(cast: Cast) -> None:
    reminder = reminder_of(cast.a)
    reminders.tell_managers(at=NOW)
    reminders.put_off(reminder=reminder, until=TODAY + 2 * DAY, today=TODAY, by=cast.account_manager, at=NOW)
    told = [reminders.tell_managers(at=NOW + day * DAY) for day in range(1, 4)]
    assert told == [0, 1, 0]
    reminders.tick(reminder=reminder, by=cast.account_manager, at=NOW + 4 * DAY)
    with pytest.raises(reminders.ReminderOver):
        reminders.tick(reminder=reminder, by=cast.account_manager, at=NOW + 4 * DAY)
    with pytest.raises(reminders.WrongDay):
        reminders.put_off(reminder=reminder, until=TODAY, today=TODAY, by=cast.account_manager, at=NOW)


@pytest.mark.django_db
def test_whoever_stands_in_is_told_instead(cast: Cast) -> None:
    reminder_of(cast.a)
    away = {"starts_at": NOW - DAY, "ends_at": NOW + DAY, "by": TESTS, "at": NOW - 2 * DAY}
    clients.note_absence(user=cast.account_manager, **away)
    reminders.tell_managers(at=NOW)
    assert OutgoingMail.objects.get().recipient == cast.deputy.email


@pytest.mark.django_db
def test_many_clients_cost_the_same_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        reminders.remind(clients=[cast.a], at=NOW)
    with django_assert_max_num_queries(12):
        reminders.remind(clients=[cast.a, cast.b, cast.agency], at=NOW)


@pytest.mark.django_db
def test_the_job_looks_at_everybody_once_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "REMINDED", 1)
    ask_for_much(cast, cast.b)
    worker.begin_reminding(at=NOW)
    job = Job.objects.get(key="remind")
    assert job.run_after == NOW + timedelta(hours=5)
    worker.remind_managers(at=NOW)
    assert len(keys(cast.b)) == 5


@pytest.mark.django_db
def test_a_helper_ticks_and_puts_off_and_an_auditor_reads(client: Client, cast: Cast) -> None:
    reminder = reminder_of(cast.a)
    later = reverse("console-reminder-putting-off", args=[reminder.pk])
    client.force_login(cast.helper)
    answer = client.post(later, {"days": "7", "from": reverse("console-my-clients")})
    assert answer["Location"] == reverse("console-my-clients")
    reminder.refresh_from_db()
    assert reminder.again_on is not None
    assert client.post(later, {"days": "9", "from": "https://evil.example/"})["Location"].startswith(
        "/console/clients/"
    )
    client.post(reverse("console-reminder-ticking", args=[reminder.pk]), {"from": "//evil.example"})
    reminder.refresh_from_db()
    assert reminder.over_by == cast.helper
    client.force_login(cast.auditor)
    assert client.post(later, {"days": "7"}).status_code == 403
