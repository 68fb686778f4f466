"""What sites of Upptime become, our own file there and back, and YAML that means harm."""

from typing import Any

import pytest

from mainstay.watch import exchange
from mainstay.watch.exchange import Draft, FileRefused, LeftOut, Reading, ours, upptime, yaml_text

USUAL = {"method": "GET", "redirects": "follow", "expect_status": [[200, 208], [226, 226], [300, 308]]}


def site(**fields: Any) -> Reading:
    return upptime.read_value({"sites": [{"name": "Site", "url": "https://www.example.org", **fields}]})


def only(reading: Reading) -> Draft:
    assert not [each for each in reading.left_out if each.is_whole], reading.left_out
    (draft,) = reading.drafts
    return draft


def refused(reading: Reading) -> LeftOut:
    assert reading.drafts == ()
    (left,) = [each for each in reading.left_out if each.is_whole]
    return left


@pytest.mark.parametrize(
    ("fields", "settings"),
    [
        ({}, {}),
        ({"expectedStatusCodes": ["200", "201", "404"]}, {"expect_status": [[200, 201], [404, 404]]}),
        ({"maxResponseTime": "5000"}, {"slow_ms": 5001}),
        ({"maxRedirects": "0"}, {"redirects": "stop"}),
        ({"method": "post", "body": '{"a": 1}'}, {"method": "POST", "body": '{"a": 1}'}),
        ({"headers": ["Accept: a/b", "Authorization: Bearer t"]}, {"headers": ["Accept: a/b"], "bearer": "t"}),
        ({"__dangerous__body_down": "Error"}, {"absent": "Error"}),
        ({"__dangerous__body_down_if_text_missing": '"status":"UP"'}, {"contains": '"status":"UP"'}),
        ({"ipv6": "true"}, {"family": "ipv6"}),
    ],
)
def test_a_page(fields: dict[str, Any], settings: dict[str, Any]) -> None:
    draft = only(site(**fields))

    assert (draft.kind, draft.url, draft.interval_seconds) == ("http", "https://www.example.org", 300)
    assert draft.settings == {**USUAL, **settings}


@pytest.mark.parametrize(
    ("fields", "kind", "address", "settings"),
    [
        ({"check": "tcp-ping", "url": "dns.example", "port": "53"}, "tcp", "dns.example:53", {}),
        (
            {"check": "tcp-ping", "url": "dns.example", "port": "53", "ipv6": "true"},
            "tcp",
            "dns.example:53",
            {"family": "ipv6"},
        ),
        ({"check": "icmp-ping", "url": "example.org", "type": "globalping"}, "icmp", "example.org", {}),
        ({"check": "ssl", "url": "example.org"}, "tls", "example.org:443", {"days_left_min": 7}),
    ],
)
def test_other_checks(fields: dict[str, Any], kind: str, address: str, settings: dict[str, Any]) -> None:
    draft = only(site(**fields))

    assert (draft.kind, draft.url, draft.settings) == (kind, address, settings)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"url": "$SECRET_SITE"}, "variable $SECRET_SITE"),
        ({"headers": ["Authorization: Bearer $TOKEN"]}, "variable $TOKEN"),
        ({"headers": "Accept: a"}, "headers"),
        ({"headers": ["Host: other.example"]}, "header Host"),
        ({"check": "ws"}, "check ws"),
        ({"check": "tcp-ping"}, "port"),
        ({"check": "tcp-ping", "port": "1", "type": "globalping"}, "check tcp-ping with globalping"),
        ({"__dangerous__insecure": "true"}, "__dangerous__insecure"),
        ({"__dangerous__disable_verify_host": True}, "__dangerous__disable_verify_host"),
        ({"expectedStatusCodes": ["601"]}, "expectedStatusCodes"),
        ({"expectedStatusCodes": ["200", "x"]}, "expectedStatusCodes"),
        ({"expectedStatusCodes": "200"}, "expectedStatusCodes"),
        ({"__dangerous__body_down": ["x"]}, "__dangerous__body_down"),
        ({"body": {"a": "b"}}, "body"),
        ({"body": "x"}, "body"),
        ({"url": ""}, "address"),
    ],
)
def test_what_cannot_be_kept_is_not_taken(fields: dict[str, Any], what: str) -> None:
    assert refused(site(**fields)).what == what


def test_what_stands_beside_is_named() -> None:
    reading = exchange.read(b"""
owner: a
repo: b
assignees: [c]
workflowSchedule: {uptime: "*/10 * * * *"}
sites:
  - name: Site
    url: www.example.org
    icon: https://www.example.org/i.png
    __dangerous__body_degraded: slow
    maxResponseTime: 600000
    type: globalping
    colour: blue
""")

    draft = only(reading)
    assert (draft.url, draft.interval_seconds) == ("http://www.example.org", 600)
    assert {(each.monitor, each.what) for each in reading.left_out} == {
        ("", "assignees"),
        ("", "owner, repo"),
        ("Site", "icon"),
        ("Site", "__dangerous__body_degraded"),
        ("Site", "maxResponseTime 600000"),
        ("Site", "type globalping"),
        ("Site", "colour"),
    }


def test_a_schedule_that_is_no_interval_is_named() -> None:
    reading = upptime.read_value({"sites": [], "workflowSchedule": {"uptime": "1,31 * * * *"}})

    assert [each.what for each in reading.left_out] == ["schedule 1,31 * * * *"]


DRAFTS = (
    Draft(
        "Page",
        "http",
        "https://www.example.org/",
        {"expect_status": [[200, 200]], "contains": "on"},
        website="shop",
        environment="live",
    ),
    Draft("", "tcp", "db.example.org:5432", {"banner": "x", "tls": True}, 30, 5, False, True, True, "shop", "staging"),
    Draft(
        "Zeit",
        "dns",
        "example.org",
        {"record": "TXT", "expects": ['"größe"', "null", "2026-01-01"]},
        300,
        website="w",
        environment="live",
    ),
)


def test_our_own_file_reads_back_the_same() -> None:
    reading = exchange.read(ours.write(DRAFTS).encode())

    again = [(each.name, each.kind, each.url, each.interval_seconds, each.timeout_seconds) for each in reading.drafts]
    assert again == [(each.name, each.kind, each.url, each.interval_seconds, each.timeout_seconds) for each in DRAFTS]
    for one, other in zip(DRAFTS, reading.drafts, strict=True):
        read = ours.KINDS[one.kind].read
        assert read(one.settings) == read(other.settings)
        assert (one.counts, one.is_paused, one.allow_private) == (other.counts, other.is_paused, other.allow_private)
        assert (one.website, one.environment) == (other.website, other.environment)
    assert reading.left_out == ()


def test_secrets_are_left_out_and_named_both_ways() -> None:
    settings = {"basic_user": "ada", "basic_password": "geheim", "headers": ["X-Api-Key: geheim", "Accept: a/b"]}
    written = ours.write([Draft("Page", "http", "https://www.example.org/", settings)])
    reading = exchange.read(written.encode())

    assert "geheim" not in written
    assert [each.what for each in reading.left_out] == ["basic_password", "headers X-Api-Key"]
    assert reading.drafts[0].is_paused
    assert reading.drafts[0].settings == {"basic_user": "ada", "headers": ["Accept: a/b"]}


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ({"kind": "magic"}, "magic"),
        ({"interval_seconds": "x"}, "interval_seconds"),
        ({"settings": {"colour": "blue"}}, "colour"),
        ({"settings": ["x"]}, "settings"),
        ({"settings": {"contains": "a\0"}}, "text"),
    ],
)
def test_entries_of_our_own_file_that_cannot_be(entry: dict[str, Any], what: str) -> None:
    usual = {
        "name": "P",
        "kind": "http",
        "address": "https://a.example/",
        "interval_seconds": "60",
        "timeout_seconds": "10",
    }
    reading = ours.read_value({ours.MARK: "1", "monitors": [{**usual, **entry}]})

    assert refused(reading).what == what


@pytest.mark.parametrize(
    "value", [{ours.MARK: "2", "monitors": []}, {ours.MARK: "1"}, {ours.MARK: "1", "monitors": {}}, {}, None]
)
def test_what_is_not_our_file_is_refused(value: Any) -> None:
    with pytest.raises(FileRefused):
        ours.read_value(value)


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
MERGES = "a: &a {k0: v}\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} {{<<: [{', '.join([f'*{chr(97 + n)}'] * 9)}], k{n + 1}: v}}\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (LAUGHS, "values"),
        (MERGES, "values"),
        ("[" * 500_000 + "]" * 500_000, "deep|depth"),
        ("- " * 400_000 + "x", "deep"),
        ("{a: " * 200_000, "deep"),
        ("? " * 400_000, "deep"),
        ("a: &a [*a]", "not complete"),
        ("a: *b", "not complete"),
        ("- x\n" * 200_000, "values"),
        ("x" * 1_000_001, "larger"),
        ("a: !!python/object/apply:os.system [x]", "YAML"),
        ("a: !unknown x", "YAML"),
        ("a: !!timestamp x", "YAML"),
        ("a: !!binary x", "YAML"),
        ("a: !!int " + "9" * 5000, "YAML"),
        ("a: 1\na: 2", "stands twice"),
        ("? [a, b]\n: c", "YAML"),
        ("? {a: b}\n: c", "YAML"),
        ("a: b\n---\nc: d", "YAML"),
        ("a: [", "YAML"),
        ("a: \x07", "YAML"),
        ("<<: x", "YAML"),
        ("%YAML 9.9\n---\nx", "YAML"),
        ("'" * 999_999, "YAML"),
    ],
)
def test_yaml_that_means_harm_is_refused(written: str, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        yaml_text.load(written.encode())


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\x80abc", "endpoints: []".encode("utf-16")])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused):
        exchange.read(data)


def test_plain_words_stay_text_and_defaults_may_be_shared() -> None:
    value = yaml_text.load(
        b"base: &base {interval: 5m, on: yes}\nit: {<<: *base, interval: 010, day: 2026-01-01, no: ~}\n"
    )

    assert value["it"] == {"interval": "010", "on": "yes", "day": "2026-01-01", "no": None}


@pytest.mark.parametrize("data", [b"", b"   \n", b"hello", b"a: b", b"[]", b"null", b"{}", b"\x89PNG\r\n"])
def test_files_of_no_known_kind_are_refused(data: bytes) -> None:
    with pytest.raises(FileRefused):
        exchange.read(data)


WRONG = [None, "", "x", "\0", [], [[]], {}, {"a": {}}, "9" * 5000, ["x", {}], "true", "-1"]
KEYS = {
    "name",
    "url",
    "group",
    "dns",
    "ssh",
    "enabled",
    *upptime.KNOWN,
    *upptime.BESIDE,
    "interval",
    "client",
    "conditions",
}


@pytest.mark.parametrize(
    "scheme", ["https://a.example/", "tcp://a.example:1", "icmp://a.example", "tls://a.example:1", "ssh://a.example"]
)
def test_wrong_types_everywhere_raise_nothing(scheme: str) -> None:
    for key in sorted(KEYS):
        for value in WRONG:
            entry = {"name": "x", "url": scheme, "conditions": ["[CONNECTED] == true"], key: value}
            for reading in (
                exchange.gatus.read_value({"endpoints": [entry]}),
                exchange.gatus.read_value({"external-endpoints": [entry]}),
                upptime.read_value({"sites": [entry]}),
                ours.read_value({ours.MARK: "1", "monitors": [{**entry, "kind": "http"}]}),
            ):
                assert reading.drafts or reading.left_out
