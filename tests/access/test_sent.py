"""Text that no database can hold, in addresses and in what programs send."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser

from mainstay.clients.web.tenancy import clients_of

BODIES = {
    "/api/v1/clients/alder/websites": {"name": "BAD", "url": "https://shop.example.org/"},
    "/api/v1/clients/alder/tickets": {"subject": "BAD", "text": "It is broken."},
}
BAD = {"nul": "\\u0000", "half": "\\ud800"}


@pytest.fixture
def headers(cast) -> dict[str, str]:
    return {"Authorization": f"Bearer {cast.token(cast.administrator)}"}


@pytest.mark.parametrize("path", [
    "/api/v1/clients/%00",
    "/api/v1/clients/a%00/tickets",
    "/api/v1/clients/alder%00/promises",
    "/api/v1/tickets/MS%00",
])  # fmt: skip
def test_an_address_with_nul_in_it_is_nowhere_in_the_api(cast, client, headers, path) -> None:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["/console/desk/%00/", "/portal/alder/tickets/a%00b/", "/invitations/%00/"])
def test_an_address_with_nul_in_it_is_nowhere(cast, client, path) -> None:
    client.force_login(cast.administrator)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize("path", BODIES)
def test_text_that_cannot_be_stored_is_refused(cast, client, headers, path, bad) -> None:
    body = json.dumps(BODIES[path]).replace("BAD", bad)
    answer = client.post(path, body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_question_that_cannot_be_stored_is_refused(cast, client, headers) -> None:
    assert client.get("/api/v1/clients?limit=%00", headers=headers).status_code == 400


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_works_for_its_owners_clients_whoever_is_signed_in(cast, scheme, rf) -> None:
    """The transaction's clients are those of the token, not those of the browser's session."""
    request = rf.get("/api/v1/clients", headers={"Authorization": f"{scheme} {cast.token(cast.a_administrator)}"})
    request.user = cast.b_administrator
    assert clients_of(request) == (cast.a.pk,)


def test_a_page_works_for_whoever_is_signed_in_whatever_token_comes_along(cast, rf) -> None:
    request = rf.get("/account/", headers={"Authorization": f"Bearer {cast.token(cast.administrator)}"})
    for person, seen in ((cast.b_administrator, (cast.b.pk,)), (AnonymousUser(), ())):
        request.user = person
        assert clients_of(request) == seen


def test_a_session_key_with_nul_in_it_is_no_session(db, client) -> None:
    answer = client.get("/account/", headers={"Cookie": r'sessionid="abcdefgh\000ij"'})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/account/")
