"""Closed books: what is taken from them is what the facts give, and whatever changes the past opens them again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from mainstay.clients import actions as clients
from mainstay.clients.models import Website
from mainstay.policy.ledger import EntriesApart, Ledger, divide, pack, unpack
from mainstay.watch import actions, past_changes, queries
from mainstay.watch.codes import Code
from mainstay.watch.facts import Attributed
from mainstay.watch.models import ClosedBook, Gap, Monitor, Outage, PastChange, Spell
from mainstay.watch.queries import books
from tests.cast import TESTS, Cast
from tests.watch.world import attributed, live, monitor_of

pytestmark = pytest.mark.django_db

YEAR = datetime(2026, 2, 1, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NOW = YEAR + 60 * DAY + 5 * HOUR
DOWN = YEAR + 20 * DAY


@pytest.fixture
def website(cast: Cast) -> Website:
    """Sixty days with a blind half day and an outage of two hours; the agreement excludes the client's changes."""
    cast.signed_otherwise(cast.a, terms={"downtime": {"excluded": ["client", "planned"]}})
    website = cast.a.websites.get()
    monitor = monitor_of(website, at=YEAR, interval_seconds=600)
    seen(monitor, Code.OK, YEAR, YEAR + 10 * DAY)
    seen(monitor, Code.OK, YEAR + 10 * DAY + 12 * HOUR, DOWN)
    seen(monitor, Code.CONNECTION_REFUSED, DOWN, DOWN + 2 * HOUR)
    seen(monitor, Code.OK, DOWN + 2 * HOUR, NOW)
    return website


def seen(monitor: Monitor, code: Code, start: datetime, end: datetime) -> None:
    checks = max(1, int((end - start).total_seconds()) // 600)
    actions.take_in_spell(
        monitor=monitor, code=code, from_at=start, to_at=end, checks=checks, place="here", total_us=1000
    )


def close(at: datetime = NOW) -> None:
    while actions.close_books(at=at):
        pass


def holds(website: Website, at: datetime = NOW) -> bool:
    agreed = queries.agreed.agreed_with([website.client_id], at)
    year = agreed[website.client_id].year(at)
    return bool(books.books({website.pk: website.client_id}, {website.pk: year}, agreed, at))


def from_facts(website: Website, at: datetime) -> Ledger:
    ClosedBook.objects.filter(website=website).delete()
    found = queries.year_ledgers([website], at)[website.pk]
    assert found is not None
    return found


def check_same(website: Website, at: datetime = NOW) -> None:
    held = queries.year_ledgers([website], at)[website.pk]
    assert held is not None
    plain = from_facts(website, at)
    assert held.segments == plain.segments
    assert (held.totals, held.lower, held.upper) == (plain.totals, plain.lower, plain.upper)
    assert held.charged_stretches == plain.charged_stretches
    assert held.unknown_left == plain.unknown_left


def test_what_is_taken_from_a_book_is_what_the_facts_give(website: Website) -> None:
    close()
    book = ClosedBook.objects.get(website=website)
    assert book.upto == datetime(2026, 3, 30, tzinfo=UTC)
    assert holds(website)
    check_same(website)


def test_it_holds_for_later_instants_too(website: Website) -> None:
    close()
    later = NOW + 3 * DAY
    assert holds(website, later)
    assert not holds(website, YEAR + 30 * DAY)
    check_same(website, later)


def test_an_outage_over_the_edge_of_a_book(website: Website) -> None:
    monitor = Monitor.objects.get(environment__website=website)
    Spell.objects.filter(to_at=NOW).update(to_at=NOW - 5 * DAY, last_at=NOW - 5 * DAY)
    seen(monitor, Code.CONNECTION_REFUSED, NOW - 5 * DAY, NOW - DAY)
    seen(monitor, Code.OK, NOW - DAY, NOW)
    close()
    assert holds(website)
    check_same(website)


def test_an_outage_that_the_upper_bound_reaches_back_from(website: Website) -> None:
    monitor = Monitor.objects.get(environment__website=website)
    Spell.objects.filter(to_at=NOW).update(to_at=NOW - 10 * DAY, last_at=NOW - 10 * DAY)
    seen(monitor, Code.CONNECTION_REFUSED, NOW - DAY, NOW - HOUR)
    seen(monitor, Code.OK, NOW - HOUR, NOW)
    assert Outage.objects.latest("started_at").started_after is not None
    close()
    assert holds(website)
    check_same(website)


def late_spell(cast: Cast, website: Website) -> None:
    monitor = Monitor.objects.get(environment__website=website)
    seen(monitor, Code.OK, YEAR + 10 * DAY + HOUR, YEAR + 10 * DAY + 2 * HOUR)


def shorter_spell(cast: Cast, website: Website) -> None:
    Spell.objects.filter(from_at=YEAR).update(to_at=YEAR + DAY, last_at=YEAR + DAY)


def fewer_checks(cast: Cast, website: Website) -> None:
    """Two slow looks make it slow, one does not."""
    Spell.objects.filter(from_at=YEAR).update(checks=1)


def another_code(cast: Cast, website: Website) -> None:
    Spell.objects.filter(from_at=YEAR).update(code=Code.CERTIFICATE_ENDS_SOON.value, state="degraded")


def spell_deleted(cast: Cast, website: Website) -> None:
    Spell.objects.filter(from_at=YEAR).delete()


def gap(cast: Cast, website: Website) -> None:
    monitor = Monitor.objects.get(environment__website=website)
    at = {"from_at": YEAR + DAY, "to_at": YEAR + 2 * DAY}
    Gap.objects.create(monitor=monitor, client=website.client, place="here", reason="prober", **at)


def gap_of_a_place(cast: Cast, website: Website) -> None:
    at = {"from_at": YEAR + DAY, "to_at": YEAR + 2 * DAY}
    Gap.objects.create(place="here", reason="stopped", **at)


def taken_back(cast: Cast, website: Website) -> None:
    actions.take_outage_back(outage=Outage.objects.get(), reason="x", by=cast.administrator, at=NOW)


def by_hand(cast: Cast, website: Website) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE watch_outage SET ended_at = ended_after")


def excluded(cast: Cast, website: Website) -> None:
    outage = Outage.objects.get()
    attributed(outage, Attributed.CLIENT_CHANGE, cast.administrator)
    found = actions.ask_exclusion(outage=outage, reason="x", by=cast.administrator, at=NOW)
    actions.grant_exclusion(exclusion=found, by=cast.a_administrator, at=NOW)


def window(cast: Cast, website: Website) -> None:
    at = {"starts_at": DOWN, "ends_at": DOWN + HOUR, "announced_at": DOWN - 30 * DAY}
    cast.a.windows.create(reason="x", **at)


def another_rule(cast: Cast, website: Website) -> None:
    environment = live(website)
    environment.availability_rule = "all"
    environment.save()


def another_monitor(cast: Cast, website: Website) -> None:
    monitor_of(website, at=YEAR + 5 * DAY, url="https://other.example.org/")


def looked_after_later(cast: Cast, website: Website) -> None:
    Website.objects.filter(pk=website.pk).update(created_at=YEAR + 3 * DAY)


def signed_anew(cast: Cast, website: Website) -> None:
    cast.signed_otherwise(cast.a, terms={"downtime": {"unknown_allowance": "2 h"}})


CHANGES = (
    late_spell,
    shorter_spell,
    fewer_checks,
    another_code,
    spell_deleted,
    gap,
    gap_of_a_place,
    taken_back,
    by_hand,
    excluded,
    window,
    another_rule,
    another_monitor,
    looked_after_later,
    signed_anew,
)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_the_past_opens_the_book(
    cast: Cast, website: Website, change: Callable[[Cast, Website], object]
) -> None:
    close()
    assert holds(website)
    change(cast, website)
    website.refresh_from_db()
    assert not holds(website)
    check_same(website)
    close()
    assert holds(website)
    check_same(website)


def test_what_goes_on_opens_nothing(cast: Cast, website: Website) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    monitor = Monitor.objects.get(environment__website=website)
    seen(monitor, Code.OK, now - 5 * HOUR, now - 4 * HOUR)
    close(now)
    assert holds(website, now)
    seen(monitor, Code.CONNECTION_REFUSED, now - 4 * HOUR, now - 3 * HOUR)
    seen(monitor, Code.OK, now - 3 * HOUR, now)
    Spell.objects.filter(to_at=now).update(to_at=now + MINUTE, last_at=now + MINUTE)
    assert not PastChange.objects.exists()
    assert holds(website, now)
    check_same(website, now)


def test_another_clients_books_stay_closed(cast: Cast, website: Website) -> None:
    other = cast.b.websites.get()
    close()
    cast.a.windows.create(reason="x", starts_at=DOWN, ends_at=DOWN + HOUR, announced_at=DOWN)
    assert set(PastChange.objects.values_list("website_id", flat=True)) == {website.pk}
    assert holds(other)


def test_a_website_without_anything_to_close_is_not_looked_at_each_time(cast: Cast) -> None:
    close(datetime(2025, 2, 2, tzinfo=UTC))
    assert actions.close_books(at=datetime(2025, 2, 2, tzinfo=UTC)) == 0


def test_a_book_moves_on_from_day_to_day(website: Website) -> None:
    close()
    first = ClosedBook.objects.get(website=website).upto
    close(NOW + 4 * DAY)
    assert ClosedBook.objects.get(website=website).upto == first + 4 * DAY
    check_same(website, NOW + 4 * DAY)


def test_every_trigger_is_there() -> None:
    catalogue = (
        "sqlite_master WHERE type = 'trigger'" if connection.vendor == "sqlite" else "information_schema.triggers"
    )
    column = "name" if connection.vendor == "sqlite" else "trigger_name"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {catalogue}")
        assert past_changes.names() <= {row[0] for row in cursor.fetchall()}


class TestPacking:
    def test_back_and_forth(self) -> None:
        whole = divide(YEAR, NOW, at=NOW - DAY)
        assert unpack(pack(whole.entries)) == whole.entries
        assert unpack(pack(())) == ()

    def test_entries_apart_are_refused(self) -> None:
        entries = divide(YEAR, NOW, at=NOW).entries
        moved = [each.cut(each.start + 1, each.end) for each in entries]
        with pytest.raises(EntriesApart):
            pack([*entries, *moved])

    @pytest.mark.parametrize("content", [b"\x01" * 8, b"\x00" * 9, pack(divide(YEAR, NOW, at=NOW).entries)[:-1]])
    def test_what_is_none_is_refused(self, content: bytes) -> None:
        with pytest.raises(ValueError, match="no packed entries"):
            unpack(content)


def test_who_looks_after_nothing_any_more_has_no_turn(cast: Cast, website: Website) -> None:
    clients.edit_website(website=website, is_active=False, by=TESTS, at=NOW)
    close()
    assert not ClosedBook.objects.filter(website=website).exists()
