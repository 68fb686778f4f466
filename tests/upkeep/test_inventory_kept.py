"""What sources say is kept: snapshots, what changed between them, and how long they are believed."""

from datetime import timedelta

import pytest

from mainstay.common.models import FactRecord
from mainstay.upkeep import actions, queries
from mainstay.upkeep.facts import Component
from mainstay.upkeep.models import Snapshot
from mainstay.upkeep.rules.inventory import Freshness, difference
from tests.upkeep.sources import AT, TESTS, said, source_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(cast):
    return source_of(cast.a.websites.get())[0]


def test_each_snapshot_is_kept_and_the_same_again_is_only_seen_again(source) -> None:
    first = said(source, "django==5.2.1", "flask==3.0")
    again = said(source, "flask==3.0", "django==5.2.1", at=AT + timedelta(days=1))
    other = said(source, "django==5.2.2", "requests==2.0", at=AT + timedelta(days=2))
    assert again == first
    assert Snapshot.objects.count() == 2
    source.refresh_from_db()
    assert source.seen_at == AT + timedelta(days=2)
    [(newest, change), (oldest, begun)] = queries.changes(source)
    assert (newest, oldest) == (other, first)
    assert [(each.name, each.before, each.after) for each in change.changed] == [("django", ("5.2.1",), ("5.2.2",))]
    assert ([each.name for each in change.added], [each.name for each in change.removed]) == (["requests"], ["flask"])
    assert len(begun.added) == 2
    fact = FactRecord.objects.get(kind="upkeep.inventory_taken", body__snapshot_id=other.pk)
    assert (fact.body["added"], fact.body["removed"], fact.body["changed"]) == (1, 1, 1)
    assert fact.client_id == source.client_id


def test_what_has_been_silent_too_long_is_unknown(cast, source) -> None:
    website = cast.a.websites.get()
    assert [each.freshness for each in queries.sources(website, AT)] == [Freshness.NEVER]
    said(source, "django==5.2.1")
    [view] = queries.sources(website, AT + timedelta(days=7))
    assert (view.freshness, view.is_known) == (Freshness.FRESH, True)
    [view] = queries.sources(website, AT + timedelta(days=7, seconds=1))
    assert (view.freshness, view.is_known, view.snapshot.count) == (Freshness.STALE, False, 1)


def test_a_source_that_was_ended_takes_nothing_and_is_not_shown(cast, source) -> None:
    said(source, "django==5.2.1")
    actions.end_source(source=source, by=TESTS, at=AT)
    actions.end_source(source=source, by=TESTS, at=AT)
    with pytest.raises(actions.SourceGone):
        said(source, "django==5.2.2")
    assert queries.sources(cast.a.websites.get(), AT) == []
    assert Snapshot.objects.count() == 1
    assert FactRecord.objects.filter(kind="upkeep.source_ended").count() == 1


def test_names_are_given_once_and_sources_are_bounded(cast, source) -> None:
    website = cast.a.websites.get()
    with pytest.raises(actions.SourceRefused, match="of this name"):
        source_of(website)
    for number in range(actions.SOURCES_MAX - 1):
        source_of(website, name=f"Source {number}")
    with pytest.raises(actions.SourceRefused, match="Twenty"):
        source_of(website, name="One more")


def test_sources_take_the_same_queries_however_many(cast, django_assert_num_queries) -> None:
    website = cast.a.websites.get()
    for number in range(5):
        said(source_of(website, name=f"Source {number}")[0], f"django==5.{number}")
    with django_assert_num_queries(2):
        assert len(queries.sources(website, AT)) == 5


def test_a_package_at_several_versions_is_one_change() -> None:
    before = [Component("npm", "left-pad", "1.0.0"), Component("npm", "left-pad", "1.1.0")]
    after = [Component("npm", "left-pad", "1.1.0"), Component("npm", "left-pad", "1.3.0")]
    change = difference(before, after)
    assert [(each.before, each.after) for each in change.changed] == [(("1.0.0", "1.1.0"), ("1.1.0", "1.3.0"))]
    assert not change.added and not change.removed
    assert not difference(before, before[::-1])
