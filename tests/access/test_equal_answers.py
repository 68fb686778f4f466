"""Four forms tell nobody who has an account: same page, same headers, same statements, for known and unknown addresses.

What is random in an answer, tokens against forged requests and the keys of sessions, is masked; so is the typed
address, and with it the length of the page, and the clock.
"""

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mainstay.access.models import User
from mainstay.common.jobs import Job, run_due
from tests.cast import Cast

UNKNOWN = "nobody@example.org"
PASSWORD = "brisk otter lantern"
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "sign in": ("/accounts/login/", {"login": "ADDRESS", "password": "not the right one"}),
    "register": ("/accounts/signup/", {"email": "ADDRESS"}),
    "reset": ("/accounts/password/reset/", {"email": "ADDRESS"}),
    "mailed code": ("/accounts/code/", {"email": "ADDRESS"}),
}

OF_EACH = {"Content-Length", "Expires"}


@pytest.fixture
def people(cast: Cast) -> dict[str, str]:
    """An address for each case that could be told apart."""
    cast.helper.set_password(PASSWORD)
    cast.helper.save()
    cast.auditor.set_password(PASSWORD)
    cast.auditor.save()
    User.objects.filter(pk=cast.auditor.pk).update(is_active=False)
    return {
        "with a password": cast.helper.email,
        "without a password": cast.a_viewer.email,
        "suspended": cast.auditor.email,
        "unknown": UNKNOWN,
    }


def sent(form: str, email: str) -> tuple[str, list[str]]:
    """What is answered to the form, after its redirect, and which statements ran; what is random masked."""
    cache.clear()
    client = Client()
    path, fields = FORMS[form]
    given = {name: value.replace("ADDRESS", email) for name, value in fields.items()}
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(path, given)
    shown = client.get(answer["Location"]) if answer.status_code == 302 else answer
    headers = [sorted((name, value) for name, value in each.items() if name not in OF_EACH) for each in (answer, shown)]
    parts = (str(answer.status_code), str(headers), shown.text)
    return masked("\n".join(parts), email), [masked(each["sql"], email) for each in asked]


def masked(text: str, email: str) -> str:
    text = re.sub(r'csrfmiddlewaretoken" value="\w+', "csrfmiddlewaretoken", text.replace(email, "ADDRESS"))
    if not text.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE")):
        return text
    return re.sub(r"'[^']*'|\b\d+\b|\"s\d+_x\d+\"", "?", text)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_answer_is_the_same(people: dict[str, str], form: str) -> None:
    answers = {case: sent(form, email)[0] for case, email in people.items()}
    assert len(set(answers.values())) == 1, sorted(answers)


@pytest.mark.parametrize("form", ["register", "reset", "mailed code"])
def test_the_same_statements_run(people: dict[str, str], form: str) -> None:
    done = {case: sent(form, email)[1] for case, email in people.items()}
    assert all(each == done["unknown"] for each in done.values())
    assert Job.objects.count() == len(people)


def test_signing_in_looks_up_as_much_and_hashes_once(people: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str, *more: Any) -> str:
        hashed.append(password)
        return encode(self, password, salt, *more)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    looked: dict[str, tuple[int, int]] = {}
    for case, email in people.items():
        hashed.clear()
        statements = sent("sign in", email)[1]
        looked[case] = (len([each for each in statements if each.startswith("SELECT")]), len(hashed))
    assert len(set(looked.values())) == 1, looked


def test_a_wrong_code_is_answered_alike_with_the_same_statements(people: dict[str, str]) -> None:
    done = {}
    for case, email in people.items():
        cache.clear()
        client = Client()
        client.post("/accounts/code/", {"email": email})
        run_due(timezone.now(), queue="mail")
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = client.post("/accounts/code/entry/", {"code": "00000000"})
        done[case] = (masked(answer.text, email), tuple(masked(each["sql"], email) for each in asked))
    assert len({each[0] for each in done.values()}) == 1
    assert len({each[1] for each in done.values()}) == 1


def test_a_right_password_of_a_suspended_person_is_the_only_way_to_hear_of_it(people: dict[str, str]) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": people["suspended"], "password": PASSWORD})
    assert answer["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session
