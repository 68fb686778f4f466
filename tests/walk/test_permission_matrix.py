"""Every address × method × person gives the answer that `permissions.toml` states, and never another client's data."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import CANARY, OBJECTS, Cast

TABLE = tomllib.loads((Path(__file__).parent / "permissions.toml").read_text())
PROFILES: dict[str, dict[str, list[str]]] = TABLE["profiles"]
ROWS: dict[str, dict[str, Any]] = TABLE["urls"]

ROLES = (
    "anonymous",
    "administrator",
    "account_manager",
    "helper",
    "auditor",
    "a_administrator",
    "a_viewer",
    "b_administrator",
)
OF_A = ("a_administrator", "a_viewer")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
STRONGEST = ("administrator", "a_administrator")
"""Whoever is tried with the methods that no row allows: those who may most."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer says to browsers, whatever it is."""

FRAMED = "desk-message-layout"

FOR_EVERYBODY = frozenset(
    {name for name, row in ROWS.items() if row.get("GET") in ("everybody", "told-unwell", "nobody")}
)
"""Addresses whose answers are for anybody: caches may keep them."""

NEVER = {401, 403, 404, 405}
ALLOWED_GET = {200, 302}
ALLOWED_CHANGE = {200, 201, 204, 302, 303, 400, 409, 422}


def _addresses(patterns: Any, namespace: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Every address of the site as its full name and its arguments."""
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from ((name, found | _arguments(each)) for name, found in _addresses(each.url_patterns, inner))
        elif isinstance(each, URLPattern):
            yield f"{namespace}{each.name}", _arguments(each)


def _arguments(pattern: URLPattern | URLResolver) -> frozenset[str]:
    return frozenset(pattern.pattern.regex.groupindex)


ADDRESSES = dict(_addresses(get_resolver().url_patterns))


def test_every_address_has_a_name() -> None:
    assert not [name for name in ADDRESSES if name.split(":")[-1] in ("", "None")]


def test_every_address_has_a_row() -> None:
    missing = sorted(set(ADDRESSES) - set(ROWS))
    assert not missing, f"add a row to tests/walk/permissions.toml for each of: {', '.join(missing)}"


def test_every_row_has_an_address() -> None:
    gone = sorted(set(ROWS) - set(ADDRESSES))
    assert not gone, f"tests/walk/permissions.toml holds rows for addresses that are gone: {', '.join(gone)}"


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_profile_gives_every_person_one_answer(name: str) -> None:
    named = [role for roles in PROFILES[name].values() for role in roles]
    assert sorted(named) == sorted(ROLES)


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) & set(ROWS)))
def test_answers(name: str, cast: Cast) -> None:
    row = ROWS[name]
    objects = {argument: object_in(row, argument, cast) for argument in sorted(ADDRESSES[name])}
    wrong = list(_differences(name, row, reverse(name, kwargs=objects), cast))
    assert not wrong, "\n".join(wrong)


def object_in(row: dict[str, Any], argument: str, cast: Cast) -> Any:
    """What stands in the address: the row's own text, or an object of client A."""
    given = row.get("arguments", {}).get(argument)
    return given if given is not None else OBJECTS[row.get("objects", {}).get(argument, argument)](cast)


def _differences(name: str, row: dict[str, Any], address: str, cast: Cast) -> Iterator[str]:
    for method in METHODS:
        for role in ROLES if method in row else STRONGEST:
            expected = _expected(row, method, role)
            answer = _ask(name, method, address, role, row, cast)
            if not _is(expected, method, answer):
                yield f"{method} {address} as {role}: {answer.status_code}, expected {expected}"
            if role in OF_A and CANARY in _text(answer):
                yield f"{method} {address} as {role}: shows something of client B"
            if loose := _without(name, answer):
                yield f"{method} {address} as {role}: comes without {', '.join(loose)}"
            if person_only(name, answer, cast.person(role)) and not is_private(answer):
                yield f"{method} {address} as {role}: may be kept by caches"


def _without(name: str, answer: HttpResponseBase) -> list[str]:
    """Headers that are missing. A mail's layout is shown in a frame of our own pages, which its policy says."""
    missing = [each for each, words in HEADERS.items() if words not in answer.get(each, "")]
    framed = name == FRAMED and "sandbox" in answer.get("Content-Security-Policy", "")
    return [each for each in missing if not (framed and each == "X-Frame-Options")]


def person_only(name: str, answer: HttpResponseBase, person: Any) -> bool:
    """Whether the answer is meant for one person alone."""
    return person is not None and answer.status_code == 200 and name not in FOR_EVERYBODY


def is_private(answer: HttpResponseBase) -> bool:
    """Whether caches that many share leave the answer alone."""
    return bool({"private", "no-store"} & set(answer.get("Cache-Control", "").replace(",", " ").split()))


def _expected(row: dict[str, Any], method: str, role: str) -> str:
    if method not in row:
        return "never"
    return next(word for word, roles in PROFILES[row[method]].items() if role in roles)


def _ask(name: str, method: str, address: str, role: str, row: dict[str, Any], cast: Cast) -> HttpResponseBase:
    """The answer; whatever it changed is rolled back, so that each person finds the same world."""
    browser, person = Client(raise_request_exception=False), cast.person(role)
    headers = {}
    with transaction.atomic():
        if person is not None and name.startswith("api-"):
            headers = {"Authorization": f"Bearer {cast.token(person)}"}
        elif person is not None:
            browser.force_login(person)
        data = row.get(f"{method}_data", {})
        send = getattr(browser, method.lower())
        kind = {} if method in ("GET", "POST") and not name.startswith("api-") else {"content_type": "application/json"}
        answer = send(address, **({} if method == "GET" else {"data": data, **kind}), headers=headers)
        answer.text_sent = _body(answer)  # read while the rows are there
        transaction.set_rollback(True)
    return answer


def _is(expected: str, method: str, answer: HttpResponseBase) -> bool:
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    allowed = answer.status_code in (ALLOWED_GET if method == "GET" else ALLOWED_CHANGE) and not to_sign_in
    return {
        "yes": allowed,
        "login": to_sign_in,
        "forbidden": answer.status_code == 403,
        "hidden": answer.status_code == 404,
        "wrong": answer.status_code == 400,
        "unauthorised": answer.status_code == 401,
        "unwell": answer.status_code == 503,
        "never": answer.status_code in NEVER or to_sign_in,
    }[expected]


def _body(answer: HttpResponseBase) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def _text(answer: HttpResponseBase) -> str:
    """The answer's headers and body."""
    return f"{dict(answer.items())} {answer.text_sent}"
