"""Organisations, websites, windows and reviews."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from mainstay.clients import actions, queries
from mainstay.clients.facts import AvailabilityRule
from mainstay.clients.models import Environment, Organisation
from mainstay.clients.rules import month_later, review_dates, unused_slug
from mainstay.common.facts import FactRecord


def test_there_is_one_agency(cast, now) -> None:
    with pytest.raises(actions.AgencyExists):
        actions.create_agency(name="Second", by=cast.administrator, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(name="Second", slug="second", kind="agency", created_at=now)
    assert queries.agency() == cast.agency


def test_clients_of_one_name_get_addresses_of_their_own(cast, now) -> None:
    made = [actions.create_client(name="Élan & Co", by=cast.administrator, at=now).slug for _ in range(3)]
    assert made == ["elan-co", "elan-co-2", "elan-co-3"]
    assert actions.create_client(name="名前", by=cast.administrator, at=now).slug == "client"
    assert actions.create_client(name="New", by=cast.administrator, at=now).slug == "new-2"


def test_a_website_has_a_live_environment(cast, now) -> None:
    website = actions.create_website(
        client=cast.a, name="Shop", url="https://shop.example.org/", staging_url="https://staging.example.org/",
        by=cast.administrator, at=now,
    )  # fmt: skip
    assert [(each.kind, each.url) for each in website.environments.all()] == [
        ("live", "https://shop.example.org/"),
        ("staging", "https://staging.example.org/"),
    ]
    assert queries.live_environment(website).availability_rule == AvailabilityRule.ANY
    assert FactRecord.objects.latest("id").kind == "clients.website_added"


def test_a_new_address_is_the_live_one_too(cast, now) -> None:
    website = cast.website(cast.a)
    actions.edit_website(website=website, url="https://new.example.org/", by=cast.administrator, at=now)
    assert queries.live_environment(website).url == "https://new.example.org/"


def test_saving_without_a_change_records_nothing(cast, now) -> None:
    website = cast.website(cast.a)
    before = FactRecord.objects.count()
    actions.edit_website(website=website, name=website.name, by=cast.administrator, at=now)
    actions.edit_client(client=cast.a, name=cast.a.name, by=cast.administrator, at=now)
    assert FactRecord.objects.count() == before


def test_a_quorum_belongs_to_its_rule(cast, now) -> None:
    live = queries.live_environment(cast.a.websites.get())
    actions.set_availability_rule(
        environment=live, rule=AvailabilityRule.QUORUM, quorum=2, by=cast.administrator, at=now
    )
    assert Environment.objects.get(pk=live.pk).quorum == 2
    actions.set_availability_rule(environment=live, rule=AvailabilityRule.ALL, quorum=2, by=cast.administrator, at=now)
    assert Environment.objects.get(pk=live.pk).quorum is None
    for change in ({"availability_rule": "quorum", "quorum": None}, {"availability_rule": "any", "quorum": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Environment.objects.filter(pk=live.pk).update(**change)


def test_windows_that_touch_a_time(cast, now) -> None:
    site, other = cast.website(cast.a), cast.website(cast.a)
    hour = timedelta(hours=1)
    given = {"client": cast.a, "reason": "Upgrade", "down_minutes": 0, "by": cast.administrator, "at": now}
    whole = actions.add_window(starts_at=now, ends_at=now + hour, **given)
    own = actions.add_window(starts_at=now, ends_at=now + hour, website=site, **given)
    actions.add_window(starts_at=now, ends_at=now + hour, website=other, **given)
    assert {each.window_id for each in queries.windows_between(cast.a, site, now, now + hour)} == {whole.pk, own.pk}
    assert len(queries.windows_between(cast.a, None, now, now + hour)) == 3
    assert not queries.windows_between(cast.a, site, now + hour, now + 2 * hour)
    assert not queries.windows_between(cast.a, site, now - hour, now)
    assert not queries.windows_between(cast.b, None, now, now + hour)


def test_a_window_is_cancelled_before_it_begins_or_not_at_all(cast, now) -> None:
    window = cast.window(cast.a, starts_at=now)
    with pytest.raises(actions.WindowOver):
        actions.cancel_window(window=window, by=cast.administrator, at=now)
    actions.cancel_window(window=window, by=cast.administrator, at=now - timedelta(seconds=1))
    with pytest.raises(actions.WindowOver):
        actions.cancel_window(window=window, by=cast.administrator, at=now - timedelta(seconds=1))
    assert not queries.windows_between(cast.a, None, now, now + timedelta(hours=1))


def test_the_database_refuses_a_window_that_ends_before_it_begins(cast, now) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.add_window(client=cast.a, starts_at=now, ends_at=now, reason="x", by=cast.administrator, at=now)


def test_reviews_are_planned_for_a_year_ahead_once(cast, now) -> None:
    planned = actions.plan_reviews(client=cast.a, by=cast.administrator, at=now)
    assert [each.due_on for each in planned][:5] == [
        date(2025, 5, 1), date(2025, 8, 1), date(2025, 11, 1), date(2026, 2, 1), date(2026, 5, 1),
    ]  # fmt: skip
    assert planned[-1].due_on == date(2027, 2, 1)
    assert actions.plan_reviews(client=cast.a, by=cast.administrator, at=now) == []


def test_a_review_is_arranged_and_held(cast, now) -> None:
    review = cast.review(cast.a)
    actions.arrange_review(review=review, arranged_for=now, by=cast.account_manager, at=now)
    assert list(queries.open_reviews(cast.a)) == [review]
    actions.hold_review(review=review, held_on=date(2026, 3, 4), by=cast.account_manager, at=now)
    assert list(queries.open_reviews(cast.a)) == []
    steps = [fact.body["step"] for fact in FactRecord.objects.filter(kind="clients.review_changed").order_by("id")]
    assert steps == ["arranged", "held"]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 10, 15), 3, date(2026, 1, 15)),
        (date(2025, 12, 31), 0, date(2025, 12, 31)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
    ],
)
def test_months_later(day, months, expected) -> None:
    assert month_later(day, months) == expected


def test_review_dates_do_not_drift_past_a_short_month() -> None:
    found = list(review_dates(date(2024, 11, 30), date(2025, 12, 31)))
    assert found == [date(2025, 2, 28), date(2025, 5, 30), date(2025, 8, 30), date(2025, 11, 30)]


def test_a_slug_in_use_gets_a_number() -> None:
    assert unused_slug("shop", ["shop", "shop-2"], "website") == "shop-3"
    assert unused_slug("", [], "website") == "website"
    assert len(unused_slug("x" * 80, ["x" * 50], "website")) <= 60


def test_an_instant_is_shown_in_the_organisations_zone(cast) -> None:
    assert datetime(2026, 7, 1, 12, tzinfo=UTC).astimezone(cast.a.zone).hour == 13
