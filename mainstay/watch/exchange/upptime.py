"""The configuration of Upptime (`.upptimerc.yml`): YAML with sites. Pure."""

import re
from typing import Any

from mainstay.watch.exchange import yaml_text
from mainstay.watch.exchange.draft import FileRefused, Gathering, NotTaken, Reading, Sketch, plain
from mainstay.watch.exchange.http_request import (
    DAYS_ARE_DEGRADED,
    DIFFERENT_CERTIFICATE,
    host_of,
    host_port,
    method_of,
    note_redirects,
    ranges,
    with_body,
    with_headers,
)
from mainstay.watch.exchange.values import is_true, number, record, records, text, whole

PRODUCT = "Upptime"
USUAL_INTERVAL_S = 300
USUAL_TIMEOUT_S = 60.0
USUAL_REDIRECTS = 3
USUAL_STATUSES = [*range(200, 209), 226, *range(300, 309)]
CERTIFICATE_DAYS = 7
SLOW_MS_MAX = 60_000
EVERY = re.compile(r"\*/(\d{1,2}) \* \* \* \*")
VARIABLE = re.compile(r"\$[A-Za-z_]\w*")
INSECURE = ("__dangerous__insecure", "__dangerous__disable_verify_peer", "__dangerous__disable_verify_host")
KNOWN = frozenset(
    {
        "name",
        "url",
        "check",
        "method",
        "port",
        "headers",
        "body",
        "expectedStatusCodes",
        "maxResponseTime",
        "maxRedirects",
        "connectTimeout",
        "requestTimeout",
        "ipv6",
        "type",
        "__dangerous__body_down",
        "__dangerous__body_down_if_text_missing",
        *INSECURE,
    }
)
NO_DEGRADED_TEXT = "here words on a page make it down or nothing"
BESIDE = {
    "assignees": "alerts follow the rules of the client here",
    "tags": "monitors have none here",
    "slug": "monitors have none here",
    "icon": "monitors have none here",
    "maxRetries": "here every failure is looked at again within seconds before it is an outage",
    "location": "it is looked at from where a prober of yours stands",
    "verbose": "it says nothing about the website",
    "__dangerous__body_degraded": NO_DEGRADED_TEXT,
    "__dangerous__body_degraded_if_text_missing": NO_DEGRADED_TEXT,
}


def holds(value: Any) -> bool:
    """Whether YAML is such a configuration."""
    return isinstance(value, dict) and "sites" in value


def read(data: bytes) -> Reading:
    """The sites of a configuration.

    Raises:
        FileRefused: it is none.
    """
    return read_value(yaml_text.load(data))


def read_value(value: Any) -> Reading:
    """The sites of a configuration that was parsed. Raises as `read`."""
    if not holds(value):
        raise FileRefused("It is no configuration of Upptime: it holds no sites.")
    if not isinstance(value["sites"], list):
        raise FileRefused("Its sites is no list.")
    gathering = Gathering(PRODUCT)
    for key in ("notifications", "assignees"):
        if value.get(key):
            gathering.remark(key, "alerts follow the rules of the client here")
    others = [plain(key) for key in value if key not in ("sites", "notifications", "assignees", "workflowSchedule")]
    if others:
        gathering.remark(", ".join(others), "it is about Upptime itself, not about what it looks at")
    interval_s = _interval_s(gathering, record(value.get("workflowSchedule")).get("uptime"))
    for site in value["sites"]:
        if not isinstance(site, dict):
            gathering.refuse("(no name)", "a site", "it cannot be read")
            continue
        sketch = Sketch(plain(text(site.get("name"))) or plain(text(site.get("url"))))
        sketch.every(interval_s)
        gathering.take(sketch, _site, site)
    return gathering.reading()


def _interval_s(gathering: Gathering, schedule: Any) -> int:
    """How often all sites are looked at, from the schedule of the workflow."""
    if not schedule:
        return USUAL_INTERVAL_S
    found = EVERY.fullmatch(text(schedule).strip())
    if found and int(found[1]):
        return int(found[1]) * 60
    gathering.remark(f"schedule {text(schedule)[:40]}", "it cannot be kept: each monitor looks every 5 minutes")
    return USUAL_INTERVAL_S


def _site(sketch: Sketch, site: dict[str, Any]) -> None:
    for key in site:
        if key in BESIDE and site[key] not in (None, "", []):
            sketch.note(plain(key), BESIDE[key])
        elif key not in KNOWN and key not in BESIDE:
            sketch.note(plain(key) or "an option", "it is not known here")
    for key in ("url", "port", "headers", "body", "__dangerous__body_down", "__dangerous__body_down_if_text_missing"):
        for each in site[key] if isinstance(site.get(key), list) else [site.get(key)]:
            if found := VARIABLE.search(text(each)):
                raise NotTaken(f"variable {found[0]}", "its value is not in the file")
    if text(site.get("type")) == "globalping":
        sketch.note("type globalping", "it is looked at from where a prober of yours stands")
    check = text(site.get("check")) or "http"
    read_one = CHECKS.get(check)
    if read_one is None:
        why = "there is no check of web sockets here" if check == "ws" else "there is no such check here"
        raise NotTaken(f"check {check[:20]}", why)
    sketch.within(number(site.get("requestTimeout")) or USUAL_TIMEOUT_S)
    read_one(sketch, site)


def _http(sketch: Sketch, site: dict[str, Any]) -> None:
    url = _url(site)
    if insecure := next((key for key in INSECURE if is_true(site.get(key))), None):
        raise NotTaken(insecure, DIFFERENT_CERTIFICATE)
    if site.get("connectTimeout") is not None:
        sketch.note("connectTimeout", "one time limit holds for the whole answer here")
    redirects = whole(site.get("maxRedirects"))
    settings: dict[str, Any] = {
        "method": method_of(text(site.get("method"))),
        "expect_status": _statuses(site),
        "redirects": note_redirects(sketch, USUAL_REDIRECTS if redirects is None else redirects, USUAL_REDIRECTS),
        **_slow(sketch, site),
        **_family(site),
    }
    for key, name in (("__dangerous__body_down", "absent"), ("__dangerous__body_down_if_text_missing", "contains")):
        if site.get(key):
            settings[name] = text(site[key])
            if not settings[name]:
                raise NotTaken(key, "it cannot be read")
    with_body(settings, _body(site))
    with_headers(settings, _headers(site))
    sketch.become("http", url if "://" in url else f"http://{url}", settings)


def _url(site: dict[str, Any]) -> str:
    url = text(site.get("url")).strip()
    if not url:
        raise NotTaken("address", "there is none")
    return url


def _statuses(site: dict[str, Any]) -> list[list[int]]:
    given = site.get("expectedStatusCodes")
    if given in (None, ""):
        return ranges(USUAL_STATUSES)
    found = [whole(each) for each in records(given)]
    kept = ranges(each for each in found if each is not None)
    if not kept or None in found:
        raise NotTaken("expectedStatusCodes", "not all of them are statuses")
    return kept


def _slow(sketch: Sketch, site: dict[str, Any]) -> dict[str, Any]:
    limit_ms = whole(site.get("maxResponseTime"))
    if limit_ms is None:
        if site.get("maxResponseTime"):
            sketch.note("maxResponseTime", "it is no number")
        return {}
    if not 1 <= limit_ms < SLOW_MS_MAX:
        sketch.note(f"maxResponseTime {limit_ms}", "a limit is from 1 ms to 60 s here")
        return {}
    return {"slow_ms": limit_ms + 1}


def _family(site: dict[str, Any]) -> dict[str, Any]:
    return {"family": "ipv6"} if is_true(site.get("ipv6")) else {}


def _body(site: dict[str, Any]) -> str:
    body = site.get("body")
    if isinstance(body, (dict, list)):
        raise NotTaken("body", "it is no text")
    return text(body)


def _headers(site: dict[str, Any]) -> list[tuple[str, str]]:
    given = site.get("headers")
    if given in (None, ""):
        return []
    if not isinstance(given, list) or not all(isinstance(each, str) and ":" in each for each in given):
        raise NotTaken("headers", "not all of them read Name: value")
    return [(name.strip(), value.strip()) for name, _, value in (each.partition(":") for each in given)]


def _tcp(sketch: Sketch, site: dict[str, Any]) -> None:
    port = whole(site.get("port"))
    if port is None or not 0 < port < 65_536:
        raise NotTaken("port", "there is none")
    if text(site.get("type")) == "globalping":
        raise NotTaken("check tcp-ping with globalping", "it sends echo requests from another product's places")
    sketch.become("tcp", host_port(_url(site), port), {**_slow(sketch, site), **_family(site)})


def _ssl(sketch: Sketch, site: dict[str, Any]) -> None:
    port, host = whole(site.get("port")) or 443, host_of(_url(site))
    if not host:
        raise NotTaken("address", "there is no name in it")
    sketch.note(f"certificate good for {CERTIFICATE_DAYS} days", DAYS_ARE_DEGRADED)
    settings = {"days_left_min": CERTIFICATE_DAYS, **_family(site)}
    sketch.become("tls", host_port(host, port), settings)


def _icmp(sketch: Sketch, site: dict[str, Any]) -> None:
    host = host_of(_url(site))
    if not host:
        raise NotTaken("address", "there is no name in it")
    if site.get("maxResponseTime"):
        sketch.note("maxResponseTime", "no limit of time can be kept for this kind of check")
    sketch.become("icmp", host_port(host), _family(site))


CHECKS = {"http": _http, "tcp-ping": _tcp, "icmp-ping": _icmp, "ssl": _ssl}
