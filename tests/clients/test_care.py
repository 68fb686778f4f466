"""Who looks after a client today: the manager, the deputy, or whoever stands in."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.access.models import User
from mainstay.clients import actions, queries
from mainstay.clients.facts import Reason
from tests.cast import Cast
from tests.clients.duty import TESTS

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def away(user: User, at: datetime, deputy: User | None = None) -> None:
    given = {"starts_at": at - HOUR, "ends_at": at + HOUR, "reason": Reason.ILL, "by": TESTS, "at": at - 2 * HOUR}
    actions.note_absence(user=user, deputy=deputy, **given)


def today(cast: Cast, at: datetime) -> User | None:
    return queries.care_of([cast.a], at)[cast.a.pk].today


def test_the_deputy_takes_over_and_then_whoever_stands_in(cast: Cast, now: datetime) -> None:
    assert today(cast, now) == cast.account_manager
    away(cast.account_manager, now, deputy=cast.helper)
    assert today(cast, now) == cast.deputy, "the client's own deputy goes before the absence's"
    away(cast.deputy, now)
    assert today(cast, now) == cast.helper
    away(cast.helper, now)
    assert today(cast, now) is None
    assert today(cast, now + HOUR) == cast.account_manager


def test_somebody_who_may_not_sign_in_is_not_there(cast: Cast, now: datetime) -> None:
    User.objects.filter(pk=cast.account_manager.pk).update(is_active=False)
    assert today(cast, now) == cast.deputy


def test_whoever_stands_in_looks_after_the_client(cast: Cast, now: datetime) -> None:
    assert list(queries.clients_of(cast.helper, now)) == []
    away(cast.account_manager, now, deputy=cast.helper)
    assert cast.a in queries.clients_of(cast.helper, now)
    assert cast.a not in queries.clients_of(cast.helper, now + HOUR)


def test_the_portal_says_who_stands_in_and_never_why(client: Client, cast: Cast) -> None:
    away(cast.account_manager, timezone.now())
    client.force_login(cast.a_viewer)
    for name in ("portal-home", "portal-people"):
        shown = client.get(reverse(name, args=[cast.a.slug])).content.decode()
        assert cast.account_manager.name in shown
        assert f"Today <strong>{cast.deputy.name}</strong> stands in." in shown
        assert f"mailto:{cast.deputy.email}" in shown
        assert ">Ill<" not in shown
        assert "Holiday" not in shown
