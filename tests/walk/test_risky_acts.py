"""Every act on the list of risky ones asks who is there, twenty minutes after signing in; and does not soon after."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from mainstay.access.web.step_up import FILES, RISKY, SECRET
from tests.cast import Cast
from tests.walk.test_permission_matrix import ADDRESSES, ROWS, object_in

ACTS = [
    *((name, method, "") for name, methods in RISKY.items() for method in sorted(methods & {"GET", "POST"})),
    *((name, "GET", f"?{word}=csv") for name, word in FILES.items()),
]
"""Name, method, and what stands behind the address."""


def known(name: str) -> str:
    """The name as the table of addresses has it: those of the provider stand under a name of their own."""
    return next(each for each in ADDRESSES if each.split(":")[-1] == name)


def address(name: str, cast: Cast) -> str:
    full = known(name)
    return reverse(full, kwargs={each: object_in(ROWS[full], each, cast) for each in sorted(ADDRESSES[full])})


@pytest.mark.parametrize(("name", "method", "query"), ACTS)
def test_it_asks_who_is_there(name: str, method: str, query: str, cast: Cast, client: Client, now: Any) -> None:
    path = address(name, cast) + query
    person = cast.a_administrator if path.startswith("/portal/") else cast.administrator
    with time_machine.travel(now, tick=False) as clock:
        client.force_login(person)
        soon = client.generic(method, path)
        assert "sign-in-again" not in soon.get("Location", "")
        client.force_login(person)
        clock.shift(timedelta(minutes=20))
        late = client.generic(method, path)
    assert (late.status_code, late["Location"].partition("?")[0]) == (302, "/account/sign-in-again/")


def test_the_page_of_a_file_asks_nothing(cast: Cast, client: Client, now: Any) -> None:
    with time_machine.travel(now, tick=False) as clock:
        client.force_login(cast.administrator)
        clock.shift(timedelta(minutes=20))
        assert client.get("/console/record/").status_code == 200


def test_what_is_typed_in_secret_is_sent_by_the_list_alone() -> None:
    assert set(RISKY) >= SECRET
