"""The promise board on pages and in the API."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mainstay.promises.policy_text import policy_text
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_portal_shows_the_whole_policy_with_every_clause(client: Client, cast: Cast):
    client.force_login(cast.a_viewer)
    content = client.get("/portal/alder/promises/").content.decode()
    for clause in policy_text().clauses.values():
        assert f'id="clause-{clause.id}"' in content
    for section in policy_text().sections:
        assert section.heading in content
    assert "a maximum of 40 hours of downtime per annum" in content
    assert "promises are kept" in content


def test_every_link_to_evidence_answers(client: Client, cast: Cast):
    client.force_login(cast.a_viewer)
    for address in ("tickets", "people", "reports", ""):
        assert client.get(f"/portal/alder/{address}/".replace("//", "/")).status_code == 200


def test_the_console_shows_one_clients_board(client: Client, cast: Cast):
    client.force_login(cast.auditor)
    answer = client.get("/console/promises/alder/")
    assert answer.status_code == 200
    assert "Max Manager is your account manager" in answer.content.decode()


def test_another_clients_board_does_not_exist_for_a_client(client: Client, cast: Cast):
    client.force_login(cast.b_administrator)
    assert client.get("/portal/alder/promises/").status_code == 404
    assert client.post("/portal/alder/promises/").status_code in (404, 405)


def test_the_overview_has_a_cell_for_every_client_and_clause(client: Client, cast: Cast):
    client.force_login(cast.helper)
    content = client.get("/console/promises/").content.decode()
    assert content.count("matrix-cell") == 3 * len(policy_text().clauses)


def test_the_overview_takes_the_same_queries_for_more_websites(client: Client, cast: Cast):
    client.force_login(cast.helper)
    client.get("/console/promises/")
    with CaptureQueriesContext(connection) as few:
        client.get("/console/promises/")
    for _ in range(3):
        cast.website(cast.a)
    with CaptureQueriesContext(connection) as more:
        client.get("/console/promises/")
    assert len(more) == len(few)


def test_the_api_gives_every_promise(client: Client, cast: Cast):
    headers = {"Authorization": f"Bearer {cast.token(cast.a_administrator)}"}
    found = client.get("/api/v1/clients/alder/promises", headers=headers).json()
    assert [each["clause"] for each in found] == list(policy_text().clauses)
    assert {each["verdict"] for each in found} <= {"kept", "at_risk", "broken", "unproven"}
    assert all(datetime.fromisoformat(each["since"]).tzinfo for each in found)
