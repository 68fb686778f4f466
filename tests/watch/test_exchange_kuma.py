"""What monitors of Uptime Kuma become, from its backup and from its database."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from mainstay.watch import exchange
from mainstay.watch.exchange import Draft, FileRefused, LeftOut, Reading, kuma_json, kuma_sqlite
from mainstay.watch.probes import KINDS, Kind, Pointed
from mainstay.watch.probes.kind import ProbeSettings

MONITOR = {
    "id": 1,
    "name": "Shop",
    "type": "http",
    "url": "https://shop.example.org/",
    "method": "GET",
    "interval": 60,
    "timeout": 48,
    "maxretries": 0,
    "maxredirects": 10,
    "accepted_statuscodes": ["200-299"],
    "active": True,
    "authMethod": None,
    "notificationIDList": {},
    "tags": [],
}


def backup(*monitors: Any, **more: Any) -> Reading:
    return exchange.read(json.dumps({"version": "1.23.16", "monitorList": list(monitors), **more}).encode())


def one(**fields: Any) -> Draft:
    reading = backup({**MONITOR, **fields})
    assert not [each for each in reading.left_out if each.is_whole], reading.left_out
    (draft,) = reading.drafts
    return draft


def refused(**fields: Any) -> LeftOut:
    reading = backup({**MONITOR, **fields})
    assert reading.drafts == ()
    (left,) = reading.left_out
    assert left.is_whole
    return left


def test_a_page() -> None:
    draft = one(active=False, headers='{"Accept": "text/html"}')

    assert (draft.name, draft.kind, draft.url) == ("Shop", "http", "https://shop.example.org/")
    assert (draft.interval_seconds, draft.timeout_seconds, draft.is_paused, draft.counts) == (60, 48, True, True)
    assert draft.settings == {
        "method": "GET",
        "expect_status": [[200, 299]],
        "redirects": "follow",
        "headers": ["Accept: text/html"],
    }


@pytest.mark.parametrize(
    ("fields", "settings"),
    [
        ({"type": "keyword", "keyword": "Basket"}, {"contains": "Basket"}),
        ({"type": "keyword", "keyword": "Error", "invertKeyword": True}, {"absent": "Error"}),
        (
            {"type": "json-query", "jsonPath": "status", "expectedValue": "UP"},
            {"json_path": "$.status", "json_equals": "UP"},
        ),
        (
            {"type": "json-query", "jsonPath": "$.a[0].b", "jsonPathOperator": "==", "expectedValue": "1"},
            {"json_path": "$.a[0].b", "json_equals": "1"},
        ),
        ({"maxredirects": 0}, {"redirects": "stop"}),
        ({"accepted_statuscodes": ["200-299", "401"]}, {"expect_status": [[200, 299], [401, 401]]}),
        (
            {"authMethod": "basic", "basic_auth_user": "ada", "basic_auth_pass": "x"},
            {"basic_user": "ada", "basic_password": "x"},
        ),
        ({"authMethod": "bearer", "bearer_token": "t"}, {"bearer": "t"}),
        ({"headers": '{"Authorization": "Bearer t"}', "authMethod": "basic", "basic_auth_user": "a"}, {"bearer": "t"}),
        (
            {"method": "POST", "body": '{"a": 1}'},
            {"method": "POST", "body": '{"a": 1}', "headers": ["Content-Type: application/json"]},
        ),
        (
            {"method": "POST", "body": "a=1", "httpBodyEncoding": "form", "headers": '{"content-type": "x/y"}'},
            {"method": "POST", "body": "a=1", "headers": ["content-type: x/y"]},
        ),
        ({"ipFamily": "ipv6"}, {"family": "ipv6"}),
    ],
)
def test_what_an_answer_must_be_and_how_it_is_asked_for(fields: dict[str, Any], settings: dict[str, Any]) -> None:
    usual = {"method": "GET", "expect_status": [[200, 299]], "redirects": "follow"}

    assert one(**fields).settings == {**usual, **settings}


@pytest.mark.parametrize(
    ("fields", "kind", "address", "settings"),
    [
        ({"type": "port", "hostname": "db.example.org", "port": 5432}, "tcp", "db.example.org:5432", {}),
        ({"type": "port", "hostname": "2001:db8::1", "port": "22"}, "tcp", "[2001:db8::1]:22", {}),
        ({"type": "ping", "hostname": "example.org"}, "icmp", "example.org", {"requests": 1, "wait_ms": 2000}),
        (
            {"type": "ping", "hostname": "example.org", "ping_count": 3, "ping_per_request_timeout": 1},
            "icmp",
            "example.org",
            {"requests": 3, "wait_ms": 1000},
        ),
        (
            {
                "type": "dns",
                "hostname": "example.org",
                "dns_resolve_type": "MX",
                "dns_resolve_server": "1.1.1.1",
                "port": 53,
            },
            "dns",
            "example.org",
            {"record": "MX", "server": "1.1.1.1"},
        ),
        (
            {
                "type": "dns",
                "hostname": "192.0.2.1",
                "dns_resolve_type": "PTR",
                "dns_resolve_server": "9.9.9.9",
                "port": 5353,
            },
            "dns",
            "1.2.0.192.in-addr.arpa",
            {"record": "PTR", "server": "9.9.9.9:5353"},
        ),
        (
            {"type": "smtp", "hostname": "mail.example.org", "port": 465, "smtpSecurity": "secure"},
            "smtp",
            "mail.example.org:465",
            {"security": "tls"},
        ),
    ],
)
def test_other_kinds(fields: dict[str, Any], kind: str, address: str, settings: dict[str, Any]) -> None:
    draft = one(**fields)

    assert (draft.kind, draft.url, draft.settings, draft.counts) == (kind, address, settings, KINDS[kind].counts)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"upsideDown": True}, "upside-down mode"),
        ({"ignoreTls": True}, "ignored certificate errors"),
        ({"proxyId": 3}, "proxy"),
        ({"authMethod": "ntlm"}, "sign-in ntlm"),
        ({"authMethod": "mtls"}, "sign-in mtls"),
        ({"headers": '{"Cookie": "a=b"}'}, "header Cookie"),
        ({"headers": "{"}, "headers"),
        ({"headers": [1]}, "headers"),
        ({"body": '{"a": 1}'}, "body"),
        ({"method": "POST", "body": "x", "httpBodyEncoding": "protobuf"}, "body encoded as protobuf"),
        ({"accepted_statuscodes": []}, "expected status"),
        ({"accepted_statuscodes": {"a": 1}}, "expected status"),
        ({"url": ""}, "address"),
        ({"url": ["https://example.org/"]}, "url"),
        ({"method": {"a": 1}}, "method"),
        ({"type": "keyword", "keyword": ""}, "keyword"),
        ({"type": "keyword", "keyword": "x" * 600}, "Words on the page"),
        ({"type": "json-query", "jsonPath": "$count(items)", "expectedValue": "1"}, "JSON query $count(items)"),
        ({"type": "json-query", "jsonPath": "a", "jsonPathOperator": "<", "expectedValue": "1"}, "JSON query with <"),
        ({"type": "json-query", "jsonPath": "a"}, "JSON query for an empty value"),
        ({"type": "port", "hostname": "a.example"}, "port"),
        ({"type": "port", "port": 1}, "host name"),
        (
            {"type": "port", "hostname": "a.example", "port": 443, "expectedTlsAlert": "certificate_required"},
            "expected TLS alert",
        ),
        ({"type": "dns", "hostname": "a.example", "conditions": "x"}, "conditions"),
        ({"type": "dns", "hostname": "a.example", "dns_resolve_type": "ANY"}, "record ANY"),
        ({"type": "smtp", "hostname": "a.example"}, "security where it is offered"),
        ({"type": "docker"}, "kind docker"),
        ({"type": None}, "kind (none)"),
    ],
)
def test_what_cannot_be_kept_is_not_taken(fields: dict[str, Any], what: str) -> None:
    assert refused(**fields).what == what


def test_a_condition_on_a_record_is_kept() -> None:
    condition = {"type": "expression", "variable": "record", "operator": "equals", "value": "v=spf1 -all"}
    fields = {"type": "dns", "hostname": "example.org", "dns_resolve_type": "TXT", "conditions": [condition]}

    assert one(**fields).settings == {"record": "TXT", "match": "among", "expects": ['"v=spf1 -all"']}
    assert refused(**{**fields, "conditions": [condition, condition]}).what == "conditions"


def test_the_warning_before_a_certificate_ends_becomes_one_check_for_each_server() -> None:
    monitor = {
        **MONITOR,
        "expiryNotification": True,
        "domainExpiryNotification": True,
        "url": "https://www.example.org/",
    }
    reading = backup(monitor, {**monitor, "name": "Page", "url": "https://www.example.org/page"})

    assert [(each.kind, each.url, each.interval_seconds) for each in reading.drafts] == [
        ("http", "https://www.example.org/", 60),
        ("tls", "www.example.org:443", 3600),
        ("domain", "example.org", 21_600),
        ("http", "https://www.example.org/page", 60),
    ]


def test_options_that_are_left_out_are_named() -> None:
    reading = backup(
        {
            **MONITOR,
            "maxretries": 2,
            "resendInterval": 5,
            "notificationIDList": {"1": True},
            "tags": [{"name": "eu"}],
            "description": "d",
            "maxredirects": 3,
            "timeout": 90,
            "cacheBust": True,
            "accepted_statuscodes": ["200-299", "ok"],
        },
        notificationList=[{}],
        proxyList=[{}, {}],
    )

    assert len(reading.drafts) == 1
    assert {each.what for each in reading.left_out} == {
        "1 notifications",
        "2 proxies",
        "2 retries",
        "alert again after 5 checks",
        "notifications",
        "tags eu",
        "description",
        "3 redirects",
        "time limit of 90 s",
        "a new address each time",
        "status ok",
    }


def test_groups_stand_in_the_names_of_their_monitors() -> None:
    reading = backup(
        {"id": 7, "name": "Clients", "type": "group", "active": True},
        {"id": 8, "name": "Alder", "type": "group", "parent": 7, "active": False},
        {**MONITOR, "id": 9, "parent": 8},
        {"id": 10, "name": "Loop", "type": "group", "parent": 10},
        {**MONITOR, "id": 11, "parent": 10},
    )

    assert reading.drafts[0].name == "Clients / Alder / Shop"
    assert reading.drafts[0].is_paused
    assert len(reading.drafts[1].name) <= 100
    assert [each.monitor for each in reading.left_out if each.is_whole] == ["Clients", "Alder", "Loop"]


class Rhythm(ProbeSettings):
    """The settings of a heartbeat, as far as they matter here."""

    grace_s: int = 3600


HEARTBEAT = Kind("heartbeat", "Task", "Waits.", Pointed.NOTHING, Rhythm, None, counts=False)


def test_a_push_monitor_becomes_a_heartbeat_as_strict_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "heartbeat", HEARTBEAT)
    push = {**MONITOR, "type": "push", "pushToken": "secret", "interval": 3600}

    reading = backup(push, {**push, "maxretries": 2, "retryInterval": 60})

    assert [(each.kind, each.url, each.interval_seconds, each.counts) for each in reading.drafts] == [
        ("heartbeat", "Shop", 3600, False)
    ] * 2
    assert [each.settings for each in reading.drafts] == [{"grace_s": 10}, {"grace_s": 120}]
    assert [each.what for each in reading.left_out] == ["its address", "its address"]
    assert "secret" not in repr(reading)


def test_without_heartbeats_a_push_monitor_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(KINDS, "heartbeat", raising=False)

    assert refused(type="push").what == "heartbeat"


WRONG = [None, True, 0, -1, 1e308, float("nan"), 10**30, "", "x", "\0", "\ud800", [], [[]], {}, {"a": {}}, "9" * 5000]


@pytest.mark.parametrize(
    "kind", ["http", "keyword", "json-query", "port", "ping", "dns", "push", "smtp", "group", "docker"]
)
def test_wrong_types_everywhere_raise_nothing(kind: str) -> None:
    keys = {*MONITOR, *kuma_sqlite.COLUMNS.values(), "headers", "body", "conditions"}
    whole = {
        **MONITOR,
        "type": kind,
        "hostname": "a.example",
        "port": 1,
        "keyword": "x",
        "jsonPath": "a",
        "expectedValue": "b",
    }
    for key in sorted(keys - {"type"}):
        for value in WRONG:
            reading = kuma_json.read_value({"monitorList": [{**whole, key: value}]})
            assert reading.drafts or reading.left_out


@pytest.mark.parametrize("entry", [None, 1, "x", [], [{}]])
def test_entries_that_are_no_monitors_are_named(entry: Any) -> None:
    assert [each.is_whole for each in backup(entry).left_out] == [True]


@pytest.mark.parametrize(
    "data",
    [
        b'{"monitorList": 5}',
        b'{"monitorList": [',
        b'{"monitorList": ["\xff"]}',
        b'{"monitorList": [' + b'{"a":' * 100_000 + b"]}",
        b'{"monitorList": ' + b"[" * 500_000,
        b'{"a": 1, "b": "\\"monitorList\\""}',
    ],
)
def test_json_that_is_no_backup_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused):
        kuma_json.read(data)
    with pytest.raises(FileRefused):
        exchange.read(data)


def test_too_many_monitors_are_refused() -> None:
    with pytest.raises(FileRefused, match="more than 5000"):
        kuma_json.read_value({"monitorList": [MONITOR] * 5001})


TABLE = """
CREATE TABLE monitor (
    id INTEGER PRIMARY KEY, name VARCHAR(150), active BOOLEAN DEFAULT 1, interval INTEGER DEFAULT 20, url TEXT,
    type VARCHAR(20), hostname VARCHAR(255), port INTEGER, keyword VARCHAR(255), maxretries INTEGER DEFAULT 0,
    ignore_tls BOOLEAN DEFAULT 0, upside_down BOOLEAN DEFAULT 0, maxredirects INTEGER DEFAULT 10,
    accepted_statuscodes_json TEXT DEFAULT '["200-299"]', method TEXT DEFAULT 'GET', body TEXT, headers TEXT,
    auth_method VARCHAR(250), basic_auth_user TEXT, basic_auth_pass TEXT, parent INTEGER, timeout DOUBLE DEFAULT 48,
    conditions TEXT DEFAULT '[]', expiry_notification BOOLEAN DEFAULT 0, unknown_column TEXT);
CREATE TABLE notification (id INTEGER PRIMARY KEY, name VARCHAR(255), config TEXT);
CREATE TABLE monitor_notification (id INTEGER PRIMARY KEY, monitor_id INTEGER, notification_id INTEGER);
CREATE TABLE tag (id INTEGER PRIMARY KEY, name VARCHAR(255));
CREATE TABLE monitor_tag (id INTEGER PRIMARY KEY, monitor_id INTEGER, tag_id INTEGER, value TEXT);
"""


def database(tmp_path: Path, script: str, schema: str = TABLE) -> bytes:
    path = tmp_path / "kuma.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(f"BEGIN; {schema} COMMIT; {script}")
    connection.close()
    return path.read_bytes()


def test_the_database(tmp_path: Path) -> None:
    reading = exchange.read(
        database(
            tmp_path,
            """
            INSERT INTO monitor (id, name, type, active) VALUES (1, 'Clients', 'group', 0);
            INSERT INTO monitor (id, name, type, url, keyword, parent, interval) VALUES
                (2, 'Shop', 'keyword', 'https://shop.example.org/', 'Basket', 1, 30);
            INSERT INTO monitor (id, name, type, hostname, port, upside_down) VALUES
                (3, 'Up', 'port', 'a.example', 1, 1);
            INSERT INTO monitor (id, name, type, url, headers) VALUES (4, 'B', 'http', 'https://b.example/', x'7B');
            INSERT INTO notification (name) VALUES ('mail');
            INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (2, 1);
            INSERT INTO tag (name) VALUES ('eu');
            INSERT INTO monitor_tag (monitor_id, tag_id) VALUES (2, 1);
            PRAGMA journal_mode=WAL;
            """,
        )
    )

    (draft,) = reading.drafts
    assert (draft.name, draft.kind, draft.interval_seconds, draft.is_paused) == ("Clients / Shop", "http", 30, True)
    assert draft.settings["contains"] == "Basket"
    assert {(each.monitor, each.what) for each in reading.left_out} == {
        ("", "what is in kuma.db-wal"),
        ("", "1 notifications"),
        ("Clients", "group"),
        ("Clients / Shop", "notifications"),
        ("Clients / Shop", "tags eu"),
        ("Up", "upside-down mode"),
        ("B", "headers"),
    }


VIEW = "CREATE VIEW monitor AS SELECT 1 AS id, 'x' AS name, 'http' AS type, 'u' AS url, 'h' AS hostname, 1 AS interval;"
COMPUTED = (
    "CREATE TABLE monitor (id INTEGER, name TEXT, type TEXT, hostname TEXT, interval INTEGER,"
    " url TEXT GENERATED ALWAYS AS (hex(zeroblob(100000000))) VIRTUAL); INSERT INTO monitor (id) VALUES (1);"
)


@pytest.mark.parametrize(
    "schema",
    ["CREATE TABLE other (id INTEGER);", "CREATE TABLE monitor (id INTEGER);", VIEW, COMPUTED],
    ids=["none", "other columns", "view", "computed column"],
)
def test_another_schema_is_refused(tmp_path: Path, schema: str) -> None:
    with pytest.raises(FileRefused):
        kuma_sqlite.read(database(tmp_path, "", schema))


def test_triggers_and_views_beside_do_nothing(tmp_path: Path) -> None:
    script = """
        CREATE TRIGGER t AFTER INSERT ON monitor BEGIN INSERT INTO tag (name) VALUES ('from the trigger'); END;
        CREATE VIEW proxy AS SELECT load_extension('x') AS id;
        INSERT INTO monitor (name, type, url) VALUES ('Shop', 'http', 'https://shop.example.org/');
    """
    reading = kuma_sqlite.read(database(tmp_path, script))

    assert [each.name for each in reading.drafts] == ["Shop"]
    assert [each.monitor for each in reading.left_out] == ["Shop"]


def test_a_value_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        kuma_sqlite.read(database(tmp_path, "INSERT INTO monitor (name, url) VALUES ('x', printf('%.2000000c', 'x'));"))


def test_what_is_damaged_is_refused(tmp_path: Path) -> None:
    rows = "BEGIN;" + "".join(
        f"INSERT INTO monitor (name, type, url) VALUES ('{n}', 'http', 'https://{n}.example/{'x' * 200}');"
        for n in range(200)
    )
    rows += "COMMIT;"
    whole = database(tmp_path, rows)
    for end in (16, 50, 100, 1024, 4096, len(whole) // 2):
        with pytest.raises(FileRefused):
            kuma_sqlite.read(whole[:end])
    for start in range(100, len(whole), 7777):
        try:
            reading = kuma_sqlite.read(whole[:start] + b"\xff" * 64 + whole[start + 64 :])
        except FileRefused:
            continue
        assert reading.product == "Uptime Kuma 2 (database)"


@pytest.mark.parametrize("data", [b"", b"not a database", b"SQLite format 3\0" + b"\0" * 4096])
def test_what_is_no_database_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused):
        kuma_sqlite.read(data)
