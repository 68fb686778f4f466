"""What endpoints of Gatus become, and what of them is named as left out."""

from typing import Any

import pytest

from mainstay.watch import exchange
from mainstay.watch.exchange import Draft, FileRefused, LeftOut, Reading
from mainstay.watch.exchange import gatus as reader
from mainstay.watch.exchange.gatus_conditions import parse
from mainstay.watch.exchange.values import go_seconds
from mainstay.watch.probes.http import json_holds


def endpoint(conditions: list[str], url: str = "https://www.example.org/", **more: Any) -> Reading:
    return reader.read_value({"endpoints": [{"name": "Site", "url": url, "conditions": conditions, **more}]})


def only(reading: Reading) -> Draft:
    assert not [each for each in reading.left_out if each.is_whole], reading.left_out
    (draft,) = reading.drafts
    return draft


def refused(reading: Reading) -> LeftOut:
    assert reading.drafts == ()
    (left,) = [each for each in reading.left_out if each.is_whole]
    return left


@pytest.mark.parametrize(
    ("conditions", "settings"),
    [
        (["[STATUS] == 200"], {"expect_status": [[200, 200]]}),
        (["200 == [STATUS]"], {"expect_status": [[200, 200]]}),
        (["[STATUS] < 300"], {"expect_status": [[100, 299]]}),
        (["[STATUS] >= 200", "[STATUS] <= 204"], {"expect_status": [[200, 204]]}),
        (["[STATUS] == any(200, 429)"], {"expect_status": [[200, 200], [429, 429]]}),
        (["[STATUS] != 500"], {"expect_status": [[100, 499], [501, 599]]}),
        (["[STATUS] == pat(2*)"], {"expect_status": [[200, 299]]}),
        (["[CONNECTED] == true"], {"expect_status": [[100, 599]]}),
        (["[BODY] == pat(*Hello </b>*)"], {"expect_status": [[100, 599]], "contains": "Hello </b>"}),
        (["[BODY] != pat(*Error*)"], {"expect_status": [[100, 599]], "absent": "Error"}),
        (["[BODY].status == UP"], {"expect_status": [[100, 599]], "json_path": "$.status", "json_equals": "UP"}),
        (["[BODY].data[0].id == 1"], {"expect_status": [[100, 599]], "json_path": "$.data[0].id", "json_equals": "1"}),
        (["has([BODY].id) == true"], {"expect_status": [[100, 599]], "json_path": "$.id"}),
        (["len([BODY].x) > 0"], {"expect_status": [[100, 599]], "json_path": "$[?length($.x) > 0]"}),
        (
            ["[BODY].a == b", "[BODY].n >= 5"],
            {"expect_status": [[100, 599]], "json_path": "$[?$.a == 'b' && $.n >= 5]"},
        ),
    ],
)
def test_what_an_answer_must_be_is_kept(conditions: list[str], settings: dict[str, Any]) -> None:
    draft = only(endpoint(conditions))

    assert draft.kind == "http"
    assert draft.settings == {"method": "GET", "redirects": "follow", **settings}


@pytest.mark.parametrize(
    ("conditions", "good", "bad"),
    [
        (["len([BODY].x) > 0", "[CONNECTED] == true"], '{"x": [1]}', '{"x": []}'),
        (["len([BODY].x) == 2", "[BODY].x[0] == 7"], '{"x": [7, 8]}', '{"x": [7]}'),
        (["[BODY].id == any(1, 2)"], '{"id": "2"}', '{"id": 3}'),
        (["[BODY].name == pat(john*)"], '{"name": "john.doe"}', '{"name": "bob"}'),
        (["[BODY].text == pat(*c(a)t*)"], '{"text": "a\\nc(a)t b"}', '{"text": "a dog"}'),
        (["[BODY].text == pat(*cat)"], '{"text": "a\\ncat"}', '{"text": "cats"}'),
        (["[BODY].ok == true", "[BODY].n < 5"], '{"ok": true, "n": 4}', '{"ok": true, "n": 5}'),
        (["[BODY].state != broken"], '{"state": "well"}', '{"state": "broken"}'),
        (["has([BODY].errors) == false"], '{"data": 1}', '{"errors": []}'),
        (["[BODY].it's == x"], '{"it\'s": "x"}', '{"it\'s": "y"}'),
    ],
)
def test_a_json_answer_is_judged_as_there(conditions: list[str], good: str, bad: str) -> None:
    settings = only(endpoint(conditions)).settings

    assert json_holds(good, settings["json_path"], settings.get("json_equals", ""))
    assert not json_holds(bad, settings["json_path"], settings.get("json_equals", ""))


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        (["[STATUS] == 200", "[BODY] == exactly this"], "of a whole page only words"),
        (["[BODY] == pat(*a*b*)"], "of a whole page only words"),
        (["[BODY] == pat(*a*)", "[BODY] == pat(*b*)"], "only one text"),
        (["len([BODY]) > 0"], "of a whole page only words"),
        (["[BODY].a == pat(a*b)"], "beginning or end"),
        (["[IP] == 192.0.2.1"], "cannot be compared"),
        (["[STATUS] == 601"], "none that meets all"),
        (["[STATUS] > [RESPONSE_TIME]"], "does not compare one thing"),
        (["[STATUS] is 200"], "no condition"),
        (["[RESPONSE_TIME] > 300"], "must stay below"),
        (["[CERTIFICATE_EXPIRATION] < 48h"], "must be left"),
        (["[CONTEXT].id == 1"], "cannot be compared"),
        ([], "none that can be read"),
    ],
)
def test_what_cannot_be_kept_is_not_taken(conditions: list[str], why: str) -> None:
    assert why in refused(endpoint(conditions)).why


def test_limits_of_time_become_degraded_and_checks_of_their_own() -> None:
    reading = endpoint(
        ["[STATUS] == 200", "[RESPONSE_TIME] < 300", "[CERTIFICATE_EXPIRATION] > 49h", "[DOMAIN_EXPIRATION] >= 720h"]
    )

    kinds = {draft.kind: draft for draft in reading.drafts}
    assert kinds["http"].settings["slow_ms"] == 300
    assert (kinds["tls"].url, kinds["tls"].settings) == ("www.example.org:443", {"days_left_min": 3})
    assert (kinds["domain"].url, kinds["domain"].settings) == ("example.org", {"days_left_min": 30})
    assert [each.what for each in reading.left_out] == [
        "[RESPONSE_TIME] < 300",
        "[CERTIFICATE_EXPIRATION] > 49h",
        "[DOMAIN_EXPIRATION] >= 720h",
    ]
    assert all("never down" in each.why and not each.is_whole for each in reading.left_out)


def test_a_domain_that_is_not_beyond_doubt_is_left_to_a_person() -> None:
    both = endpoint(["[STATUS] == 200", "[DOMAIN_EXPIRATION] > 720h"], url="https://app.shop.example.org/")
    alone = endpoint(["[DOMAIN_EXPIRATION] > 720h"], url="https://app.shop.example.org/")

    assert [draft.kind for draft in both.drafts] == ["http"]
    assert any("which part of the name" in each.why for each in both.left_out)
    assert "which part of the name" in refused(alone).why


@pytest.mark.parametrize(
    ("url", "conditions", "kind", "address", "settings"),
    [
        ("icmp://example.org", ["[CONNECTED] == true"], "icmp", "example.org", {"requests": 1}),
        ("tcp://db.example.org:5432", ["[CONNECTED] == true"], "tcp", "db.example.org:5432", {}),
        ("tcp://a.example:25", ["[BODY] == pat(*220*)"], "tcp", "a.example:25", {"banner": "220"}),
        (
            "tls://a.example:993",
            ["[CERTIFICATE_EXPIRATION] > 720h"],
            "tls",
            "a.example:993",
            {"days_left_min": 30},
        ),
        ("tls://a.example:993", ["[CONNECTED] == true"], "tls", "a.example:993", {"days_left_min": 0}),
        (
            "starttls://mail.example:25",
            ["[CERTIFICATE_EXPIRATION] > 24h"],
            "tls",
            "mail.example:25",
            {"days_left_min": 1, "starttls": "smtp"},
        ),
        ("ssh://a.example", ["[CONNECTED] == true", "[STATUS] == 0"], "tcp", "a.example:22", {"banner": "SSH-"}),
        ("ssh://a.example:2222", ["[CONNECTED] == true"], "tcp", "a.example:2222", {"banner": "SSH-"}),
    ],
)
def test_other_schemes(url: str, conditions: list[str], kind: str, address: str, settings: dict[str, Any]) -> None:
    draft = only(endpoint(conditions, url))

    assert (draft.kind, draft.url, draft.settings) == (kind, address, settings)


@pytest.mark.parametrize(
    "url", ["ws://a.example/", "udp://a.example:1", "sctp://a.example:1", "grpc://a.example:1", "x", ""]
)
def test_schemes_that_are_not_known_are_named(url: str) -> None:
    assert refused(endpoint(["[CONNECTED] == true"], url)).monitor == "Site"


@pytest.mark.parametrize(
    ("wanted", "conditions", "settings"),
    [
        ({"query-name": "example.org", "query-type": "A"}, ["[BODY] == pat(*.*.*.*)"], {"record": "A"}),
        (
            {"query-name": "example.org.", "query-type": "A"},
            ["[BODY] == 192.0.2.1", "[DNS_RCODE] == NOERROR"],
            {"record": "A", "match": "among", "expects": ["192.0.2.1"]},
        ),
        (
            {"query-name": "example.org", "query-type": "NS"},
            ["[BODY] == ns1.example.org."],
            {"record": "NS", "match": "among", "expects": ["ns1.example.org."]},
        ),
    ],
)
def test_records(wanted: dict[str, str], conditions: list[str], settings: dict[str, Any]) -> None:
    draft = only(endpoint(conditions, "8.8.8.8", dns=wanted))

    assert (draft.kind, draft.url, draft.settings) == ("dns", "example.org", {"server": "8.8.8.8", **settings})


@pytest.mark.parametrize(
    "conditions", [["[DNS_RCODE] == NXDOMAIN"], ["[BODY] == any(192.0.2.1, 192.0.2.2)"], ["[BODY] == pat(192.*)"]]
)
def test_records_that_cannot_be_compared(conditions: list[str]) -> None:
    reading = endpoint(conditions, "8.8.8.8", dns={"query-name": "example.org", "query-type": "A"})

    assert refused(reading).what == conditions[0]


def test_how_it_is_asked_for() -> None:
    draft = only(
        endpoint(
            ["[STATUS] == 200"],
            group="core",
            method="POST",
            body="a=[ENDPOINT_NAME] $$5",
            headers={"Accept": "text/html", "Authorization": "Basic YWRhOnBhc3M="},
            interval="1m30s",
            enabled="false",
            client={"ignore-redirect": "true", "timeout": "20s"},
        )
    )

    assert (draft.name, draft.interval_seconds, draft.timeout_seconds, draft.is_paused) == ("core / Site", 90, 20, True)
    assert draft.settings == {
        "method": "POST",
        "redirects": "stop",
        "body": "a=Site $5",
        "basic_user": "ada",
        "basic_password": "pass",
        "headers": ["Accept: text/html"],
        "expect_status": [[200, 200]],
    }


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"client": {"insecure": "true"}}, "client.insecure"),
        ({"client": {"proxy-url": "http://p.example"}}, "client.proxy-url"),
        ({"client": {"oauth2": {"token-url": "x"}}}, "client.oauth2"),
        ({"client": ["x"]}, "client"),
        ({"client": {"timeout": "soon"}}, "client.timeout soon"),
        ({"headers": {"Host": "other.example"}}, "header Host"),
        ({"headers": {"Authorization": "Digest x"}}, "header Authorization"),
        ({"headers": {"Authorization": "Bearer ${TOKEN}"}}, "variable ${TOKEN}"),
        ({"body": "x"}, "body"),
        ({"method": "POST", "body": "[RANDOM_STRING_8]"}, "body with random text"),
        ({"method": "TRACE"}, "method TRACE"),
        ({"interval": "daily"}, "interval daily"),
        ({"name": "Si\0te", "headers": {"A": "b\0"}}, "text"),
    ],
)
def test_options_without_which_something_else_is_looked_at(more: dict[str, Any], what: str) -> None:
    assert refused(endpoint(["[STATUS] == 200"], **more)).what == what


def test_what_stands_beside_is_named() -> None:
    reading = reader.read(b"""
alerting: {slack: {webhook-url: x}}
storage: {type: memory}
endpoints:
  - name: on
    url: https://www.example.org/
    alerts: [{type: slack}]
    extra-labels: {a: b}
    colour: blue
    conditions: ["[STATUS] == 200"]
external-endpoints:
  - {name: backup, token: secret}
suites:
  - {name: journey, endpoints: []}
""")

    assert [draft.name for draft in reading.drafts] == ["on"]
    assert {(each.monitor, each.what, each.is_whole) for each in reading.left_out} == {
        ("", "alerting", False),
        ("", "storage", False),
        ("on", "alerts", False),
        ("on", "extra-labels", False),
        ("on", "colour", False),
        ("backup", "external endpoint", True),
        ("journey", "suite", True),
    }


def test_what_reports_by_itself_becomes_a_heartbeat_where_there_are_such() -> None:
    reading = reader.read_value({"external-endpoints": [{"name": "backup", "heartbeat": {"interval": "1h"}}]})

    found = [(each.kind, each.interval_seconds) for each in reading.drafts]
    named = [each.what for each in reading.left_out if each.is_whole]
    assert (found, named) in [([("heartbeat", 3600)], []), ([], ["heartbeat"])]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1h30m", 5400), ("500ms", 0.5), ("1.5s", 1.5), ("0", 0), ("", None), ("5", None), ("h", None), ("1d", None)],
)
def test_durations(text: str, seconds: float | None) -> None:
    assert go_seconds(text) == seconds


def test_a_condition_is_read_from_both_sides() -> None:
    assert parse("300 > [RESPONSE_TIME]").operator == "<"


@pytest.mark.parametrize("value", [{"endpoints": "x"}, {"sites": []}, [], None, "x"])
def test_what_is_no_configuration_is_refused(value: Any) -> None:
    with pytest.raises(FileRefused):
        reader.read_value(value)


def test_the_file_is_recognised() -> None:
    assert exchange.read(b"endpoints: []").product == "Gatus"
