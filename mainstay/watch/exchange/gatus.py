"""The configuration of Gatus: YAML with endpoints, each with conditions that must all be met. Pure.

An endpoint whose answer must be right in a way that cannot be kept is not taken. Limits of time (how slow, how many
days are left) are kept as degraded, and that is said.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from mainstay.watch.exchange import beats, gatus_kinds, yaml_text
from mainstay.watch.exchange.draft import FileRefused, Gathering, NotTaken, Reading, Sketch, plain
from mainstay.watch.exchange.gatus_conditions import Condition, parse
from mainstay.watch.exchange.values import go_seconds, is_true, record, records, text

PRODUCT = "Gatus"
USUAL_INTERVAL_S, USUAL_TIMEOUT_S = 60.0, 10.0
LISTS = ("endpoints", "external-endpoints", "suites")
VARIABLE = re.compile(r"(?<!\$)\$(?:\{[^}]*\}|[A-Za-z_]\w*)")
BESIDE = {
    "alerts": "alerts follow the rules of the client here",
    "maintenance-windows": "they belong to a client here: enter them there",
    "extra-labels": "monitors have none here",
    "ui": "how it was shown there says nothing here",
}
OF_THE_FILE = {
    "alerting": "alerts follow the rules of the client here",
    "maintenance": "maintenance windows belong to a client here: enter them there",
    "remote": "what another Gatus holds is brought in from its own file",
    "tunneling": "here websites are looked at directly",
    "announcements": "each client has its portal here",
    "connectivity": "the prober notices itself when it is cut off",
}
KNOWN = frozenset(
    {
        "name",
        "group",
        "url",
        "enabled",
        "interval",
        "method",
        "body",
        "graphql",
        "headers",
        "conditions",
        "client",
        "dns",
        "ssh",
    }
)
CLIENT_KNOWN = frozenset({"insecure", "ignore-redirect", "timeout", "network", "store-cookies"})
CLIENT_REFUSED = {
    "proxy-url": "here a website is looked at directly",
    "dns-resolver": "names are looked up by the prober's own name servers here",
    "oauth2": "here there is basic authentication and a bearer token",
    "identity-aware-proxy": "here there is basic authentication and a bearer token",
    "tls": "no certificate of our own is shown to a server here",
    "tunnel": "here a website is looked at directly",
}


def holds(value: Any) -> bool:
    """Whether YAML is such a configuration."""
    return isinstance(value, dict) and any(key in value for key in LISTS)


def read(data: bytes) -> Reading:
    """The endpoints of a configuration.

    Raises:
        FileRefused: it is none.
    """
    return read_value(yaml_text.load(data))


def read_value(value: Any) -> Reading:
    """The endpoints of a configuration that was parsed. Raises as `read`."""
    if not holds(value):
        raise FileRefused("It is no configuration of Gatus: it holds no endpoints.")
    if odd := next((key for key in LISTS if value.get(key) is not None and not isinstance(value[key], list)), None):
        raise FileRefused(f"Its {odd} is no list.")
    gathering = Gathering(PRODUCT)
    for key, why in OF_THE_FILE.items():
        if value.get(key):
            gathering.remark(key, why)
    others = [plain(key) for key in value if key not in {*LISTS, *OF_THE_FILE}]
    if others:
        gathering.remark(", ".join(others), "it is about Gatus itself, not about what it looks at")
    _each(gathering, records(value.get("endpoints")), _endpoint)
    _each(gathering, records(value.get("external-endpoints")), _external)
    for suite in records(value.get("suites")):
        gathering.refuse(
            plain(record(suite).get("name")) or "(no name)",
            "suite",
            "endpoints that depend on each other cannot be kept; a visit step by step may do instead",
        )
    return gathering.reading()


def _each(gathering: Gathering, entries: list[Any], read_one: Callable[[Sketch, dict[str, Any]], None]) -> None:
    for entry in entries:
        if not isinstance(entry, dict):
            gathering.refuse("(no name)", "an endpoint", "it cannot be read")
            continue
        names = [plain(text(entry.get(key))) for key in ("group", "name")]
        gathering.take(Sketch(" / ".join(filter(None, names))), read_one, entry)


def _endpoint(sketch: Sketch, entry: dict[str, Any]) -> None:
    entry = _without_variables(entry)
    _common(sketch, entry)
    for key in entry:
        if key not in KNOWN and key not in BESIDE:
            sketch.note(plain(key) or "an option", "it is not known here")
    interval = entry.get("interval")
    seconds = USUAL_INTERVAL_S if interval is None else go_seconds(interval)
    if seconds is None:
        raise NotTaken(f"interval {text(interval)[:20]}", "it is no time")
    sketch.every(seconds or USUAL_INTERVAL_S)
    client = _client(sketch, entry)
    conditions = _conditions(entry)
    url = text(entry.get("url")).strip()
    if entry.get("dns") is not None:
        gatus_kinds.dns(sketch, url, record(entry["dns"]), conditions)
        return
    scheme = urlsplit_scheme(url)
    kind = gatus_kinds.BY_SCHEME.get(scheme)
    if kind is None:
        raise NotTaken(
            f"address {url[:60] or '(none)'}", gatus_kinds.NOT_HERE.get(scheme, "it is of no kind that is known here")
        )
    kind(sketch, url, entry, client, conditions)


def urlsplit_scheme(url: str) -> str:
    """What stands before `://`, in small letters."""
    try:
        return urlsplit(url).scheme.lower()
    except ValueError:
        return ""


def _common(sketch: Sketch, entry: dict[str, Any]) -> None:
    sketch.is_paused = not is_true(entry.get("enabled"), default=True)
    for key, why in BESIDE.items():
        if entry.get(key):
            sketch.note(key, why)


def _conditions(entry: dict[str, Any]) -> list[Condition]:
    given = entry.get("conditions")
    if not isinstance(given, list) or not given:
        raise NotTaken("conditions", "there are none that can be read")
    if not all(isinstance(each, str) for each in given):
        raise NotTaken("conditions", "one of them is no text")
    return [parse(each) for each in given]


def _client(sketch: Sketch, entry: dict[str, Any]) -> dict[str, Any]:
    """How it connects. Raises `NotTaken` for ways that there are not here."""
    client = entry.get("client") or {}
    if not isinstance(client, dict):
        raise NotTaken("client", "it cannot be read")
    for key, value in client.items():
        if key in CLIENT_REFUSED and value:
            raise NotTaken(f"client.{key}", CLIENT_REFUSED[key])
        if key not in CLIENT_KNOWN and key not in CLIENT_REFUSED:
            sketch.note(f"client.{plain(key)}", "it is not known here")
    if is_true(client.get("store-cookies")):
        sketch.note("client.store-cookies", "cookies are kept on no check but a visit step by step")
    timeout = client.get("timeout")
    seconds = USUAL_TIMEOUT_S if timeout is None else go_seconds(timeout)
    if seconds is None:
        raise NotTaken(f"client.timeout {text(timeout)[:20]}", "it is no time")
    sketch.within(seconds or USUAL_TIMEOUT_S)
    return client


def _external(sketch: Sketch, entry: dict[str, Any]) -> None:
    """An endpoint that is told about from outside: a heartbeat."""
    _common(sketch, entry)
    for key in entry:
        if key not in {"name", "group", "enabled", "token", "heartbeat", *BESIDE}:
            sketch.note(plain(key) or "an option", "it is not known here")
    seconds = go_seconds(record(entry.get("heartbeat")).get("interval"))
    if not seconds:
        raise NotTaken("external endpoint", "nothing says how often it reports, so its silence would mean nothing")
    beats.wait_for(sketch, seconds)


def _without_variables(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with `$$` as `$`. Raises `NotTaken` where it names a value that is not in the file."""
    kept = {key: value for key, value in entry.items() if key not in BESIDE}
    for written in _texts(kept):
        if found := VARIABLE.search(written.replace("$$", "")):
            raise NotTaken(f"variable {found[0]}", "its value is not in the file")
    return {**entry, **{key: _replaced(value) for key, value in kept.items()}}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("$$", "$")
    if isinstance(value, list):
        return [_replaced(each) for each in value]
    return {key: _replaced(each) for key, each in value.items()} if isinstance(value, dict) else value
