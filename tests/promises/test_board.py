"""The board over real rows, and the verdicts that are kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mainstay.common.facts import FactRecord, Process
from mainstay.policy.promises import Clause, Verdict
from mainstay.promises import actions, queries
from mainstay.promises.models import Standing, VerdictSnapshot
from mainstay.promises.models.snapshot import SnapshotsAreAppendOnly
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BY = Process("promises")


def verdicts(client: Any, at: datetime) -> dict[str, Verdict]:
    return {each.clause.id: each.verdict for each in queries.board(client, at)}


def test_every_clause_is_on_the_board_in_the_order_of_the_policy(cast: Cast, now: datetime):
    assert [each.clause.id for each in queries.board(cast.a, now)] == [clause.value for clause in Clause]


def test_before_its_agreement_nothing_is_proven(cast: Cast):
    early = datetime(2025, 1, 10, tzinfo=UTC)
    assert set(verdicts(cast.a, early).values()) == {Verdict.UNPROVEN}


def test_an_unwatched_website_proves_nothing(cast: Cast):
    at = datetime(2025, 2, 3, 12, tzinfo=UTC)
    found = verdicts(cast.a, at)
    assert found["M1"] is Verdict.UNPROVEN
    assert found["S2"] is not Verdict.KEPT


def test_the_named_manager_is_on_the_board(cast: Cast, now: datetime):
    promise = next(each for each in queries.board(cast.a, now) if each.clause.id == "S6")
    assert promise.judgement.actual == "Max Manager, Dora Deputy"


def test_what_would_break_a_promise_is_always_said(cast: Cast, now: datetime):
    assert all(each.would_break for each in queries.board(cast.a, now))


def test_boards_take_the_same_number_of_queries_for_one_and_three(cast: Cast, now: datetime):
    queries.boards([cast.a], now)
    with CaptureQueriesContext(connection) as one:
        queries.boards([cast.a], now)
    cast.website(cast.a)
    with CaptureQueriesContext(connection) as three:
        queries.boards([cast.a, cast.b, cast.agency], now)
    assert len(three) == len(one)


def test_taking_keeps_one_verdict_a_clause_and_tells_each_change(cast: Cast, now: datetime):
    kept = actions.take(clients=[cast.a], by=BY, at=now)
    assert {each.clause for each in kept} == {clause.value for clause in Clause}
    assert FactRecord.objects.filter(kind="promises.verdict_changed", client=cast.a).count() == len(kept)


def test_taking_again_keeps_nothing_while_nothing_has_changed(cast: Cast, now: datetime):
    actions.take(clients=[cast.a], by=BY, at=now)
    assert actions.take(clients=[cast.a], by=BY, at=now) == []
    assert actions.take(clients=[cast.a], by=BY, at=now + timedelta(minutes=5)) == []


def test_a_new_month_keeps_each_verdict_again_without_a_fact(cast: Cast, now: datetime):
    actions.take(clients=[cast.b], by=BY, at=now)
    facts_before = FactRecord.objects.filter(kind="promises.verdict_changed").count()
    again = {each.clause: each for each in actions.take(clients=[cast.b], by=BY, at=now + timedelta(days=31))}
    assert again["S1"].since_at == now
    same = VerdictSnapshot.objects.filter(client=cast.b, clause="S1")
    assert same.count() == 2
    told = FactRecord.objects.filter(kind="promises.verdict_changed").count() - facts_before
    assert told == sum(each.since_at == each.judged_at for each in again.values())


def test_a_verdict_that_changes_says_since_when(cast: Cast, now: datetime):
    yesterday = now.date() - timedelta(days=1)
    cast.a.reviews.create(due_on=yesterday, held_on=yesterday)
    actions.take(clients=[cast.a], by=BY, at=now)
    cast.a.assignments.update(ends_at=now + timedelta(minutes=1))
    later = now + timedelta(minutes=5)
    changed = actions.take(clients=[cast.a], by=BY, at=later)
    assert [(each.clause, each.verdict) for each in changed] == [("S6", "broken")]
    promise = next(each for each in queries.board(cast.a, later + timedelta(hours=1)) if each.clause.id == "S6")
    assert (promise.verdict, promise.since) == (Verdict.BROKEN, later)
    fact = FactRecord.objects.filter(subject=f"promise:{cast.a.pk}:S6").latest("pk")
    assert fact.body["after"] == "broken"


def test_the_trend_has_the_verdict_at_the_end_of_each_month(cast: Cast):
    for month in (1, 2, 3):
        actions.take(clients=[cast.a], by=BY, at=datetime(2026, month, 20, 12, tzinfo=UTC))
    promise = next(each for each in queries.board(cast.a, datetime(2026, 4, 2, tzinfo=UTC)) if each.clause.id == "S1")
    assert promise.trend == (Verdict.UNPROVEN,) * 3


def test_kept_verdicts_are_never_changed(cast: Cast, now: datetime):
    kept = actions.take(clients=[cast.a], by=BY, at=now)[0]
    with pytest.raises(SnapshotsAreAppendOnly):
        kept.save()
    with pytest.raises(SnapshotsAreAppendOnly):
        kept.delete()


def test_clients_without_an_agreement_are_left_out(cast: Cast):
    assert actions.take(clients=[cast.a], by=BY, at=datetime(2025, 1, 10, tzinfo=UTC)) == []


def test_how_everything_stands_is_written_anew_and_never_by_an_older_judging(cast: Cast, now: datetime):
    later = now + timedelta(minutes=5)
    actions.take(clients=[cast.a], by=BY, at=later)
    actions.take(clients=[cast.a], by=BY, at=now)
    standing = Standing.objects.get(client=cast.a)
    assert standing.judged_at == later
    found = verdicts(cast.a, later)
    assert {clause: each["verdict"] for clause, each in standing.clauses.items()} == {
        clause: each.value for clause, each in found.items()
    }
    assert standing.grave == sum(each in (Verdict.BROKEN, Verdict.AT_RISK) for each in found.values())
