"""Clients, websites and agreements in the API."""

import pytest

from mainstay.access import actions as access
from mainstay.access.facts import Permission
from mainstay.access.models import ApiToken
from mainstay.clients.models import Website

CLIENTS = "/api/v1/clients"
PROBLEM = "application/problem+json"


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def ask(client, cast):
    def ask_(path: str, person=None, scopes=None, **data):
        headers = bearer(cast.token(person or cast.administrator, scopes))
        if data:
            return client.post(path, data, content_type="application/json", headers=headers)
        return client.get(path, headers=headers)

    return ask_


def test_staff_list_every_client(cast, ask) -> None:
    answer = ask(CLIENTS)
    assert [each["slug"] for each in answer.json()] == [cast.agency.slug, cast.a.slug, cast.b.slug]


def test_a_list_is_read_page_by_page(cast, ask) -> None:
    first = ask(f"{CLIENTS}?limit=2").json()
    rest = ask(f"{CLIENTS}?limit=2&after={first[-1]['id']}").json()
    assert [each["slug"] for each in first + rest] == [cast.agency.slug, cast.a.slug, cast.b.slug]


def test_a_clients_person_lists_the_own_one(cast, ask) -> None:
    assert [each["slug"] for each in ask(CLIENTS, cast.a_administrator).json()] == [cast.a.slug]


def test_without_a_token_nothing_is_told(cast, client) -> None:
    client.force_login(cast.administrator)  # a session opens nothing here
    answer = client.get(CLIENTS)
    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["title"] == "Unauthorized"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer mst_wrong", "Bearer \x00"])
def test_a_wrong_token_opens_nothing(cast, client, header) -> None:
    assert client.get(CLIENTS, headers={"Authorization": header}).status_code == 401


def test_a_suspended_owners_token_is_dead(cast, client, now) -> None:
    secret = cast.token(cast.helper)
    assert client.get(CLIENTS, headers=bearer(secret)).status_code == 200
    access.suspend(user=cast.helper, by=cast.administrator, at=now)
    assert client.get(CLIENTS, headers=bearer(secret)).status_code == 401


def test_use_is_noted(cast, ask) -> None:
    ask(CLIENTS)
    assert ApiToken.objects.get().last_used_at is not None


def test_another_clients_answers_404_as_a_problem(cast, ask) -> None:
    for path in (f"{CLIENTS}/{cast.b.slug}", f"{CLIENTS}/{cast.b.slug}/websites", f"{CLIENTS}/nobody"):
        answer = ask(path, cast.a_administrator)
        assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


def test_a_token_does_what_its_scopes_say(cast, ask) -> None:
    only_clients = frozenset({Permission.CLIENT_VIEW})
    assert ask(f"{CLIENTS}/{cast.a.slug}", scopes=only_clients).status_code == 200
    answer = ask(f"{CLIENTS}/{cast.a.slug}/websites", scopes=only_clients)
    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)


def test_a_website_is_made(cast, ask) -> None:
    answer = ask(f"{CLIENTS}/{cast.a.slug}/websites", name="Shop", url="https://shop.example.org/")
    assert answer.status_code == 201
    made = Website.objects.get(pk=answer.json()["id"])
    assert (made.client, made.slug, answer.json()["client"]) == (cast.a, "shop", cast.a.slug)
    assert ask(f"/api/v1/websites/{made.pk}").json()["url"] == "https://shop.example.org/"


@pytest.mark.parametrize("url", ["ftp://example.org/", "https://user:secret@example.org/", "nonsense", ""])
def test_a_wrong_address_is_named(cast, ask, url) -> None:
    answer = ask(f"{CLIENTS}/{cast.a.slug}/websites", name="Shop", url=url)
    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert [each["field"] for each in answer.json()["errors"]] == ["url"]
    assert cast.a.websites.count() == 1


def test_what_is_missing_is_named(cast, ask) -> None:
    answer = ask(f"{CLIENTS}/{cast.a.slug}/websites", url="https://shop.example.org/")
    assert [each["field"] for each in answer.json()["errors"]] == ["name"]


def test_an_auditor_makes_no_website(cast, ask) -> None:
    given = {"name": "Shop", "url": "https://shop.example.org/"}
    assert ask(f"{CLIENTS}/{cast.a.slug}/websites", cast.auditor, **given).status_code == 403
    assert ask(f"{CLIENTS}/{cast.a.slug}/websites", cast.a_administrator, **given).status_code == 403
    assert ask(f"{CLIENTS}/{cast.b.slug}/websites", cast.a_administrator, **given).status_code == 404


def test_agreements_hold_every_term(cast, ask) -> None:
    listed = ask(f"{CLIENTS}/{cast.a.slug}/agreements", cast.a_administrator).json()
    assert [each["version"] for each in listed] == [1]
    assert listed[0]["terms"]["downtime"]["hours_a_year"] == 40
    assert ask(f"{CLIENTS}/{cast.a.slug}/agreement").json()["id"] == listed[0]["id"]


@pytest.mark.parametrize("path", [CLIENTS, f"{CLIENTS}/alder/websites"])
def test_the_number_of_queries_does_not_grow(cast, client, path, django_assert_max_num_queries) -> None:
    secret = cast.token(cast.administrator)
    client.get(path, headers=bearer(secret))
    with django_assert_max_num_queries(50) as one:
        client.get(path, headers=bearer(secret))
    for _ in range(3):
        cast.website(cast.a)
    with django_assert_max_num_queries(50) as many:
        client.get(path, headers=bearer(secret))
    assert len(many) == len(one)


@pytest.mark.django_db
def test_the_description_names_every_address(client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/clients/{slug}/websites" in described["paths"]
    assert described["components"]["securitySchemes"]


def test_the_name_of_a_website_is_one_line(cast, client) -> None:
    headers = {"Authorization": f"Bearer {cast.token(cast.administrator)}"}
    for name, code in (("Shop\r\nBcc: all@example.org", 201), (" \r\n ", 422)):
        given = {"name": name, "url": "https://shop.example.org/"}
        answer = client.post("/api/v1/clients/alder/websites", given, content_type="application/json", headers=headers)
        assert answer.status_code == code
    assert cast.a.websites.filter(name="Shop Bcc: all@example.org").exists()
