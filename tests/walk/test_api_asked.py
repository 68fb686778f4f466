"""The API is asked all that its description allows, and more, by each person: it keeps its word, and tells of no other.

schemathesis makes the questions out of the description that the API hands out. Two of three name an object that is
there, of client A or of client B; the others name whatever comes to its mind.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis import checks as rules

from tests.cast import CANARY, OBJECTS, Cast
from tests.walk.test_permission_matrix import ROLES

pytestmark = pytest.mark.one_database

QUESTIONS = 10
"""How many each person asks at each address and method, at most."""

CHECKS = [
    rules.not_a_server_error,
    rules.status_code_conformance,
    rules.content_type_conformance,
    rules.response_schema_conformance,
]
OTHERS = {"a_administrator": CANARY, "a_viewer": CANARY, "b_administrator": "alder"}
"""For each person of a client: what stands in all that is another client's, and therefore in no answer."""


@dataclass(frozen=True)
class Asker:
    """Who asks, and what is theirs and others'. All by the names of arguments in addresses."""

    role: str
    headers: dict[str, str]
    of_a: dict[str, Any]
    of_b: dict[str, Any]

    @property
    def foreign(self) -> dict[str, Any]:
        """What is another client's; nothing for the agency's people, whose clients all are."""
        return {} if self.role not in OTHERS else self.of_a if self.role == "b_administrator" else self.of_b


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The site leaves the test's connection open between requests, as it does for Django's own test client."""
    signals = (request_started, request_finished)
    for each in signals:
        each.disconnect(close_old_connections)
    yield
    for each in signals:
        each.connect(close_old_connections)


@pytest.mark.parametrize("role", ROLES)
def test_no_question_breaks_it_or_tells_of_another_client(role: str, cast: Cast) -> None:
    person = cast.person(role)
    headers = {"Authorization": f"Bearer {cast.token(person)}"} if person is not None else {}
    asker = Asker(role, headers, _objects(cast), _objects(replace(cast, a=cast.b)))
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 20
    for each in operations:
        _ask(each, asker)


def _objects(cast: Cast) -> dict[str, Any]:
    """An object of client `cast.a` for each argument of the API's addresses; all in the world before anybody asks."""
    return {name: OBJECTS[name](cast) for name in ("slug", "website_id", "outage_id", "reference", "report_id")}


def _ask(operation: Any, asker: Asker) -> None:
    """Ask at one address and method, all kinds of questions."""

    @settings(max_examples=QUESTIONS)
    @given(case=st.one_of(list(_questions(operation, asker))))
    def ask(case: Any) -> None:
        with _told() as errors, transaction.atomic():
            case.headers.update(asker.headers)
            answer = case.call()
            transaction.set_rollback(True)
        assert not errors, "".join(errors)
        case.validate_response(answer, checks=CHECKS)
        _is_fitting(case, answer, asker)

    ask()


def _questions(operation: Any, asker: Asker) -> Iterator[Any]:
    named = {each.name for each in operation.path_parameters}
    for of in (asker.of_a, asker.of_b):
        given_objects = {name: of[name] for name in named}
        yield operation.as_strategy(path_parameters=given_objects)
        if operation.body:
            yield operation.as_strategy(generation_mode=GenerationMode.NEGATIVE, path_parameters=given_objects)
    yield operation.as_strategy()


@contextmanager
def _told() -> Iterator[list[str]]:
    """What went wrong in the meantime, as tracebacks: the answer itself says nothing of it."""
    found: list[str] = []

    def note(**_: Any) -> None:
        found.append(traceback.format_exc())

    got_request_exception.connect(note)
    try:
        yield found
    finally:
        got_request_exception.disconnect(note)


def _is_fitting(case: Any, answer: Any, asker: Asker) -> None:
    """Whether the person may have been answered so."""
    if asker.role == "anonymous":
        assert answer.status_code in (401, 404)
    if asker.role in OTHERS:
        assert OTHERS[asker.role] not in f"{answer.headers} {answer.content.decode(errors='replace')}".lower()
    if any(asker.foreign.get(name) == value for name, value in case.path_parameters.items()):
        assert answer.status_code in (400, 401, 403, 404, 422)  # 401 where the question left the token out
