"""The ledger as a page and as files: every second of a period, by state, in the console and in the portal."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mainstay.clients.models import Website
from mainstay.watch import actions
from mainstay.watch.codes import Code
from mainstay.watch.models import Monitor, Outage
from mainstay.watch.queries.periods import NoPeriod, chosen, periods
from tests.cast import Cast
from tests.watch.world import monitor_of

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def website(cast: Cast) -> Website:
    """March 2026: a blind hour on the 5th, two hours down on the 10th."""
    cast.signed_otherwise(cast.a, terms={"downtime": {"unknown_excess": "shown"}})
    website = cast.a.websites.get()
    monitor_of(website, at=MARCH, interval_seconds=600)
    down = MARCH + 9 * DAY
    for code, start, end in (
        (Code.OK, MARCH - HOUR, MARCH + 4 * DAY),
        (Code.OK, MARCH + 4 * DAY + HOUR, down),
        (Code.TIMEOUT, down, down + 2 * HOUR),
        (Code.OK, down + 2 * HOUR, MARCH + 32 * DAY),
    ):
        checks = max(1, int((end - start).total_seconds()) // 600)
        actions.take_in_spell(
            monitor=Monitor.objects.get(), code=code, from_at=start, to_at=end, checks=checks, place="x", total_us=1
        )
    return website


def test_every_second_of_a_month_is_one_state(cast: Cast, website: Website, client: Client) -> None:
    client.force_login(cast.auditor)
    answer = client.get(f"/console/websites/{website.pk}/ledger/", {"from": "2026-03-01", "until": "2026-03-31"})
    page = " ".join(answer.content.decode().split())
    # the clocks of London go forward within that month: it is an hour short
    assert f'<td data-label="Seconds" class="num">{31 * 86_400 - 3_600}</td>' in page
    assert '<td data-label="Seconds" class="num">7200</td>' in page
    assert '<td data-label="Seconds" class="num">3600</td>' in page
    assert "truly between" in page


def test_the_files_hold_all_of_it(cast: Cast, website: Website, client: Client) -> None:
    client.force_login(cast.a_viewer)
    address = f"/portal/alder/websites/{website.pk}/ledger/"
    asked = {"from": "2026-03-01", "until": "2026-03-31"}
    rows = list(csv.DictReader(io.StringIO(client.get(address, {**asked, "format": "csv"}).content.decode())))
    assert sum(float(row["seconds"]) for row in rows) == 31 * 86_400 - 3_600
    assert [row["to"] for row in rows[:-1]] == [row["from"] for row in rows[1:]]
    assert sum(float(row["seconds"]) for row in rows if row["state"] == "down_charged") == 7_200
    answer = client.get(address, {**asked, "format": "json"})
    held = json.loads(answer.content)
    assert held["seconds"]["down_charged"] == 7_200
    assert held["length_s"] == 31 * 86_400 - 3_600
    assert "attachment" in answer["Content-Disposition"]


def test_the_years_stand_side_by_side_and_one_is_judged(cast: Cast, website: Website, client: Client) -> None:
    client.force_login(cast.a_viewer)
    page = client.get(f"/portal/alder/websites/{website.pk}/ledger/").content.decode()
    for label in ("Contract year", "Calendar year", "Last 365 days", "Contract year before"):
        assert label in page
    assert page.count("the promise is judged by this one") == 1


def test_another_clients_website_is_not_found(cast: Cast, website: Website, client: Client) -> None:
    client.force_login(cast.a_viewer)
    other = cast.b.websites.get()
    assert client.get(f"/portal/alder/websites/{other.pk}/ledger/").status_code == 404
    client.force_login(cast.account_manager)
    assert client.get(f"/portal/alder/websites/{other.pk}/ledger/").status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-31", "2026-03-01", "comes before"),
        ("2020-01-01", "2026-01-01", "three years"),
        ("nonsense", "2026-01-01", "Write each day"),
        ("2026-01-01", "", "Write each day"),
        ("0001-01-01", "0001-01-02", "between 1990"),
    ],
)
def test_a_period_that_cannot_be_is_refused_and_another_shown(
    cast: Cast, website: Website, client: Client, first: str, last: str, said: str
) -> None:
    client.force_login(cast.auditor)
    answer = client.get(f"/console/websites/{website.pk}/ledger/", {"from": first, "until": last})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    with pytest.raises(NoPeriod):
        chosen(website, first, last, timezone.now())


def test_what_was_left_out_and_put_right_is_told(cast: Cast, website: Website, client: Client) -> None:
    actions.take_outage_back(
        outage=Outage.objects.get(), reason="It was the monitor.", by=cast.administrator, at=timezone.now()
    )
    client.force_login(cast.a_viewer)
    page = client.get(
        f"/portal/alder/websites/{website.pk}/ledger/", {"from": "2026-03-01", "until": "2026-03-31"}
    ).content.decode()
    assert "It was the monitor." in page
    assert '<td data-label="Seconds" class="num">7200</td>' not in page


def test_periods_without_an_agreement(cast: Cast) -> None:
    website = cast.website(cast.agency)
    assert [each.key for each in periods(website, datetime(2024, 1, 1, tzinfo=UTC))][:2] == ["calendar", "rolling"]
