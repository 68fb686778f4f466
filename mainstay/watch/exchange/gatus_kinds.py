"""What an endpoint of Gatus becomes here, by the scheme of its address. Pure."""

import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from mainstay.watch.exchange.draft import NotTaken, Sketch
from mainstay.watch.exchange.gatus_conditions import (
    STATUSES,
    Condition,
    days_left,
    json_query,
    json_test,
    slow_from_ms,
    statuses,
)
from mainstay.watch.exchange.http_request import (
    DAYS_ARE_DEGRADED,
    DIFFERENT_CERTIFICATE,
    SLOW_IS_DEGRADED,
    header_pairs,
    host_of,
    method_of,
    ranges,
    server_of,
    watch_domain,
    with_body,
    with_headers,
)
from mainstay.watch.exchange.kuma import record_value
from mainstay.watch.exchange.values import is_true, text

Kind: TypeAlias = Callable[[Sketch, str, dict[str, Any], dict[str, Any], list[Condition]], None]

NOT_HERE = {
    "ws": "there is no check of web sockets here",
    "wss": "there is no check of web sockets here",
    "udp": "there is no check over UDP here",
    "sctp": "there is no check over SCTP here",
    "grpc": "there is no check of gRPC here",
    "grpcs": "there is no check of gRPC here",
}
RECORDS = frozenset({"A", "AAAA", "CNAME", "MX", "NS", "TXT", "PTR"})
ANY_ADDRESS = {"A": {"*", "*.*.*.*"}, "AAAA": {"*", "*:*"}}
WITH_VALUE = frozenset({"A", "AAAA", "CNAME", "NS", "PTR", "TXT"})
RANDOM = re.compile(r"\[RANDOM_STRING_\d+\]")
FAMILIES = {"ip4": "ipv4", "ip6": "ipv6"}
CANNOT = "this cannot be compared here"


def http(sketch: Sketch, url: str, entry: dict[str, Any], client: dict[str, Any], conditions: list[Condition]) -> None:
    """A page: its status and its content decide."""
    if is_true(client.get("insecure")):
        if url.lower().startswith("https:"):
            raise NotTaken("client.insecure", DIFFERENT_CERTIFICATE)
        sketch.note("client.insecure", "where a redirect leads to https, its certificate is checked here")
    settings: dict[str, Any] = {"method": method_of(text(entry.get("method")))}
    settings["redirects"] = "stop" if is_true(client.get("ignore-redirect")) else "follow"
    settings |= _family(client)
    with_body(settings, _body(entry))
    pairs = header_pairs(entry.get("headers"))
    if is_true(entry.get("graphql")) and not any(name.lower() == "content-type" for name, _ in pairs):
        pairs.append(("Content-Type", "application/json"))
    with_headers(settings, pairs)
    rest = _expected(settings, conditions)
    rest = _common(sketch, settings, rest)
    certificate = [each for each in rest if each.name == "CERTIFICATE_EXPIRATION" and not each.function]
    domain = [each for each in rest if each.name == "DOMAIN_EXPIRATION" and not each.function]
    _nothing_left(each for each in rest if each not in (*certificate, *domain))
    if {each.name for each in conditions} != {"DOMAIN_EXPIRATION"}:
        sketch.become("http", url, settings)
    for each in certificate:
        _certificate(sketch, url, each)
    for each in domain:
        sketch.note(each.written, DAYS_ARE_DEGRADED)
        watch_domain(sketch, host_of(url), days_left(each), each.written)
    if not sketch.drafts:
        raise NotTaken(conditions[0].written, "the file does not say which part of the name is registered")


def _certificate(sketch: Sketch, url: str, condition: Condition) -> None:
    days, server = days_left(condition), server_of(url)
    if not server:
        raise condition.refuse("the address has no certificate")
    sketch.note(condition.written, DAYS_ARE_DEGRADED)
    sketch.become("tls", server, {"days_left_min": days}, suffix=": certificate")


def _body(entry: dict[str, Any]) -> str:
    body = text(entry.get("body"))
    if RANDOM.search(body):
        raise NotTaken("body with random text", "the same is sent each time here")
    for placeholder, key in (("[ENDPOINT_NAME]", "name"), ("[ENDPOINT_GROUP]", "group"), ("[ENDPOINT_URL]", "url")):
        body = body.replace(placeholder, text(entry.get(key)))
    if "[LOCAL_ADDRESS]" in body:
        raise NotTaken("body with the local address", "the same is sent each time here")
    return json.dumps({"query": body}) if is_true(entry.get("graphql")) else body


def _expected(settings: dict[str, Any], conditions: list[Condition]) -> list[Condition]:
    """Put status and content in; the conditions that are of something else."""
    met, tests, rest = set(STATUSES), list[Condition](), list[Condition]()
    for each in conditions:
        if each.name == "STATUS" and not each.function and not each.path:
            met &= statuses(each)
        elif each.name == "BODY" and each.path:
            tests.append(each)
        elif each.name == "BODY":
            _words(settings, each)
        else:
            rest.append(each)
    if not met:
        raise NotTaken("expected status", "there is none that meets all conditions")
    settings["expect_status"] = ranges(met)
    settings |= _json(tests)
    return rest


def _words(settings: dict[str, Any], condition: Condition) -> None:
    """`[BODY] == pat(*words*)`: the page must hold them. Raises `NotTaken` for any other comparison of a whole page.

    Gatus compares without slashes, since its patterns are those of paths; words with slashes mean themselves.
    """
    glob = condition.pattern or ""
    inside = glob[1:-1]
    if condition.function or len(glob) < 3 or glob[0] != "*" or glob[-1] != "*" or set(inside) & set("*?[]\\"):
        raise condition.refuse("of a whole page only words on it can be kept, as in pat(*words*)")
    key = {"==": "contains", "!=": "absent"}.get(condition.operator)
    if key is None or key in settings:
        raise condition.refuse("only one text that is there and one that is not can be kept")
    settings[key] = inside


def _json(conditions: list[Condition]) -> dict[str, Any]:
    """All conditions on a JSON answer as one path."""
    if not conditions:
        return {}
    only = conditions[0]
    if len(conditions) == 1 and only.operator == "==":
        choices = only.choices
        if not only.function and choices is not None and len(choices) == 1 and choices[0]:
            return {"json_path": json_query(only.path, only), "json_equals": choices[0]}
        if only.function == "has" and only.value == "true":
            return {"json_path": json_query(only.path, only)}
    return {"json_path": f"$[?{' && '.join(json_test(each) for each in conditions)}]"}


def _common(sketch: Sketch, settings: dict[str, Any] | None, conditions: list[Condition]) -> list[Condition]:
    """Take out what any kind has: that there is a connection, and how slow it may be (where `settings` can hold it)."""
    rest = []
    for each in conditions:
        if each.name == "CONNECTED" and (each.operator, each.value) in (("==", "true"), ("!=", "false")):
            continue
        if each.name == "RESPONSE_TIME" and not each.function:
            limit_ms = slow_from_ms(each)
            if settings is None:
                sketch.note(each.written, "no limit of time can be kept for this kind of check")
            else:
                settings["slow_ms"] = min(limit_ms, settings.get("slow_ms", limit_ms))
                sketch.note(each.written, SLOW_IS_DEGRADED)
            continue
        rest.append(each)
    return rest


def _nothing_left(conditions: Any) -> None:
    for each in conditions:
        raise each.refuse(CANNOT)


def _family(client: dict[str, Any]) -> dict[str, Any]:
    family = FAMILIES.get(text(client.get("network")))
    return {"family": family} if family else {}


def tcp(sketch: Sketch, url: str, entry: dict[str, Any], client: dict[str, Any], conditions: list[Condition]) -> None:
    """A port: that it takes connections, and what it says."""
    settings: dict[str, Any] = _family(client)
    if body := _body(entry):
        settings["sends"] = body.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")
    rest = _common(sketch, settings, conditions)
    for each in [each for each in rest if each.name == "BODY" and not each.path and each.operator == "=="]:
        said: dict[str, Any] = {}
        _words(said, each)
        if "banner" in settings:
            raise each.refuse("only one text that is there can be kept")
        settings["banner"] = said["contains"]
        rest.remove(each)
    _nothing_left(rest)
    sketch.become("tcp", _server(url), settings)


def ssh(sketch: Sketch, url: str, entry: dict[str, Any], client: dict[str, Any], conditions: list[Condition]) -> None:
    """A server of SSH: its greeting. Signing in and running something is not done here."""
    signs_in = entry.get("ssh") or {}
    if not isinstance(signs_in, dict) or any(signs_in.values()):
        raise NotTaken("sign-in over SSH", "here only the greeting of such a server is looked at")
    settings: dict[str, Any] = {"banner": "SSH-", **_family(client)}
    rest = _common(sketch, settings, conditions)
    _nothing_left(each for each in rest if not (each.name == "STATUS" and each.operator == "==" and each.value == "0"))
    server = _server(url)
    sketch.become("tcp", server if _has_port(server) else f"{server}:22", settings)


def icmp(sketch: Sketch, url: str, entry: dict[str, Any], client: dict[str, Any], conditions: list[Condition]) -> None:
    """An echo request."""
    _nothing_left(_common(sketch, None, conditions))
    sketch.become("icmp", _server(url), {"requests": 1, **_family(client)})


def tls(sketch: Sketch, url: str, entry: dict[str, Any], client: dict[str, Any], conditions: list[Condition]) -> None:
    """A certificate, after STARTTLS where the scheme says so."""
    if is_true(client.get("insecure")):
        raise NotTaken("client.insecure", DIFFERENT_CERTIFICATE)
    if _body(entry):
        raise NotTaken("body", "nothing is said over the connection here")
    settings: dict[str, Any] = {"days_left_min": 0, **_family(client)}
    if url.lower().startswith("starttls:"):
        settings["starttls"] = "smtp"
    rest = _common(sketch, None, conditions)
    for each in [each for each in rest if each.name == "CERTIFICATE_EXPIRATION" and not each.function]:
        settings["days_left_min"] = max(settings["days_left_min"], days_left(each))
        sketch.note(each.written, DAYS_ARE_DEGRADED)
        rest.remove(each)
    _nothing_left(rest)
    sketch.become("tls", _server(url), settings)


def dns(sketch: Sketch, server: str, wanted: dict[str, Any], conditions: list[Condition]) -> None:
    """A record, asked of one server."""
    kind, name = text(wanted.get("query-type")).strip(), text(wanted.get("query-name")).strip().rstrip(".")
    if kind not in RECORDS or not name:
        raise NotTaken(f"record {kind or '(none)'}", f"it can be one of {', '.join(sorted(RECORDS))}")
    if kind == "PTR" and not name.endswith(".arpa"):
        try:
            name = ipaddress.ip_address(name).reverse_pointer
        except ValueError:
            raise NotTaken(f"record PTR of {name}", "it is no address") from None
    settings: dict[str, Any] = {"record": kind}
    if server:
        settings["server"] = server.removesuffix(":53")
    for each in _common(sketch, None, conditions):
        if each.name == "DNS_RCODE" and (each.operator, each.value) == ("==", "NOERROR"):
            sketch.note(each.written, "here there must be a record as well")
        elif each.name == "BODY" and not each.path and not each.function and each.operator == "==":
            settings |= _record(kind, each)
        else:
            raise each.refuse(CANNOT)
    sketch.become("dns", name, settings)


def _record(kind: str, condition: Condition) -> dict[str, Any]:
    if condition.pattern is not None and condition.pattern in ANY_ADDRESS.get(kind, {"*"}):
        return {}
    choices = condition.choices
    if choices is None or len(choices) != 1 or kind not in WITH_VALUE:
        raise condition.refuse("only one value of a record A, AAAA, CNAME, NS, PTR or TXT can be kept")
    return {"match": "among", "expects": [record_value(kind, choices[0])]}


def _server(url: str) -> str:
    server = url.partition("://")[2].rstrip("/")
    if not server or "/" in server:
        raise NotTaken(f"address {url[:60]}", "it is no name with a port")
    return server


def _has_port(server: str) -> bool:
    return server.rpartition(":")[2].isdecimal() and (server.count(":") == 1 or "]:" in server)


BY_SCHEME: dict[str, Kind] = {
    "http": http,
    "https": http,
    "tcp": tcp,
    "ssh": ssh,
    "icmp": icmp,
    "tls": tls,
    "starttls": tls,
}
