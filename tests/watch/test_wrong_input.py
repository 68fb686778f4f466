"""What people and programs send that is no sense is answered, never an error of ours."""

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.watch import actions
from mainstay.watch.models import Monitor
from tests.cast import Cast
from tests.watch.test_pages import api, outage_of
from tests.watch.world import START, TESTS

pytestmark = pytest.mark.django_db

HUGE = 9_223_372_036_854_775_808


@pytest.mark.parametrize(
    "query",
    [
        {"q": "a\x00b"},
        {"q": "%_\\'\""},
        {"q": "x" * 5_000},
        {"client": "\x00"},
        {"client": "no-such"},
        {"show": "\x00"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "nonsense"},
        {"page": str(HUGE)},
        {"page": "٣"},
        {"unknown": "1"},
    ],
    ids=str,
)
def test_the_list_of_outages_takes_any_query(client: Client, cast: Cast, query: dict[str, str]) -> None:
    outage_of(cast)
    client.force_login(cast.helper)

    assert client.get(reverse("console-outages"), query).status_code == 200


@pytest.mark.parametrize(
    "period",
    [
        {"end": "0001-01-01T00:00:00Z"},
        {"start": "0001-01-01T00:00:00Z"},
        {"start": "9999-12-31T23:59:59Z"},
        {"start": "9999-12-30T00:00:00Z", "end": "9999-12-31T00:00:00Z"},
        {"start": "0001-01-01T00:00:00+14:00", "end": "0001-01-02T00:00:00+14:00"},
        {"start": "0001-01-02T00:00:00Z", "end": "0001-01-03T00:00:00Z"},
        {"start": "9999-12-31T00:00:00-14:00", "end": "9999-12-31T23:00:00-14:00"},
        {"start": "yesterday"},
        {"start": "2026-03-02T08:00:00"},
        {"start": "NaN"},
    ],
    ids=str,
)
def test_the_api_refuses_a_period_that_no_ledger_holds(client: Client, cast: Cast, period: dict[str, str]) -> None:
    outage = outage_of(cast)
    address = reverse("api-v1:website-ledger", args=[outage.website_id])

    answer = client.get(address, period, headers=api(cast, cast.helper))

    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"limit": 0}, 422),
        ({"limit": 201}, 422),
        ({"limit": "x"}, 422),
        ({"before": -1}, 422),
        ({"before": HUGE}, 200),
        ({"website": HUGE}, 422),
        ({"website": -HUGE}, 422),
        ({"website": "x"}, 422),
        ({"is_open": "perhaps"}, 422),
    ],
    ids=str,
)
def test_the_api_lists_outages_for_any_query(client: Client, cast: Cast, query: dict, status: int) -> None:
    outage_of(cast)

    assert client.get(reverse("api-v1:outages"), query, headers=api(cast, cast.helper)).status_code == status


@pytest.mark.parametrize("number", [0, HUGE, 10**30])
def test_numbers_beyond_any_row_are_not_found(client: Client, cast: Cast, number: int) -> None:
    headers = api(cast, cast.helper)
    client.force_login(cast.administrator)

    for address in (
        f"/api/v1/outages/{number}",
        f"/api/v1/websites/{number}/monitors",
        f"/api/v1/websites/{number}/ledger",
        f"/api/v1/websites/{number}/budget",
    ):
        assert client.get(address, headers=headers).status_code == 404
    for name in ("console-outage", "console-outage-acknowledgement", "console-monitors", "console-monitor"):
        assert client.get(reverse(name, args=[number])).status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        {"url": "http://127。0。0。1:0/"},
        {"url": "http://user:word@example.org/"},
        {"url": "javascript:alert(1)"},
        {"url": "http://example.org/\x00"},
        {"url": "https://example.org/" + "x" * 1_990},
        {"url": "https://example.org/", "interval_seconds": 0},
        {"url": "https://example.org/", "interval_seconds": HUGE},
        {"url": "https://example.org/", "interval_seconds": 1, "timeout_seconds": 60},
        {"url": "https://example.org/", "timeout_seconds": "NaN"},
        {"url": ["https://example.org/"]},
        {},
        [],
    ],
    ids=str,
)
def test_the_api_refuses_a_monitor_that_makes_no_sense(client: Client, cast: Cast, wanted: object) -> None:
    address = reverse("api-v1:monitors", args=[cast.a.websites.get().pk])

    answer = client.post(address, wanted, "application/json", headers=api(cast, cast.administrator))

    assert answer.status_code in (400, 422)
    assert not Monitor.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "http://example.org/\x00"},
        {"name": "a\x00b"},
        {"interval_seconds": str(HUGE)},
        {"environment": "\x00"},
        {"environment": str(HUGE)},
        {"settings.slow_ms": "-1"},
        {"timeout_seconds": "1e400"},
    ],
    ids=str,
)
def test_the_form_refuses_a_monitor_that_makes_no_sense(client: Client, cast: Cast, changes: dict[str, str]) -> None:
    website = cast.a.websites.get()
    client.force_login(cast.administrator)
    good = {
        "environment": str(website.environments.get(kind="live").pk),
        "url": "https://example.org/",
        "interval_seconds": "60",
        "timeout_seconds": "10",
    }

    answer = client.post(reverse("console-monitor-new", args=[website.pk]), {**good, **changes})

    assert answer.status_code == 422
    assert not Monitor.objects.exists()


LOOPBACK_SPELLINGS = [
    "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "①②⑦.⓪.⓪.①", "127。0。0。1", "0", "[::1]", "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]", "[::7f00:1]", "[fec0::1]", "100.64.0.1", "168.63.129.16", "224.0.0.1", "localhost",
    "a.localhost.", "LOCALHOST", "127.0.0.1.", "0x7f.1",
]  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
def test_addresses_that_nobody_may_look_at_are_refused_when_they_are_saved(cast: Cast, host: str) -> None:
    environment = cast.a.websites.get().environments.get(kind="live")

    with pytest.raises(actions.MonitorRefused) as refused:
        actions.add_monitor(environment=environment, url=f"http://{host}/", by=TESTS, at=START)

    assert refused.value.field == "url"
    assert not Monitor.objects.exists()


@pytest.mark.parametrize("host", ["127.1", "localhost", "10.0.0.7"])
def test_a_private_address_may_be_allowed(cast: Cast, host: str) -> None:
    environment = cast.a.websites.get().environments.get(kind="live")

    actions.add_monitor(environment=environment, url=f"http://{host}/", allow_private=True, by=TESTS, at=START)

    assert Monitor.objects.get().allow_private
