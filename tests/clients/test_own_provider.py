"""A client's own provider: what is believed of it, and whom it signs in."""

import json
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.utils import timezone

from mainstay.access import actions as access
from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients import actions, providers
from mainstay.clients.identity_facts import Claims
from mainstay.clients.models import ProviderConnection, ProviderLink
from mainstay.clients.queries.identity import must_use_provider, provider_for
from mainstay.clients.rules.identity import Known, Verdict, verdict
from mainstay.common.addresses.asking import Answer
from tests.clients.identity import ISSUER, provider_of
from tests.clients.people import TESTS, domain_of

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NEW = Claims(subject="s-1", email="nina@alder.example", is_verified=True, name="Nina")


class Provider:
    """What the provider answers, by address; its ID token holds `said`."""

    def __init__(self) -> None:
        self.metadata: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        self.said: dict[str, Any] = {
            "iss": ISSUER, "aud": "mainstay", "sub": "s-1", "iat": int(time.time()), "exp": int(time.time()) + 300,
            "nonce": "n", "email": "nina@alder.example", "email_verified": True, "name": "Nina",
        }  # fmt: skip
        self.key: Any = KEY
        self.algorithm = "RS256"
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def ask(self, url: str, **more: Any) -> Answer:
        self.asked.append((url, more))
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        token = jwt.encode(self.said, self.key, algorithm=self.algorithm, headers={"kid": "k"})
        bodies = {
            f"{ISSUER}{providers.WELL_KNOWN}": self.metadata,
            f"{ISSUER}/keys": {"keys": [{**public, "kid": "k", "use": "sig", "alg": "RS256"}]},
            f"{ISSUER}/token": {"id_token": token},
        }
        return Answer(url, 200, {}, json.dumps(bodies[url]).encode())


@pytest.fixture
def provider(monkeypatch) -> Provider:
    found = Provider()
    monkeypatch.setattr(providers, "ask", found.ask)
    return found


def claims_of(connection: ProviderConnection) -> Claims:
    return providers.claims_for(connection, code="c", verifier="v", nonce="n", redirect_uri="https://x.example/")


def test_a_token_that_holds_what_it_must_is_believed(cast, provider):
    connection = provider_of(cast.a, cast.account_manager)
    assert claims_of(connection) == NEW
    url, given = provider.asked[1]
    assert url == f"{ISSUER}/token"
    assert parse_qs(given["body"].decode())["code_verifier"] == ["v"]


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("iss", "https://evil.example"),
        ("aud", "another"),
        ("aud", ["mainstay", "another"]),
        ("exp", 1_700_000_000),
        ("nonce", "another"),
        ("nonce", None),
        ("sub", None),
    ],
)
def test_a_token_for_others_of_others_or_of_old_is_not_believed(cast, provider, what, value):
    connection = provider_of(cast.a, cast.account_manager)
    provider.said[what] = value
    if value is None:
        del provider.said[what]
    with pytest.raises(providers.ProviderProblem):
        claims_of(connection)


@pytest.mark.parametrize(
    ("key", "algorithm"), [(OTHER_KEY, "RS256"), ("a secret of 32 bytes and more, yes", "HS256"), (None, "none")]
)
def test_a_token_that_the_provider_did_not_sign_is_not_believed(cast, provider, key, algorithm):
    connection = provider_of(cast.a, cast.account_manager)
    provider.key, provider.algorithm = key, algorithm
    with pytest.raises(providers.ProviderProblem):
        claims_of(connection)


@pytest.mark.parametrize(
    "change",
    [{"issuer": "https://evil.example"}, {"token_endpoint": None}, {"jwks_uri": "http://login.alder.example/keys"},
     {"code_challenge_methods_supported": ["plain"]}, {"authorization_endpoint": "javascript:alert(1)"}],
)  # fmt: skip
def test_a_provider_that_says_something_odd_of_itself_is_not_asked_on(cast, provider, change):
    connection = provider_of(cast.a, cast.account_manager)
    provider.metadata |= change
    with pytest.raises(providers.ProviderProblem):
        providers.metadata_of(connection)


def test_one_in_a_private_network_leads_to_websites_alone(cast, provider):
    connection = provider_of(cast.a, cast.administrator, is_private=True)
    provider.metadata |= {"authorization_endpoint": "javascript:alert(1)"}
    with pytest.raises(providers.ProviderProblem):
        providers.metadata_of(connection)


def test_what_should_be_a_list_and_is_none_was_not_said(cast, provider):
    provider.metadata |= {"code_challenge_methods_supported": None, "token_endpoint_auth_methods_supported": 5}
    assert claims_of(provider_of(cast.a, cast.account_manager)) == NEW


@pytest.mark.parametrize(
    "email", ["x@evil.example, nina@alder.example", "a\x00b@alder.example", "a\r\nb@alder.example", 5]
)
def test_what_is_not_one_address_is_no_address(cast, provider, email):
    provider.said |= {"email": email}
    assert claims_of(provider_of(cast.a, cast.account_manager)).email == ""


def test_a_subject_that_no_database_holds_is_not_believed(cast, provider):
    provider.said |= {"sub": "a\x00b"}
    with pytest.raises(providers.ProviderProblem):
        claims_of(provider_of(cast.a, cast.account_manager))


@pytest.mark.parametrize(
    "issuer",
    ["http://login.alder.example", "https://127.0.0.1", "https://[::1]/", "https://169.254.169.254/", "https://user@x.example",
     "https://login.alder.example/?x=1", "https://2130706433/"],
)  # fmt: skip
def test_an_issuer_inside_or_without_tls_is_refused(cast, issuer):
    with pytest.raises(actions.ConnectionRefused):
        provider_of(cast.a, cast.account_manager, issuer=issuer)


def test_the_secret_is_sealed_and_never_shown(cast, client):
    connection = provider_of(cast.a, cast.account_manager)
    assert "tell nobody" not in connection.sealed_secret
    client.force_login(cast.a_administrator)
    assert "tell nobody" not in client.get(f"/portal/{cast.a.slug}/people/provider/").text


def test_another_issuer_is_another_provider(cast):
    connection = provider_of(cast.a, cast.account_manager, makes_accounts=True)
    actions.sign_in_by_provider(connection=connection, claims=NEW, at=timezone.now())
    again = provider_of(cast.a, cast.account_manager, issuer="https://new.alder.example", secret="")
    assert (again.links.count(), again.secret) == (0, "")


def test_only_the_agencys_administrators_loosen_what_is_believed(cast):
    for field in ("is_private", "trusts_addresses"):
        for person in (cast.a_administrator, cast.account_manager):
            with pytest.raises(actions.ConnectionRefused):
                provider_of(cast.a, person, **{field: True})
        assert getattr(provider_of(cast.a, cast.administrator, **{field: True}), field)
        ProviderConnection.objects.all().delete()


@pytest.mark.parametrize(
    "change", [{"issuer": "https://other.alder.example"}, {"issuer": "http://10.0.0.5"}, {"application": "other"}]
)
def test_what_was_allowed_of_one_provider_is_not_of_the_next(cast, change):
    provider_of(cast.a, cast.administrator, is_private=True, trusts_addresses=True)
    if change.get("issuer", "").startswith("http:"):
        with pytest.raises(actions.ConnectionRefused):
            provider_of(cast.a, cast.a_administrator, **change)
    else:
        provider_of(cast.a, cast.a_administrator, **change)
        found = ProviderConnection.objects.get()
        assert (found.is_private, found.trusts_addresses) == (False, False)


def test_what_was_allowed_stays_while_the_provider_does(cast):
    provider_of(cast.a, cast.administrator, is_private=True, trusts_addresses=True)
    found = provider_of(cast.a, cast.a_administrator, name="Another name", secret="")
    assert (found.is_private, found.trusts_addresses, found.secret) == (True, True, "tell nobody")


def test_who_is_new_gets_in_with_the_small_role_where_that_is_wanted(cast):
    connection = provider_of(cast.a, cast.account_manager)
    with pytest.raises(actions.NotLetIn):
        actions.sign_in_by_provider(connection=connection, claims=NEW, at=timezone.now())
    assert not User.objects.filter(email=NEW.email).exists()
    connection = provider_of(cast.a, cast.account_manager, makes_accounts=True, role=Role.REQUESTER)
    user = actions.sign_in_by_provider(connection=connection, claims=NEW, at=timezone.now())
    assert (user.email, user.name, user.has_usable_password()) == (NEW.email, "Nina", False)
    assert cast.a.contacts.get(user=user).role == Role.REQUESTER
    assert actions.sign_in_by_provider(connection=connection, claims=NEW, at=timezone.now()) == user
    assert ProviderLink.objects.count() == 1


def test_who_left_stays_out_whatever_the_provider_says(cast):
    connection = provider_of(cast.a, cast.account_manager, makes_accounts=True)
    user = actions.sign_in_by_provider(connection=connection, claims=NEW, at=timezone.now())
    contact = cast.a.contacts.get(user=user)
    actions.change_contact(contact=contact, is_active=False, by=cast.account_manager, at=timezone.now())
    for subject in ("s-1", "s-2"):
        claims = Claims(subject=subject, email=NEW.email, is_verified=True)
        with pytest.raises(actions.NotLetIn):
            actions.sign_in_by_provider(connection=connection, claims=claims, at=timezone.now())


def test_the_agencys_people_are_never_signed_in_by_a_client(cast):
    colleague = access.create_user(
        email="hal@alder.example", name="Hal", agency_role="helper", by=TESTS, at=timezone.now()
    )
    connection = provider_of(cast.a, cast.account_manager, makes_accounts=True)
    claims = Claims(subject="s-9", email=colleague.email, is_verified=True)
    with pytest.raises(actions.NotLetIn) as found:
        actions.sign_in_by_provider(connection=connection, claims=claims, at=timezone.now())
    assert found.value.verdict == Verdict.STAFF


def test_another_clients_people_are_not_signed_in(cast):
    connection = provider_of(cast.a, cast.account_manager, makes_accounts=True)
    claims = Claims(subject="s-9", email=cast.b_administrator.email, is_verified=True)
    with pytest.raises(actions.NotLetIn) as found:
        actions.sign_in_by_provider(connection=connection, claims=claims, at=timezone.now())
    assert found.value.verdict == Verdict.OTHER_DOMAIN


OPEN = {"email": "nina@alder.example", "is_staff": False, "is_open": True, "has_access": True}
DOMAINS = {"alder.example"}


@pytest.mark.parametrize(
    ("claims", "linked", "by_address", "makes", "expected"),
    [
        (NEW, None, None, True, Verdict.MAKE),
        (NEW, None, None, False, Verdict.NO_ACCESS),
        (NEW, None, OPEN, False, Verdict.LINK),
        (NEW, OPEN, None, False, Verdict.SIGN_IN),
        (NEW, None, {**OPEN, "has_access": False}, True, Verdict.LET_IN),
        (NEW, None, {**OPEN, "has_access": False}, False, Verdict.NO_ACCESS),
        (NEW, None, {**OPEN, "is_open": False}, True, Verdict.NO_ACCESS),
        (NEW, None, {**OPEN, "is_staff": True}, True, Verdict.STAFF),
        (NEW, {**OPEN, "is_staff": True}, None, True, Verdict.STAFF),
        (NEW, {**OPEN, "has_access": False}, None, True, Verdict.NO_ACCESS),
        (NEW, {**OPEN, "email": "nina@other.example"}, None, True, Verdict.OTHER_DOMAIN),
        (Claims(subject="s", email="nina@alder.example"), None, OPEN, True, Verdict.NO_ADDRESS),
        (Claims(subject="s"), None, None, True, Verdict.NO_ADDRESS),
        (Claims(subject="s", email="nina@sub.alder.example", is_verified=True), None, None, True, Verdict.OTHER_DOMAIN),
        (Claims(subject="s", email="nina@notalder.example", is_verified=True), None, None, True, Verdict.OTHER_DOMAIN),
    ],
)
def test_whom_a_provider_signs_in(claims, linked, by_address, makes, expected):
    found = verdict(
        claims,
        linked=Known(**linked) if linked else None,
        by_address=Known(**by_address) if by_address else None,
        domains=DOMAINS,
        makes_accounts=makes,
    )
    assert found == expected


def test_a_domain_that_is_not_verified_leads_to_no_provider(cast):
    domain_of(cast.a, is_verified=False)
    provider_of(cast.a, cast.account_manager)
    assert provider_for("nina@alder.example") is None


def test_by_the_provider_alone_holds_for_all_but_the_administrators(cast, client):
    connection = provider_of(cast.a, cast.account_manager, makes_accounts=True, is_required=True)
    user = actions.sign_in_by_provider(connection=connection, claims=NEW, at=timezone.now())
    user.set_password("a lantern over calm water")
    user.save()
    assert must_use_provider(user)
    given = {"login": user.email, "password": "a lantern over calm water"}
    assert client.post("/accounts/login/", given)["Location"] == "/accounts/organisation/"
    assert "_auth_user_id" not in client.session
    cast.a.contacts.filter(user=user).update(role=Role.CLIENT_ADMINISTRATOR)
    assert not must_use_provider(user)


def begun(client, email: str = "nina@alder.example") -> dict[str, list[str]]:
    page = client.post("/accounts/organisation/", {"email": email, "next": "/account/"})
    assert page.status_code == 200
    return parse_qs(urlsplit(page.context["to"]).query)


def test_there_and_back_again(cast, client, provider):
    provider_of(cast.a, cast.account_manager, makes_accounts=True)
    asked = begun(client)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["client_id"] == ["mainstay"]
    provider.said["nonce"] = asked["nonce"][0]
    answer = client.get("/accounts/organisation/return/", {"state": asked["state"][0], "code": "c"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert client.session["_auth_user_id"] == str(User.objects.get(email=NEW.email).pk)


@pytest.mark.parametrize("how", ["other state", "no state", "twice", "late", "other browser", "other issuer"])
def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(cast, client, provider, how):
    provider_of(cast.a, cast.account_manager, makes_accounts=True)
    asked = begun(client)
    provider.said["nonce"] = asked["nonce"][0]
    given = {"state": asked["state"][0], "code": "c"}
    if how == "other state":
        given["state"] = "another"
    elif how == "no state":
        del given["state"]
    elif how == "twice":
        client.get("/accounts/organisation/return/", {**given, "state": "another"})
    elif how == "late":
        session = client.session
        session["organisation_sign_in"] = {**session["organisation_sign_in"], "at": time.time() - 3600}
        session.save()
    elif how == "other browser":
        client.cookies.clear()
    else:
        given["iss"] = "https://evil.example"
    assert client.get("/accounts/organisation/return/", given).status_code == 403
    assert "_auth_user_id" not in client.session


def test_no_way_leads_on_to_another_website_afterwards(cast, client, provider):
    provider_of(cast.a, cast.account_manager, makes_accounts=True)
    client.post("/accounts/organisation/", {"email": NEW.email, "next": "https://evil.example/"})
    assert client.session["organisation_sign_in"]["next"] is None


def test_an_address_of_nobody_is_answered_whether_or_not_there_is_an_account(cast, client):
    answers = [
        client.post("/accounts/organisation/", {"email": email})
        for email in (cast.b_administrator.email, "x@y.example")
    ]
    assert {each.status_code for each in answers} == {200}
    assert all("No organisation signs people in for this address" in each.text for each in answers)


def test_trying_it_says_what_is_wrong(cast, client, provider):
    connection = provider_of(cast.a, cast.account_manager)
    client.force_login(cast.a_administrator)
    client.post(f"/portal/{cast.a.slug}/people/provider/trial/")
    connection.refresh_from_db()
    assert (connection.problem, connection.tried_at > timezone.now() - timedelta(minutes=1)) == ("", True)
    provider.metadata["issuer"] = "https://other.example"
    shown = client.post(f"/portal/{cast.a.slug}/people/provider/trial/", follow=True).text
    assert 'toast-warning">It does not work yet.' in shown
    connection.refresh_from_db()
    assert connection.problem == "It calls itself by another name than the issuer that was entered."


def test_trying_it_without_end_asks_the_provider_no_more(cast, client, provider):
    cache.clear()
    provider_of(cast.a, cast.account_manager)
    client.force_login(cast.a_administrator)
    page = f"/portal/{cast.a.slug}/people/provider/trial/"
    answers = [client.post(page).status_code for _ in range(31)]
    assert answers == [302] * 30 + [429]
    assert len(provider.asked) == 60
