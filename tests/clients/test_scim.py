"""A client's directory manages the client's people (SCIM 2.0)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients import actions
from mainstay.clients.actions import provisioning
from mainstay.clients.models import Contact, ProvisioningToken
from mainstay.clients.rules import provisioning as rules
from mainstay.common.facts import FactRecord
from tests.clients.identity import key_of
from tests.clients.people import ASKED_AT

EMAIL = "nina@alder.example"
NINA = {
    "schemas": [rules.USER],
    "userName": EMAIL,
    "name": {"givenName": "Nina", "familyName": "Alder"},
    "active": True,
}


class Directory:
    """The client's directory with its key."""

    def __init__(self, secret: str) -> None:
        self.headers = {"Authorization": f"Bearer {secret}"}

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        data = {} if body is None else {"data": json.dumps(body), "content_type": rules_type()}
        return getattr(Client(), method)(f"/scim/v2/{path}", headers=self.headers, **data)


def rules_type() -> str:
    return "application/scim+json"


def patched(**values: Any) -> dict[str, Any]:
    operations = [{"op": "Replace", "path": name, "value": value} for name, value in values.items()]
    return {"schemas": [rules.PATCH], "Operations": operations}


@pytest.fixture
def directory(cast) -> Directory:
    return Directory(key_of(cast.a, cast.a_administrator)[1])


@pytest.mark.parametrize(
    "email",
    [
        "x@evil.example, nina@alder.example",
        "nina@evil.example nina@alder.example",
        "@alder.example",
        "a\r\nb@alder.example",
    ],
)
def test_who_is_added_has_one_address(directory, email):
    assert directory("post", "Users", {**NINA, "userName": email}).status_code == 400
    assert not User.objects.filter(name="Nina Alder").exists()


def test_somebody_is_added_to_read_and_found_again(cast, directory):
    answer = directory("post", "Users", NINA)
    assert (answer.status_code, answer["Content-Type"]) == (201, "application/scim+json")
    made = answer.json()
    assert (made["userName"], made["displayName"], made["active"]) == (EMAIL, "Nina Alder", True)
    assert answer["Location"] == made["meta"]["location"]
    contact = Contact.objects.get(pk=made["id"])
    assert (contact.client, contact.role, contact.user.has_usable_password()) == (cast.a, Role.VIEWER, False)
    found = directory("get", f'Users?filter=userName eq "{EMAIL.upper()}"').json()
    assert (found["totalResults"], found["Resources"][0]["id"]) == (1, made["id"])
    assert directory("get", f"Users/{made['id']}").json() == found["Resources"][0]


def test_somebody_on_the_list_is_not_added_twice(directory):
    assert directory("post", "Users", NINA).status_code == 201
    again = directory("post", "Users", NINA)
    assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")


@pytest.mark.parametrize("how", ["patch", "patch without a path", "word", "put", "delete"])
def test_who_goes_there_goes_here_by_the_same_step(cast, directory, how):
    pk = directory("post", "Users", NINA).json()["id"]
    if how == "patch":
        answer = directory("patch", f"Users/{pk}", patched(active=False))
    elif how == "patch without a path":
        body = {"schemas": [rules.PATCH], "Operations": [{"op": "replace", "value": {"active": False}}]}
        answer = directory("patch", f"Users/{pk}", body)
    elif how == "word":
        answer = directory("patch", f"Users/{pk}", patched(active="False"))
    elif how == "put":
        answer = directory("put", f"Users/{pk}", {**NINA, "active": False})
    else:
        answer = directory("delete", f"Users/{pk}")
    assert answer.status_code == (204 if how == "delete" else 200)
    contact = Contact.objects.get(pk=pk)
    assert (contact.is_active, contact.user.is_active) == (False, False)
    assert contact.departures.count() == 1
    assert directory("get", f"Users/{pk}").json()["active"] is False


def test_who_comes_back_reads_and_no_more(cast, directory):
    pk = directory("post", "Users", NINA).json()["id"]
    contact = Contact.objects.get(pk=pk)
    actions.change_contact(contact=contact, role=Role.PUBLISHER, by=cast.account_manager, at=timezone.now())
    directory("patch", f"Users/{pk}", patched(active=False))
    assert directory("patch", f"Users/{pk}", patched(active=True)).json()["active"] is True
    contact.refresh_from_db()
    assert (contact.role, contact.user.is_active) == (Role.VIEWER, True)


def test_a_directory_sees_its_own_clients_people_alone(cast, directory):
    theirs = cast.b.contacts.get(user=cast.b_administrator)
    assert directory("get", f"Users/{theirs.pk}").status_code == 404
    assert directory("delete", f"Users/{theirs.pk}").status_code == 404
    answer = directory("get", "Users")
    assert "canary" not in answer.text
    assert answer.json()["totalResults"] == cast.a.contacts.filter(user__isnull=False).count()
    found = directory("get", f'Users?filter=userName eq "{cast.b_administrator.email}"').json()
    assert found["totalResults"] == 0


@pytest.mark.parametrize("email", ["nina@elsewhere.example", "nina@sub.alder.example", "nina", "", None])
def test_only_addresses_at_the_clients_own_domains_are_let_in(directory, email):
    answer = directory("post", "Users", {**NINA, "userName": email})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
    assert not User.objects.filter(email__startswith="nina").exists()


def test_the_agencys_people_and_the_suspended_are_not_let_in(cast, directory):
    User.objects.filter(pk=cast.helper.pk).update(email=EMAIL)
    assert directory("post", "Users", NINA).status_code == 400
    User.objects.filter(pk=cast.helper.pk).update(agency_role="", is_active=False)
    assert directory("post", "Users", NINA).status_code == 400


def test_an_address_cannot_be_changed(directory):
    pk = directory("post", "Users", NINA).json()["id"]
    answer = directory("patch", f"Users/{pk}", patched(userName="other@alder.example"))
    assert (answer.status_code, answer.json()["scimType"]) == (400, "mutability")
    assert directory("patch", f"Users/{pk}", patched(displayName="Nina New")).json()["displayName"] == "Nina New"


@pytest.mark.parametrize("secret", ["", "mss_nonsense", "x" * 500, "mss_\x00"])
def test_without_a_key_that_works_nothing_opens(cast, secret):
    answer = Client().get("/scim/v2/Users", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["schemas"]) == (401, [rules.ERROR])


def test_a_key_that_ended_ran_out_or_lost_its_client_opens_nothing(cast):
    token, secret = key_of(cast.a, cast.a_administrator)
    directory = Directory(secret)
    assert directory("get", "Users").status_code == 200
    ProvisioningToken.objects.update(created_at=ASKED_AT, expires_at=timezone.now() - timedelta(days=1))
    assert directory("get", "Users").status_code == 401
    ProvisioningToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    provisioning.end_provisioning_token(token=token, by=cast.a_administrator, at=timezone.now())
    assert directory("get", "Users").status_code == 401


def test_a_key_of_the_api_is_none_here_and_the_other_way_round(cast):
    assert Directory(cast.token(cast.a_administrator))("get", "Users").status_code == 401
    secret = key_of(cast.a, cast.a_administrator)[1]
    assert Client().get("/api/v1/clients", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", 'Users?filter=emails co "x"', None),
        ("get", "Users?filter=nonsense", None),
        ("post", "Users", []),
        ("post", "Users", {**NINA, "active": "maybe"}),
        ("post", "Users", {**NINA, "displayName": "x\x00"}),
    ],
)
def test_what_is_not_understood_is_answered_as_the_rfc_has_it(directory, method, path, body):
    answer = directory(method, path, body)
    assert answer.status_code == 400
    said = answer.json()
    assert (said["schemas"], said["status"]) == ([rules.ERROR], "400")
    assert said["scimType"] in ("invalidFilter", "invalidSyntax", "invalidValue")


def test_pages_are_bounded_and_take_the_same_queries(cast, directory, django_assert_max_num_queries):
    for number in range(3):
        assert directory("post", "Users", {**NINA, "userName": f"p{number}@alder.example"}).status_code == 201
    with django_assert_max_num_queries(14):
        said = directory("get", "Users?startIndex=2&count=2").json()
    assert (said["startIndex"], said["itemsPerPage"]) == (2, 2)
    assert rules.page("-3", "100000") == (1, rules.PAGE_MAX)
    assert rules.page("x", "") == (1, rules.PAGE_MAX)
    assert directory("get", "Users?startIndex=999999999&count=1").json()["Resources"] == []


def test_it_says_what_it_speaks(directory):
    assert directory("get", "ServiceProviderConfig").json()["patch"] == {"supported": True}
    assert directory("get", "ResourceTypes").json()["Resources"][0]["endpoint"] == "/Users"
    assert directory("get", "Schemas").json()["Resources"][0]["id"] == rules.USER


def test_what_it_does_is_on_record(cast, directory):
    pk = directory("post", "Users", NINA).json()["id"]
    directory("delete", f"Users/{pk}")
    steps = [each.body["step"] for each in FactRecord.objects.filter(kind="clients.person_provisioned").order_by("pk")]
    assert steps == ["added", "removed"]
