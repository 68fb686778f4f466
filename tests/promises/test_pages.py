"""The promise board on pages and in the API."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from mainstay.clients.models import Organisation
from mainstay.common.facts import Process
from mainstay.promises import actions
from mainstay.promises.policy_text import policy_text
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BY = Process("promises")


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


def test_the_overview_shows_what_was_judged_and_when(client: Client, cast: Cast, now: datetime):
    actions.take(clients=[cast.a, cast.b], by=BY, at=now)
    client.force_login(cast.helper)
    content = client.get("/console/promises/").content.decode()
    assert "as judged" in content
    assert now.strftime("%Y-%m-%dT%H:%M") in content
    assert "nothing judged yet" in content  # the agency itself was not


def test_the_overview_can_show_only_what_is_at_risk_and_one_clause(client: Client, cast: Cast, now: datetime):
    yesterday = now.date() - timedelta(days=1)
    for each in (cast.a, cast.b):
        each.reviews.create(due_on=yesterday, held_on=yesterday)
    cast.a.assignments.update(ends_at=now - timedelta(days=1))
    actions.take(clients=[cast.a, cast.b], by=BY, at=now)
    client.force_login(cast.helper)
    grave = client.get("/console/promises/?clause=S6&only=grave").content.decode()
    assert "Alder Books" in grave
    assert cast.b.name not in grave
    assert "nobody is named" in grave
    every = client.get("/console/promises/?clause=S6").content.decode()
    assert every.index("Alder Books") < every.index(cast.b.name)
    assert "Nothing is broken" in client.get("/console/promises/?clause=D1&only=grave").content.decode()
    assert client.get("/console/promises/?clause=Z9&only=x").status_code == 200


def test_the_overview_takes_the_same_queries_for_one_client_and_many(client: Client, cast: Cast, now: datetime):
    client.force_login(cast.helper)
    actions.take(clients=[cast.a], by=BY, at=now)
    with CaptureQueriesContext(connection) as few:
        client.get("/console/promises/")
    for number in range(3):
        Organisation.objects.create(name=f"More {number}", slug=f"more-{number}", kind="client", created_at=now)
    actions.take(clients=[cast.a, cast.b, cast.agency], by=BY, at=now)
    with CaptureQueriesContext(connection) as many:
        client.get("/console/promises/")
    assert len(many) == len(few) < 12


def test_a_board_takes_a_bounded_number_of_queries(client: Client, cast: Cast, now: datetime):
    actions.take(clients=[cast.a], by=BY, at=now)
    client.force_login(cast.a_viewer)
    with CaptureQueriesContext(connection) as few:
        client.get("/portal/alder/promises/")
    for _ in range(4):
        cast.website(cast.a)
        cast.ticket(cast.a)
    with CaptureQueriesContext(connection) as many:
        client.get("/portal/alder/promises/")
    assert len(many) == len(few) < 66


def test_the_board_says_what_this_agreement_promises(client: Client, cast: Cast):
    client.force_login(cast.a_viewer)
    content = client.get("/portal/alder/promises/").content.decode()
    assert "by version 1 of the agreement" in content
    assert "at most 40 h of downtime in a contract year" in content
    assert "To the limit" in content


@pytest.mark.parametrize("clause", list(policy_text().clauses))
def test_every_clause_has_its_rule_its_history_and_its_evidence(client: Client, cast: Cast, now: datetime, clause: str):
    actions.take(clients=[cast.a], by=BY, at=now)
    described = policy_text().clauses[clause]
    client.force_login(cast.a_viewer)
    content = client.get(f"/portal/alder/promises/{clause}/").content.decode()
    assert escape(described.measured) in content
    assert escape(described.breaks) in content
    assert "Verdicts that were kept" in content
    assert f"/portal/alder/promises/{clause}/" in client.get("/portal/alder/promises/").content.decode()
    client.force_login(cast.auditor)
    assert client.get(f"/console/promises/alder/{clause}/").status_code == 200


def test_a_clause_that_is_none_is_not_found(client: Client, cast: Cast):
    client.force_login(cast.a_viewer)
    assert client.get("/portal/alder/promises/Z9/").status_code == 404
    client.force_login(cast.b_administrator)
    assert client.get("/portal/alder/promises/S2/").status_code == 404


def test_without_an_agreement_the_board_says_so(client: Client, cast: Cast, now: datetime):
    bare = Organisation.objects.create(name="Bare", slug="bare", kind="client", created_at=now)
    client.force_login(cast.auditor)
    assert "No agreement is in force" in client.get(f"/console/promises/{bare.slug}/").content.decode()
    assert "No verdict has been kept yet" in client.get(f"/console/promises/{bare.slug}/S2/").content.decode()


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
