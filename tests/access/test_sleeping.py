"""Accounts that nobody uses: their owners are told, and a fortnight later they are closed."""

from datetime import timedelta

import pytest
from django.test import Client

from mainstay.access import actions, queries
from mainstay.access.models import ApiToken, User
from mainstay.common.facts import FactRecord, Process
from mainstay.common.mail import OutgoingMail

DAYS = timedelta(days=1)
BY = Process("tests")


@pytest.fixture
def away(cast, now) -> User:
    """Only the helper has been away: for 200 days."""
    User.objects.update(created_at=now - 400 * DAYS, last_login=now - DAYS)
    User.objects.filter(pk=cast.helper.pk).update(last_login=now - 200 * DAYS)
    return User.objects.get(pk=cast.helper.pk)


def closed(at) -> list[User]:
    return actions.close_sleeping(after_days=180, by=BY, at=at)


def test_nobody_is_closed_without_having_been_told(away, now) -> None:
    assert closed(now) == []
    assert actions.warn_sleeping(after_days=180, at=now) == 1
    letter = OutgoingMail.objects.get()
    assert (letter.recipient, "18 March 2026" in letter.text) == (away.email, True)
    assert closed(now + 13 * DAYS) == []
    assert closed(now + 14 * DAYS) == [away]


def test_the_owner_is_told_once_a_time(away, now) -> None:
    assert [actions.warn_sleeping(after_days=180, at=now + day * DAYS) for day in range(3)] == [1, 0, 0]


def test_a_closed_account_opens_nothing(away, now) -> None:
    browser = Client()
    actions.warn_sleeping(after_days=180, at=now)
    closed(now + 14 * DAYS)
    away.refresh_from_db()
    assert (away.is_active, away.asleep_at) == (False, now + 14 * DAYS)
    browser.force_login(away)
    assert browser.get("/console/").status_code == 302
    kinds = list(FactRecord.objects.order_by("-id").values_list("kind", flat=True)[:2])
    assert kinds == ["access.account_slept", "access.user_suspended"]


def test_signing_in_after_the_letter_keeps_the_account(away, now) -> None:
    actions.warn_sleeping(after_days=180, at=now)
    User.objects.filter(pk=away.pk).update(last_login=now + DAYS)
    assert closed(now + 20 * DAYS) == []


def test_a_token_that_is_used_keeps_the_account(cast, away, now) -> None:
    token, _ = cast.token_row(away)
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=now - DAYS)
    assert queries.sleeping(now - 180 * DAYS, now) == []


def test_a_session_that_runs_keeps_the_account(away, now) -> None:
    browser = Client()
    browser.force_login(away)
    User.objects.filter(pk=away.pk).update(last_login=now - 200 * DAYS)
    assert queries.sleeping(now - 180 * DAYS, now) == []
    assert queries.sleeping(now - 180 * DAYS, now + 3650 * DAYS)


def test_whoever_is_let_in_again_is_not_closed_the_next_day(cast, away, now) -> None:
    actions.warn_sleeping(after_days=180, at=now)
    (user,) = closed(now + 14 * DAYS)
    actions.restore(user=user, by=cast.administrator, at=now + 15 * DAYS)
    user.refresh_from_db()
    assert (user.is_active, user.asleep_at, user.restored_at) == (True, None, now + 15 * DAYS)
    assert closed(now + 16 * DAYS) == []


def test_the_last_administrator_is_left(cast, away, now) -> None:
    User.objects.filter(pk=cast.administrator.pk).update(last_login=now - 300 * DAYS)
    actions.warn_sleeping(after_days=180, at=now)
    assert closed(now + 14 * DAYS) == [away]
    assert User.objects.get(pk=cast.administrator.pk).is_active


def test_the_search_takes_as_many_queries_for_many(away, now, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        queries.sleeping(now - 180 * DAYS, now)
    User.objects.update(last_login=now - 200 * DAYS)
    with django_assert_num_queries(2):
        assert len(queries.sleeping(now - 180 * DAYS, now)) > 5
