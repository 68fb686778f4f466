"""The list of all monitors: found, counted, sorted, handed out, and kept up to date."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mainstay.clients.models import Website
from mainstay.watch import actions, exchange, queries
from mainstay.watch.models import Monitor, Standing
from mainstay.watch.queries.fleet import SORTS, Wanted
from mainstay.watch.web.fleet import query_of, wanted_of
from tests.cast import CANARY, Cast
from tests.watch.many import monitors_of_many
from tests.watch.world import TESTS, monitor_of

pytestmark = pytest.mark.django_db


def standing(monitor: Monitor, state: str, code: str = "ok", **fields) -> Standing:
    """How a monitor stands just now."""
    now = timezone.now()
    given = {"seen_at": now, "vouched_until": now + timedelta(minutes=5), "total_us": 120_000, **fields}
    return Standing.objects.create(monitor=monitor, client=monitor.client, state=state, code=code, **given)


def five(cast: Cast) -> dict[str, Monitor]:
    """A monitor in each state that the list knows."""
    found = {
        name: monitor_of(cast.website(cast.a), name=name) for name in ("up", "degraded", "down", "stale", "paused")
    }
    standing(found["up"], "up")
    standing(found["degraded"], "degraded", "certificate_ends_soon", cert_not_after=timezone.now() + timedelta(days=9))
    standing(found["down"], "down", "connection_refused", total_us=9_000_000)
    standing(found["stale"], "up", vouched_until=timezone.now() - timedelta(seconds=1))
    standing(found["paused"], "up")
    actions.pause(monitor=found["paused"], by=TESTS, at=timezone.now())
    return found


def names(wanted: Wanted) -> list[str]:
    return sorted(each.name for each in queries.fleet(Monitor.objects.all(), wanted, timezone.now()))


def page(client: Client, **query: str) -> str:
    return client.get(reverse("console-fleet"), query).content.decode()


@pytest.mark.parametrize(
    ("state", "wanted"),
    [("up", ["up"]), ("degraded", ["degraded"]), ("down", ["down"]), ("unknown", ["stale"]), ("paused", ["paused"])],
)
def test_each_state_is_found_in_the_database_as_it_is_shown(cast: Cast, state: str, wanted: list[str]) -> None:
    five(cast)

    assert names(Wanted(state=state)) == wanted
    shown = [queries.as_seen(each, timezone.now()).state.value for each in Monitor.objects.filter(name__in=wanted)]
    assert shown == [state if state != "paused" else "unknown"]


def test_counts_are_of_every_state_in_one_query(cast: Cast, django_assert_num_queries) -> None:
    five(cast)

    with django_assert_num_queries(1):
        counts = queries.counts_by_state(Monitor.objects.all(), timezone.now())

    assert counts == {"down": 1, "degraded": 1, "unknown": 1, "up": 1, "paused": 1}


def test_retired_monitors_and_those_of_left_websites_are_not_listed(cast: Cast) -> None:
    found = five(cast)
    actions.retire(monitor=found["up"], by=TESTS, at=timezone.now())
    Website.objects.filter(pk=found["down"].environment.website_id).update(is_active=False)

    assert names(Wanted()) == ["degraded", "paused", "stale"]


def test_it_is_narrowed_by_words_kind_client_counts_and_certificate(cast: Cast) -> None:
    five(cast)
    other = monitor_of(cast.website(cast.b), name="other", kind="tcp", url="mail.example.org:25", counts=False)

    assert names(Wanted(words="stale")) == ["stale"]
    assert names(Wanted(words=f"{cast.b.name} mail")) == ["other"]
    assert names(Wanted(kind="tcp")) == ["other"]
    assert names(Wanted(client=cast.b.slug)) == ["other"]
    assert names(Wanted(counts="no")) == ["other"]
    assert names(Wanted(certificate="soon")) == ["degraded"]
    assert names(Wanted(place="nowhere")) == []
    assert other.kind == "tcp"


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_holds_every_monitor_once(cast: Cast, sort: str) -> None:
    five(cast)
    found = queries.listed(queries.fleet(Monitor.objects.all(), Wanted(), timezone.now()), sort)

    assert sorted(each.name for each in found) == ["degraded", "down", "paused", "stale", "up"]


def test_the_worst_and_the_slowest_come_first_when_asked_for(cast: Cast) -> None:
    five(cast)
    found = queries.fleet(Monitor.objects.all(), Wanted(), timezone.now())

    assert [each.name for each in queries.listed(found, "state")] == ["down", "degraded", "stale", "up", "paused"]
    assert queries.listed(found, "slowest")[0].name == "down"


def test_the_page_says_what_is_wrong_and_leads_to_its_code(client: Client, cast: Cast) -> None:
    five(cast)
    client.force_login(cast.auditor)
    seen = page(client)

    assert "The server refused the connection." in seen
    assert f"{reverse('console-codes')}#connection_refused" in seen
    assert "Paused: nobody is looking." in seen
    assert "Nobody has looked for too long." in seen
    assert "Change those ticked" not in seen, "an auditor changes nothing"


def test_the_page_costs_the_same_queries_however_many_there_are(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    monitors_of_many(3)
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client)
    monitors_of_many(120, word="more")
    with CaptureQueriesContext(connection) as many:
        page(client, page="2")

    assert len(few) == len(many)
    assert len(many) <= 16


def test_no_choice_of_the_list_is_taken_as_it_comes(client: Client, cast: Cast) -> None:
    monitors_of_many(2)
    client.force_login(cast.administrator)
    odd = {"state": "'; --", "kind": "x", "sort": "password", "page": "-3", "q": "a\x00b", "counts": "perhaps"}

    assert client.get(reverse("console-fleet"), odd).status_code == 200
    assert wanted_of(odd) == Wanted(words="ab")


def test_a_search_can_be_kept_as_an_address() -> None:
    wanted = Wanted(words="shop & co", state="down", kind="http", client="a", counts="no", certificate="soon")
    query = query_of(wanted, "state")

    assert query == "q=shop+%26+co&state=down&kind=http&client=a&counts=no&certificate=soon&sort=state"


def test_the_part_that_keeps_itself_up_to_date_answers_304_while_it_is_the_same(client: Client, cast: Cast) -> None:
    found = five(cast)
    client.force_login(cast.administrator)
    ask = {"HTTP_HX_REQUEST": "true"}
    first = client.get(reverse("console-fleet"), **ask)
    same = client.get(reverse("console-fleet"), HTTP_IF_NONE_MATCH=first["ETag"], **ask)
    Standing.objects.filter(monitor=found["up"]).update(state="down", code="timeout")
    other = client.get(reverse("console-fleet"), HTTP_IF_NONE_MATCH=first["ETag"], **ask)

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200
    assert "<html" not in other.content.decode()


def test_what_is_filtered_is_handed_out_as_csv_without_formulas(client: Client, cast: Cast) -> None:
    five(cast)
    monitor_of(cast.website(cast.a), name="=cmd|' /C calc'!A0")
    client.force_login(cast.administrator)
    text = client.get(reverse("console-fleet-export"), {"q": "cmd"}).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [row["name"] for row in rows] == ["'=cmd|' /C calc'!A0"]
    assert (rows[0]["state"], rows[0]["interval_seconds"], rows[0]["paused"]) == ("unknown", "60", "False")


def test_what_is_filtered_is_handed_out_as_a_file_that_reads_back(client: Client, cast: Cast) -> None:
    five(cast)
    client.force_login(cast.administrator)
    answer = client.get(reverse("console-fleet-export"), {"form": "yaml", "state": "down"})

    assert [each.name for each in exchange.read(answer.content).drafts] == ["down"]


def test_people_of_clients_see_no_list(client: Client, cast: Cast) -> None:
    monitor_of(cast.website(cast.b), name=f"secret {CANARY}")
    client.force_login(cast.a_administrator)
    answer = client.get(reverse("console-fleet"))

    assert answer.status_code == 403
    assert CANARY not in answer.content.decode()
