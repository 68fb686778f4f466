"""What a monitor of Uptime Kuma becomes here. Both of its files are read into the same entries first. Pure.

Uptime Kuma knows up and down alone. Whatever decides between the two is kept as it is, or the monitor is not taken.
"""

import ipaddress
from collections.abc import Callable
from typing import Any

from mainstay.watch.exchange import beats, kuma_http
from mainstay.watch.exchange.draft import Gathering, NotTaken, Sketch, plain
from mainstay.watch.exchange.http_request import host_of, host_port, server_of, watch_domain
from mainstay.watch.exchange.values import is_true, number, record, records, text, whole

Entry = dict[str, Any]

USUAL_INTERVAL_S = 60
FIRST_WARNING_DAYS = 21
"""It warns 21, 14 and 7 days before a certificate ends unless its settings say otherwise."""

RECORDS = frozenset({"A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA", "CAA", "SRV", "PTR"})
SECURITY = {"secure": "tls", "starttls": "starttls", "nostarttls": "none"}
FAMILIES = {"ipv4": "ipv4", "ipv6": "ipv6"}
WORDS = (
    "url",
    "hostname",
    "method",
    "body",
    "authMethod",
    "keyword",
    "dns_resolve_type",
    "dns_resolve_server",
    "ipFamily",
)
NOT_HERE = {
    "docker": "a container is not looked at from outside",
    "real-browser": "no browser is driven here; a visit step by step may do instead",
    "manual": "its state is set by hand, not looked at",
    "websocket-upgrade": "there is no check of web sockets here",
    "grpc-keyword": "there is no check of gRPC here",
    "mqtt": "there is no check of MQTT here",
    "kafka-producer": "there is no check of Kafka here",
    "snmp": "there is no check of SNMP here",
    "radius": "there is no check of RADIUS here",
    "ntp": "there is no check of time servers here",
    "tailscale-ping": "there is no check inside a Tailscale network here",
    "globalping": "it looks from another product's places",
    "gamedig": "there is no check of game servers here",
    "steam": "there is no check of game servers here",
}


def gather(gathering: Gathering, entries: list[Any]) -> None:
    """Take all monitors of a file. Raises `FileRefused` where there are too many."""
    known = [each for each in entries if isinstance(each, dict) and isinstance(each.get("id"), (int, str))]
    groups = {each["id"]: each for each in known if each.get("type") == "group"}
    for entry in entries:
        if not isinstance(entry, dict):
            gathering.refuse("(no name)", "a monitor", "it cannot be read")
            continue
        above, is_paused = _above(entry, groups)
        if entry.get("type") == "group":
            name = plain(entry.get("name")) or "(no name)"
            gathering.refuse(
                name, "group", "a group looks at nothing itself: its name stands before those of its monitors"
            )
            continue
        sketch = Sketch(" / ".join([*above, plain(entry.get("name")) or _pointed(entry)]))
        sketch.is_paused = (
            is_paused or not is_true(entry.get("active"), default=True) or is_true(entry.get("forceInactive"))
        )
        gathering.take(sketch, _read, entry)


def _above(entry: Entry, groups: dict[Any, Entry]) -> tuple[list[str], bool]:
    """The names of the groups a monitor is in, the outermost first, and whether one of them stands still."""
    names: list[str] = []
    is_paused, parent = False, entry.get("parent")
    while len(names) < 10 and isinstance(parent, (int, str)) and parent in groups:
        group = groups[parent]
        names.insert(0, plain(group.get("name")) or "(no name)")
        is_paused = is_paused or not is_true(group.get("active"), default=True)
        parent = group.get("parent")
    return names, is_paused


def _pointed(entry: Entry) -> str:
    return plain(text(entry.get("hostname")) or text(entry.get("url")))


def _read(sketch: Sketch, entry: Entry) -> None:
    kind = text(entry.get("type"))
    read = READERS.get(kind)
    if read is None:
        raise NotTaken(f"kind {kind or '(none)'}", NOT_HERE.get(kind, "there is no such check here"))
    if odd := next((key for key in WORDS if isinstance(entry.get(key), (list, dict))), None):
        raise NotTaken(odd, "it cannot be read")
    if is_true(entry.get("upsideDown")):
        raise NotTaken("upside-down mode", "here a failed check is never good")
    if whole(entry.get("proxyId")):
        raise NotTaken("proxy", "here a website is looked at directly")
    _timing(sketch, entry)
    _beside(sketch, entry)
    read(sketch, entry)


def _timing(sketch: Sketch, entry: Entry) -> None:
    interval_s = number(entry.get("interval")) or USUAL_INTERVAL_S
    if text(entry.get("type")) == "push":
        return
    sketch.every(interval_s)
    timeout_s = number(entry.get("timeout")) or 0
    if text(entry.get("type")) in ("http", "keyword", "json-query", "ping"):
        sketch.within(timeout_s if timeout_s > 0 else interval_s * 0.8)
    retries = whole(entry.get("maxretries")) or 0
    if retries:
        sketch.note(f"{retries} retries", "here every failure is looked at again within seconds before it is an outage")
    if repeats := whole(entry.get("resendInterval")):
        sketch.note(f"alert again after {repeats} checks", "alerts follow the rules of the client here")


def _beside(sketch: Sketch, entry: Entry) -> None:
    """What belongs to a monitor there, and to something else here."""
    if any(is_true(each) for each in record(entry.get("notificationIDList")).values()):
        sketch.note("notifications", "alerts follow the rules of the client here")
    names = [plain(each.get("name")) for each in records(entry.get("tags")) if isinstance(each, dict)]
    if any(names):
        sketch.note(f"tags {', '.join(filter(None, names))}", "monitors have no tags here")
    if text(entry.get("description")).strip():
        sketch.note("description", "monitors have none here")


def _http(sketch: Sketch, entry: Entry) -> None:
    url = text(entry.get("url")).strip()
    settings = kuma_http.settings_of(sketch, entry)
    settings |= _family(entry)
    sketch.become("http", url, settings)
    server = server_of(url)
    if server and is_true(entry.get("expiryNotification")):
        sketch.become("tls", server, {"days_left_min": FIRST_WARNING_DAYS}, suffix=": certificate")
    _domain(sketch, entry, host_of(url))


def _domain(sketch: Sketch, entry: Entry, host: str) -> None:
    if is_true(entry.get("domainExpiryNotification")):
        watch_domain(sketch, host, FIRST_WARNING_DAYS, "warning before the domain ends")


def _port(sketch: Sketch, entry: Entry) -> None:
    if text(entry.get("expectedTlsAlert")) not in ("", "none"):
        raise NotTaken("expected TLS alert", "here a connection that is refused is never good")
    server = host_port(_host(entry), _port_of(entry))
    sketch.become("tcp", server, _family(entry))
    security = text(entry.get("smtpSecurity"))
    if security in ("secure", "starttls") and is_true(entry.get("expiryNotification")):
        if security == "starttls":
            sketch.note(
                "certificate after STARTTLS",
                "the file does not say in which protocol: add a check of the certificate by hand",
            )
        else:
            sketch.become("tls", server, {"days_left_min": FIRST_WARNING_DAYS}, suffix=": certificate")


def _ping(sketch: Sketch, entry: Entry) -> None:
    count, wait_s = whole(entry.get("ping_count")) or 1, number(entry.get("ping_per_request_timeout")) or 2
    settings: dict[str, Any] = {"requests": min(max(count, 1), 10), "wait_ms": int(min(max(wait_s * 1000, 10), 10_000))}
    if settings["requests"] != count:
        sketch.note(f"{count} requests", f"it becomes {settings['requests']}")
    if (size := whole(entry.get("packetSize")) or 56) != 56:
        sketch.note(f"packets of {size} bytes", "their size is fixed here")
    sketch.become("icmp", host_port(_host(entry)), settings | _family(entry))


def _dns(sketch: Sketch, entry: Entry) -> None:
    kind, name = text(entry.get("dns_resolve_type")) or "A", _host(entry)
    if kind not in RECORDS:
        raise NotTaken(f"record {kind}", "it cannot be asked for here")
    if kind == "PTR":
        try:
            name = ipaddress.ip_address(name).reverse_pointer
        except ValueError:
            raise NotTaken("address", f"{name} is no address") from None
    servers = [each for each in text(entry.get("dns_resolve_server")).replace(" ", "").split(",") if each]
    port = whole(entry.get("port")) or 53
    settings: dict[str, Any] = {"record": kind}
    if servers:
        settings["server"] = host_port(servers[0], None if port == 53 else port)
    if len(servers) > 1:
        sketch.note(f"name servers {', '.join(servers[1:])}", "only the first is asked here")
    sketch.become("dns", name, settings | _expected(kind, entry))


def _expected(kind: str, entry: Entry) -> dict[str, Any]:
    """The value that a condition wants among the records. Raises `NotTaken` for any other condition."""
    given = entry.get("conditions")
    if given in (None, "", []):
        return {}
    conditions = records(given) or [None]
    only = record(conditions[0])
    is_equal = only.get("variable") == "record" and only.get("operator") == "equals" and text(only.get("value"))
    if len(conditions) > 1 or not is_equal or kind not in ("A", "AAAA", "CNAME", "NS", "PTR", "TXT"):
        raise NotTaken(
            "conditions", "only one can be kept, that a record of A, AAAA, CNAME, NS, PTR or TXT equals a value"
        )
    return {"match": "among", "expects": [record_value(kind, text(only.get("value")))]}


def record_value(kind: str, value: str) -> str:
    """A value as a zone file writes it."""
    if kind == "TXT":
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return f"{value.rstrip('.')}." if kind in ("CNAME", "NS", "PTR") else value


def _push(sketch: Sketch, entry: Entry) -> None:
    """It is late after its interval, and with retries after those."""
    retries, wait_s = whole(entry.get("maxretries")) or 0, number(entry.get("retryInterval")) or 0
    beats.wait_for(sketch, number(entry.get("interval")) or USUAL_INTERVAL_S, max(retries * wait_s, 0))


def _smtp(sketch: Sketch, entry: Entry) -> None:
    security = SECURITY.get(text(entry.get("smtpSecurity")))
    if security is None:
        raise NotTaken("security where it is offered", "here it is wanted or not: STARTTLS, TLS or none")
    sketch.become("smtp", host_port(_host(entry), whole(entry.get("port")) or 25), {"security": security})


def _host(entry: Entry) -> str:
    host = text(entry.get("hostname")).strip()
    if not host:
        raise NotTaken("host name", "there is none")
    return host


def _port_of(entry: Entry) -> int:
    port = whole(entry.get("port"))
    if port is None or not 0 < port < 65_536:
        raise NotTaken("port", "there is none")
    return port


def _family(entry: Entry) -> dict[str, Any]:
    family = FAMILIES.get(text(entry.get("ipFamily")))
    return {"family": family} if family else {}


READERS: dict[str, Callable[[Sketch, Entry], None]] = {
    "http": _http,
    "keyword": _http,
    "json-query": _http,
    "port": _port,
    "ping": _ping,
    "dns": _dns,
    "push": _push,
    "smtp": _smtp,
}
