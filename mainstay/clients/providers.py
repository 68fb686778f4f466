"""Talking to a client's OpenID provider, through the guard for addresses given by people.

Nothing that it says is believed before it was checked: the issuer of its own metadata (Discovery 1.0, 4.3), and of each
token signature, issuer, audience, expiry and nonce (OpenID Connect Core 1.0, 3.1.3.7). Only signatures by a key pair
count.
"""

import base64
from typing import Any
from urllib.parse import quote, urlencode

import jwt

from mainstay.clients.identity_facts import Claims
from mainstay.clients.models import ProviderConnection
from mainstay.common.addresses import AddressRefused
from mainstay.common.addresses.asking import Answer, NoAnswer, ask
from mainstay.common.mail import is_address

WELL_KNOWN = "/.well-known/openid-configuration"
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "ES384", "RS512", "EdDSA")
LEEWAY_S = 60
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SCOPES = "openid profile email"


class ProviderProblem(Exception):
    """The provider does not answer as one does. The text is a sentence for people, and holds no secret."""


def metadata_of(connection: ProviderConnection) -> dict[str, Any]:
    """What the provider says of itself, checked. Raises `ProviderProblem`."""
    said = _asked(connection, f"{connection.issuer.rstrip('/')}{WELL_KNOWN}")
    if not isinstance(said, dict) or said.get("issuer") != connection.issuer:
        raise ProviderProblem("It calls itself by another name than the issuer that was entered.")
    missing = [name for name in NEEDED if not isinstance(said.get(name), str)]
    if missing:
        raise ProviderProblem(f"It does not say: {', '.join(missing)}.")
    begins = ("https://", "http://") if connection.is_private else ("https://",)
    if any(not said[name].startswith(begins) for name in NEEDED):
        raise ProviderProblem("One of its addresses is not https://.")
    if "S256" not in _listed(said, "code_challenge_methods_supported", ["S256"]):
        raise ProviderProblem("It does not know proof keys (PKCE, S256).")
    return said


def keys_of(connection: ProviderConnection, metadata: dict[str, Any]) -> jwt.PyJWKSet:
    """The keys that the provider signs with. Raises `ProviderProblem`."""
    try:
        return jwt.PyJWKSet.from_dict(_asked(connection, metadata["jwks_uri"]))
    except (jwt.PyJWTError, AttributeError, TypeError) as problem:
        raise ProviderProblem("It publishes no keys that can be used.") from problem


def way_to(metadata: dict[str, Any], **given: str) -> str:
    """Where to send a person: the provider's page with our question."""
    to = metadata["authorization_endpoint"]
    return f"{to}{'&' if '?' in to else '?'}{urlencode({'response_type': 'code', 'scope': SCOPES, **given})}"


def claims_for(connection: ProviderConnection, *, code: str, verifier: str, nonce: str, redirect_uri: str) -> Claims:
    """Who came back with `code`. Raises `ProviderProblem`."""
    metadata = metadata_of(connection)
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
        "client_id": connection.application,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if connection.secret and "client_secret_post" in _listed(metadata, "token_endpoint_auth_methods_supported", []):
        given["client_secret"] = connection.secret
    elif connection.secret:
        pair = f"{quote(connection.application, safe='')}:{quote(connection.secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    body = urlencode(given).encode()
    said = _asked(connection, metadata["token_endpoint"], method="POST", headers=headers, body=body)
    token = said.get("id_token") if isinstance(said, dict) else None
    if not isinstance(token, str):
        raise ProviderProblem("It gave no ID token.")
    return _claims(_checked(connection, metadata, token, nonce), trusts_addresses=connection.trusts_addresses)


def _checked(connection: ProviderConnection, metadata: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
    """What the ID token says. Raises `ProviderProblem`."""
    try:
        key = _key(keys_of(connection, metadata), jwt.get_unverified_header(token).get("kid"))
        said = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=connection.application,
            issuer=connection.issuer,
            leeway=LEEWAY_S,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.PyJWTError as problem:
        raise ProviderProblem("Its token does not hold what it must, or is not signed by it.") from problem
    if said.get("nonce") != nonce:
        raise ProviderProblem("Its token answers another question.")
    if isinstance(said["aud"], list) and len(said["aud"]) > 1 and said.get("azp") != connection.application:
        raise ProviderProblem("Its token is for somebody else as well.")
    return said


def _key(keys: jwt.PyJWKSet, kid: str | None) -> jwt.PyJWK:
    for key in keys.keys:
        if key.public_key_use in (None, "sig") and (kid is None or key.key_id == kid):
            return key
    raise ProviderProblem("Its token is signed by a key that it does not publish.")


def _claims(said: dict[str, Any], *, trusts_addresses: bool) -> Claims:
    """`xms_edov` is how Entra ID says that the domain's owner is known to vouch for the address.

    What is no one address counts as none: it would be written to.
    """
    email = str(said.get("email", "")).strip().lower()
    if "\x00" in str(said["sub"]):
        raise ProviderProblem("Its token does not hold what it must, or is not signed by it.")
    vouched = said.get("email_verified") in (True, "true") or said.get("xms_edov") in (True, 1, "1", "true")
    name = said.get("name") if isinstance(said.get("name"), str) else ""
    return Claims(
        subject=str(said["sub"])[:255], email=email if is_address(email) else "",
        is_verified=vouched or trusts_addresses, name=str(name)[:120],
    )  # fmt: skip


def _listed(said: dict[str, Any], name: str, usual: list[str]) -> list[Any]:
    """A list that a provider says of itself; what is none, it did not say."""
    found = said.get(name, usual)
    return found if isinstance(found, list) else usual


def _asked(connection: ProviderConnection, url: str, **more: Any) -> Any:
    try:
        answer: Answer = ask(url, allow_private=connection.is_private, **more)
        if answer.status != 200:
            raise ProviderProblem(f"It answered with status {answer.status}.")
        return answer.json()
    except (AddressRefused, NoAnswer) as problem:
        raise ProviderProblem(f"{str(problem).rstrip('.')}.") from problem
