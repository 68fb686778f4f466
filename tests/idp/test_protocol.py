"""The ends of the protocol: exact addresses, proof keys, whom it lets in, and what ends at once."""

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.idp.oidc.internal.oauthlib import authorization_codes
from allauth.idp.oidc.models import Token
from django.test import Client
from django.utils import timezone

from mainstay.access import actions as access
from mainstay.access.facts import Role
from mainstay.clients import actions as clients
from mainstay.idp import actions
from mainstay.idp.models import RelyingParty, SigningKey, Visit
from tests.idp.parties import CALLBACK, party_of, registered

VERIFIER = "a-proof-key-that-is-long-enough-to-be-one-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def question(party: RelyingParty, **more: str) -> dict[str, str]:
    return {
        "client_id": party.application_id,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid profile email roles",
        "state": "a-state",
        "nonce": "a-nonce",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **more,
    }


def agreed(client: Client, party: RelyingParty) -> str:
    """The code after somebody agreed."""
    page = client.get("/identity/authorize", question(party))
    assert page.status_code == 200, page.content
    request = page.context["form"].initial["request"]
    answer = client.post("/identity/authorize", {"request": request, "action": "grant"})
    assert answer.status_code == 302
    given = parse_qs(urlsplit(answer["Location"]).query)
    assert given["state"] == ["a-state"]
    return given["code"][0]


def tokens(party: RelyingParty, secret: str, **given: str) -> Any:
    basic = base64.b64encode(f"{party.application_id}:{secret}".encode()).decode()
    return Client().post("/identity/token", given, headers={"Authorization": f"Basic {basic}"})


def exchanged(party: RelyingParty, secret: str, code: str, verifier: str = VERIFIER) -> Any:
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": verifier}
    return tokens(party, secret, **given)


@pytest.fixture
def entered(cast, client) -> dict[str, Any]:
    """A client's administrator was signed in at a website: the tokens, the party and its secret."""
    party, secret = registered(cast.a, cast.administrator)
    client.force_login(cast.a_administrator)
    answer = exchanged(party, secret, agreed(client, party))
    assert answer.status_code == 200, answer.content
    return {"party": party, "secret": secret, **answer.json()}


def userinfo(token: str) -> Any:
    return Client().get("/identity/userinfo", headers={"Authorization": f"Bearer {token}"})


def test_discovery_names_the_configured_address_whatever_host_is_asked(client, db, settings):
    settings.MAINSTAY = replace(settings.MAINSTAY, url="https://desk.agency.example/")
    said = client.get("/.well-known/openid-configuration", headers={"host": "localhost"}).json()
    assert said["issuer"] == "https://desk.agency.example"
    ends = [value for name, value in said.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(ends) == 6
    assert all(each.startswith("https://desk.agency.example/") for each in ends)
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["response_types_supported"] == ["code"]
    assert said["backchannel_logout_supported"] is True


def test_the_id_token_says_who_and_as_what_and_is_signed_by_a_published_key(entered, cast):
    keys = jwt.PyJWKSet.from_dict(Client().get("/.well-known/jwks.json").json())
    head = jwt.get_unverified_header(entered["id_token"])
    claims = jwt.decode(
        entered["id_token"], keys[head["kid"]], algorithms=["RS256"], audience=entered["party"].application_id
    )
    assert claims["nonce"] == "a-nonce"
    assert claims["iss"] == "http://127.0.0.1:8000"
    assert claims["sub"] == str(cast.a_administrator.pk)
    assert (claims["name"], claims["email"]) == (cast.a_administrator.name, cast.a_administrator.email)
    assert claims["roles"] == ["client_administrator"]
    assert userinfo(entered["access_token"]).json()["roles"] == ["client_administrator"]


def test_keys_are_sealed_and_published_without_their_private_part(entered):
    key = SigningKey.objects.get()
    assert "PRIVATE" not in key.sealed_pem
    (published,) = Client().get("/.well-known/jwks.json").json()["keys"]
    assert set(published) == {"kty", "n", "e", "kid", "key_ops"} or "d" not in published


def test_the_secret_is_kept_as_a_hash(entered):
    application = entered["party"].application
    application.refresh_from_db()
    assert entered["secret"] not in application.secret
    assert application.check_secret(entered["secret"])


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "nobody"},
        {"client_id": "nobody\x00"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK + "?next=x"},
        {"redirect_uri": CALLBACK + "#x"},
        {"redirect_uri": CALLBACK.upper()},
        {"redirect_uri": ""},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered_letter_by_letter(cast, client, change):
    party = party_of(cast.a, cast.administrator)
    client.force_login(cast.a_administrator)
    answer = client.get("/identity/authorize", question(party, **change))
    assert answer.status_code == 400
    assert "Location" not in answer


@pytest.mark.parametrize(
    "change",
    [
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
    ],
)
def test_a_proof_key_is_required_of_everybody_and_never_in_plain_text(cast, client, change):
    party = party_of(cast.a, cast.administrator)
    client.force_login(cast.a_administrator)
    answer = client.get("/identity/authorize", question(party, **change))
    assert answer["Location"].startswith(f"{CALLBACK}?error=invalid_request")
    assert "state=a-state" in answer["Location"]


def test_one_that_keeps_a_secret_may_do_without_a_proof_key_where_somebody_says_so(cast, client):
    redirect = "https://www.alder.example/wp-admin/admin-ajax.php?action=openid-connect-authorize"
    party, secret = registered(cast.a, cast.administrator, needs_proof_key=False, redirects=[redirect])
    client.force_login(cast.a_administrator)
    asked = question(party, redirect_uri=redirect)
    del asked["code_challenge"], asked["code_challenge_method"]
    page = client.get("/identity/authorize", asked)
    answer = client.post("/identity/authorize", {"request": page.context["form"].initial["request"], "action": "grant"})
    given = parse_qs(urlsplit(answer["Location"]).query)
    assert given["action"] == ["openid-connect-authorize"]
    code = {"grant_type": "authorization_code", "code": given["code"][0], "redirect_uri": redirect}
    assert tokens(party, secret, **code).status_code == 200
    plain = client.get("/identity/authorize", {**asked, "code_challenge": "x" * 43, "code_challenge_method": "plain"})
    assert "error=invalid_request" in plain["Location"]
    with pytest.raises(actions.PartyRefused):
        registered(cast.a, cast.administrator, needs_proof_key=False, is_confidential=False)


@pytest.mark.parametrize("response_type", ["token", "id_token", "code id_token"])
def test_no_token_passes_through_the_browser(cast, client, response_type):
    party = party_of(cast.a, cast.administrator)
    client.force_login(cast.a_administrator)
    answer = client.get("/identity/authorize", question(party, response_type=response_type))
    assert "error=" in answer.get("Location", "error=")
    assert not Token.objects.exists()


def test_a_code_works_once_with_its_proof_key_and_secret(cast, client):
    party, secret = registered(cast.a, cast.administrator)
    client.force_login(cast.a_administrator)
    code = agreed(client, party)
    assert exchanged(party, secret, code, verifier="x" * 50).status_code == 400
    assert exchanged(party, "mso_wrong", code).status_code == 401
    assert exchanged(party, secret, code).status_code == 200
    assert exchanged(party, secret, code).status_code == 400


def test_of_two_that_come_with_a_code_at_once_one_gets_tokens(cast, client, monkeypatch):
    party, secret = registered(cast.a, cast.administrator)
    client.force_login(cast.a_administrator)
    code = agreed(client, party)
    monkeypatch.setattr(authorization_codes, "invalidate", lambda *_which: None)  # the other looked before that
    assert exchanged(party, secret, code).status_code == 200
    kept = Token.objects.count()
    assert exchanged(party, secret, code).json() == {"error": "invalid_grant"}
    assert Token.objects.count() == kept


def test_what_somebody_adds_to_the_answer_changes_nothing(cast, client):
    party = party_of(cast.a, cast.administrator)
    client.force_login(cast.a_administrator)
    page = client.get("/identity/authorize", question(party, scope="openid"))
    given = {"request": page.context["form"].initial["request"], "action": "grant", "scopes": ["everything", "roles"]}
    assert client.post("/identity/authorize", given).status_code == 302
    assert Visit.objects.get().scopes == ["openid"]


def test_a_code_of_one_website_is_nothing_at_another(cast, client):
    party = party_of(cast.a, cast.administrator)
    other, its_secret = registered(cast.b, cast.administrator)
    client.force_login(cast.a_administrator)
    assert exchanged(other, its_secret, agreed(client, party)).status_code == 400


def test_only_those_with_a_role_there_get_in(cast, client):
    of_a, of_b = party_of(cast.a, cast.administrator), party_of(cast.b, cast.administrator)
    for person, party, status in (
        (cast.a_administrator, of_a, 200),
        (cast.a_administrator, of_b, 403),
        (cast.a_viewer, of_a, 403),
        (cast.b_administrator, of_a, 403),
        (cast.administrator, of_a, 200),
        (cast.auditor, of_a, 403),
    ):
        client.force_login(person)
        assert client.get("/identity/authorize", question(party)).status_code == status, (person, party)


def test_a_role_at_one_website_counts_there_alone(cast, client):
    one, two = cast.website(cast.a), cast.website(cast.a)
    contact = cast.a.contacts.get(user=cast.a_viewer)
    clients.set_website_roles(contact=contact, roles={one.pk: Role.EDITOR}, by=cast.account_manager, at=timezone.now())
    at_one = party_of(cast.a, cast.administrator, website_id=one.pk)
    at_two = party_of(cast.a, cast.administrator, website_id=two.pk)
    client.force_login(cast.a_viewer)
    assert client.get("/identity/authorize", question(at_one)).status_code == 200
    assert client.get("/identity/authorize", question(at_two)).status_code == 403


def test_what_is_told_is_asked_once_and_said_in_words(cast, client):
    party, secret = registered(cast.a, cast.administrator)
    client.force_login(cast.a_administrator)
    page = client.get("/identity/authorize", question(party))
    assert "your e-mail address" in page.text
    assert "form-action" in page["Content-Security-Policy"]
    assert "https://www.alder.example" in page["Content-Security-Policy"]
    exchanged(party, secret, agreed(client, party))
    again = client.get("/identity/authorize", question(party))
    assert (again.status_code, again["Location"].startswith(CALLBACK)) == (302, True)
    asked = client.get("/identity/authorize", question(party, prompt="consent"))
    assert asked.status_code == 200


def test_who_says_no_goes_back_without_anything(cast, client):
    party = party_of(cast.a, cast.administrator)
    client.force_login(cast.a_administrator)
    page = client.get("/identity/authorize", question(party))
    given = {"request": page.context["form"].initial["request"], "action": "cancel"}
    answer = client.post("/identity/authorize", given)
    assert "error=access_denied" in answer["Location"]
    assert not Visit.objects.exists()


def test_silent_sign_in_needs_that_somebody_agreed_before(cast, client):
    party, secret = registered(cast.a, cast.administrator)
    other = party_of(cast.a, cast.administrator, name="Another")
    client.force_login(cast.a_administrator)
    assert "error=consent_required" in client.get("/identity/authorize", question(party, prompt="none"))["Location"]
    exchanged(party, secret, agreed(client, party))
    assert "code=" in client.get("/identity/authorize", question(party, prompt="none"))["Location"]
    assert "error=consent_required" in client.get("/identity/authorize", question(other, prompt="none"))["Location"]


def test_a_stranger_signs_in_first(cast, client):
    answer = client.get("/identity/authorize", question(party_of(cast.a, cast.administrator)))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/identity/authorize")


def test_refreshing_gives_new_tokens_and_ends_the_old(entered):
    given = {"grant_type": "refresh_token", "refresh_token": entered["refresh_token"]}
    first = tokens(entered["party"], entered["secret"], **given)
    assert first.status_code == 200
    assert tokens(entered["party"], entered["secret"], **given).status_code == 400
    assert userinfo(first.json()["access_token"]).status_code == 200


@pytest.mark.parametrize("how", ["role", "left", "suspended", "not let in", "removed"])
def test_lost_access_ends_tokens_with_the_next_request(entered, cast, how):
    party, person, now = entered["party"], cast.a_administrator, timezone.now()
    contact = cast.a.contacts.get(user=person)
    if how == "role":
        clients.change_contact(contact=contact, role=Role.VIEWER, by=cast.account_manager, at=now)
    elif how == "left":
        clients.change_contact(contact=contact, is_active=False, by=cast.account_manager, at=now)
    elif how == "suspended":
        access.suspend(user=person, by=cast.administrator, at=now)
    elif how == "not let in":
        RelyingParty.objects.filter(pk=party.pk).update(lets_in=["editor"])
    else:
        actions.remove_party(party=party, by=cast.administrator, at=now)
    assert userinfo(entered["access_token"]).status_code == 401
    given = {"grant_type": "refresh_token", "refresh_token": entered["refresh_token"]}
    answer = tokens(party, entered["secret"], **given)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert not Token.objects.filter(type=Token.Type.REFRESH_TOKEN).exists()


def test_a_code_is_nothing_any_more_once_access_was_lost(cast, client):
    party, secret = registered(cast.a, cast.administrator)
    client.force_login(cast.a_administrator)
    code = agreed(client, party)
    contact = cast.a.contacts.get(user=cast.a_administrator)
    clients.change_contact(contact=contact, role=Role.VIEWER, by=cast.account_manager, at=timezone.now())
    assert exchanged(party, secret, code).status_code == 400


def test_a_token_that_was_revoked_opens_nothing(entered):
    party = entered["party"]
    basic = base64.b64encode(f"{party.application_id}:{entered['secret']}".encode()).decode()
    given = {"token": entered["access_token"]}
    assert Client().post("/identity/revoke", given, headers={"Authorization": f"Basic {basic}"}).status_code == 200
    assert userinfo(entered["access_token"]).status_code == 401


def test_another_secret_ends_the_one_before(entered, cast):
    secret = actions.rotate_secret(party=entered["party"], by=cast.administrator, at=timezone.now())
    given = {"grant_type": "refresh_token", "refresh_token": entered["refresh_token"]}
    assert tokens(entered["party"], entered["secret"], **given).status_code == 401
    assert tokens(entered["party"], secret, **given).status_code == 200


@pytest.mark.parametrize(
    "grant", ["password", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code", ""]
)
def test_no_other_way_gives_tokens(entered, grant):
    answer = tokens(entered["party"], entered["secret"], grant_type=grant)
    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})


def test_a_program_without_a_secret_proves_itself_by_its_key_alone(cast, client):
    party, secret = registered(cast.a, cast.administrator, is_confidential=False)
    assert secret == ""
    client.force_login(cast.a_administrator)
    code = agreed(client, party)
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": party.application_id,
    }
    assert client.post("/identity/token", given).status_code == 400
    assert client.post("/identity/token", {**given, "code_verifier": VERIFIER}).status_code == 200


def test_nothing_of_the_answer_is_kept_by_caches(entered):
    answer = userinfo(entered["access_token"])
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(answer.content)["sub"]


def test_whoever_must_have_a_second_factor_sets_it_up_before_going_on(cast, client, settings):
    settings.MAINSTAY = replace(settings.MAINSTAY, second_factor=True)
    party = party_of(cast.a, cast.administrator)
    client.force_login(cast.a_administrator)
    answer = client.get("/identity/authorize", question(party))
    assert (answer.status_code, answer["Location"]) == (302, "/account/second-factor/")
    silent = client.get("/identity/authorize", question(party, prompt="none"))
    assert "error=interaction_required" in silent["Location"]
