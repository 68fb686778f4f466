"""The request of an Uptime Kuma monitor over HTTP, and what its answer must be. Pure."""

import json
import re
from typing import Any

from mainstay.watch.exchange.draft import NotTaken, Sketch
from mainstay.watch.exchange.http_request import (
    DIFFERENT_CERTIFICATE,
    header_pairs,
    method_of,
    note_redirects,
    ranges,
    with_body,
    with_headers,
)
from mainstay.watch.exchange.values import is_true, records, text, whole

USUAL_REDIRECTS = 10
STATUSES_MAX = 1000
USUAL_STATUSES = ["200-299"]
STATUS = re.compile(r"\s*(\d{1,4})\s*(?:-\s*(\d{1,4})\s*)?")
PATH = re.compile(r"\$?\.?(?P<first>[A-Za-z_]\w*|\[\d+\])(?P<rest>(?:\.[A-Za-z_]\w*|\[\d+\])*)")
CONTENT_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "xml": "text/xml; charset=utf-8",
}

Entry = dict[str, Any]


def settings_of(sketch: Sketch, entry: Entry) -> dict[str, Any]:
    """The settings of a check over HTTP. Raises `NotTaken`."""
    if not text(entry.get("url")).strip():
        raise NotTaken("address", "there is none")
    if is_true(entry.get("ignoreTls")):
        if text(entry.get("url")).lower().strip().startswith("https:"):
            raise NotTaken("ignored certificate errors", DIFFERENT_CERTIFICATE)
        sketch.note("ignored certificate errors", "where a redirect leads to https, its certificate is checked here")
    settings: dict[str, Any] = {"method": method_of(text(entry.get("method")))}
    settings["expect_status"] = _statuses(sketch, entry)
    redirects = whole(entry.get("maxredirects"))
    settings["redirects"] = note_redirects(sketch, USUAL_REDIRECTS if redirects is None else redirects, USUAL_REDIRECTS)
    _credentials(settings, entry)
    pairs = _headers(entry)
    if body := text(entry.get("body")).strip():
        pairs = _typed(pairs, text(entry.get("httpBodyEncoding")) or "json")
        with_body(settings, body)
    with_headers(settings, pairs)
    if is_true(entry.get("cacheBust")):
        sketch.note("a new address each time", "the address is asked for as it is here")
    _content(sketch, settings, entry)
    return settings


def _statuses(sketch: Sketch, entry: Entry) -> list[list[int]]:
    found: set[int] = set()
    given = entry.get("accepted_statuscodes")
    written = records(USUAL_STATUSES if given is None else given)
    if len(written) > STATUSES_MAX:
        raise NotTaken("expected status", "there are more than there are statuses")
    for each in written:
        match = STATUS.fullmatch(each) if isinstance(each, str) else None
        if match is None:
            sketch.note(f"status {text(each)[:20]}", "it is no status; it is never met there either")
            continue
        found |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    kept = ranges(found)
    if not kept:
        raise NotTaken("expected status", "there is none that an answer can have")
    if any(not 100 <= status <= 599 for status in found):
        sketch.note("statuses outside 100 to 599", "no answer with one is taken as good here")
    return kept


def _credentials(settings: dict[str, Any], entry: Entry) -> None:
    """How it signs in. Raises `NotTaken` for a way that there is not here."""
    user, way = text(entry.get("basic_auth_user")), text(entry.get("authMethod"))
    if way == "basic" or ("authMethod" not in entry and user):
        settings |= {"basic_user": user, "basic_password": text(entry.get("basic_auth_pass"))}
    elif way == "bearer":
        settings["bearer"] = text(entry.get("bearer_token"))
    elif way not in ("", "none", "null"):
        raise NotTaken(f"sign-in {way}", "here there is basic authentication and a bearer token")


def _headers(entry: Entry) -> list[tuple[str, str]]:
    given = entry.get("headers")
    if isinstance(given, str) and given.strip():
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            raise NotTaken("headers", "they cannot be read") from None
    return header_pairs(given)


def _typed(pairs: list[tuple[str, str]], encoding: str) -> list[tuple[str, str]]:
    """The headers with the type of the body, where they do not name it themselves."""
    if encoding not in CONTENT_TYPES:
        raise NotTaken(f"body encoded as {encoding[:20]}", "it is not known how it is sent")
    if any(name.lower() == "content-type" for name, _ in pairs):
        return pairs
    return [("Content-Type", CONTENT_TYPES[encoding]), *pairs]


def _content(sketch: Sketch, settings: dict[str, Any], entry: Entry) -> None:
    kind = text(entry.get("type"))
    if kind == "keyword":
        words = text(entry.get("keyword"))
        if not words:
            raise NotTaken("keyword", "there is none")
        settings["absent" if is_true(entry.get("invertKeyword")) else "contains"] = words
        if '"' in words:
            sketch.note("keyword in JSON", "it is looked for in the answer as it is sent, with its spaces")
    elif kind == "json-query":
        settings |= _json(entry)


def _json(entry: Entry) -> dict[str, Any]:
    """The path and the value of a JSON query. Raises `NotTaken` for what is more than a path."""
    query, operator = text(entry.get("jsonPath")).strip(), text(entry.get("jsonPathOperator")) or "=="
    found = PATH.fullmatch(query)
    if found is None:
        raise NotTaken(f"JSON query {query[:60]}", "only a plain path as in a.b[0].c can be kept")
    if operator != "==":
        raise NotTaken(f"JSON query with {operator[:10]}", "only an equal value can be kept")
    value = text(entry.get("expectedValue"))
    if not value:
        raise NotTaken("JSON query for an empty value", "here an empty value means any")
    first = found["first"]
    return {"json_path": f"${first if first.startswith('[') else f'.{first}'}{found['rest']}", "json_equals": value}
