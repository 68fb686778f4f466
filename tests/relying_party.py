"""A website that signs people in with Mainstay, by other people's library (Authlib): run as a process of its own.

    python -m tests.relying_party PORT ISSUER CLIENT_ID [SECRET]

`/` says who is signed in, `/login` begins, `/refresh` and `/userinfo` ask the provider again and show what it said,
`/back-channel` ends sessions as the provider says.
"""

import json
import secrets
import sys
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

BACK_CHANNEL = "http://schemas.openid.net/event/backchannel-logout"
SCOPES = "openid profile email roles"


class Site:
    """The website: its sessions, and what it knows of its provider."""

    def __init__(self, port: int, issuer: str, client_id: str, secret: str) -> None:
        self.home, self.client_id, self.secret = f"http://127.0.0.1:{port}", client_id, secret
        self.sessions: dict[str, dict[str, Any]] = {}
        self.provider = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
        assert self.provider["issuer"] == issuer

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("site")
        key = cookie.value if cookie and cookie.value in self.sessions else secrets.token_hex(16)
        mine = self.sessions.setdefault(key, {})
        pages = {
            "/": self.show, "/login": self.login, "/callback": self.callback, "/refresh": self.refresh,
            "/userinfo": self.userinfo, "/back-channel": self.back_channel, "/sign-out": self.sign_out,
        }  # fmt: skip
        status, headers, body = pages.get(environ["PATH_INFO"], self.nothing)(mine, environ)
        start(status, [*headers, ("Set-Cookie", f"site={key}; HttpOnly; Path=/; SameSite=Lax")])
        return [body.encode()]

    def oauth(self, **more: Any) -> OAuth2Session:
        return OAuth2Session(
            self.client_id, self.secret or None, scope=SCOPES, redirect_uri=f"{self.home}/callback",
            code_challenge_method="S256", token_endpoint_auth_method="client_secret_basic" if self.secret else "none",
            **more,
        )  # fmt: skip

    def nothing(self, _mine: Any, _environ: Any) -> Any:
        return "404 Not Found", [], ""

    def show(self, mine: dict[str, Any], _environ: Any) -> Any:
        if "claims" not in mine:
            return page("<p>Not signed in.</p><p><a href='/login'>Sign in with Mainstay</a></p>")
        claims = mine["claims"]
        said = f"Signed in as {claims['name']} ({claims['email']}): {', '.join(claims['roles'])}"
        return page(f"<p>{said}</p><p><a href='/sign-out'>Sign out</a></p>")

    def login(self, mine: dict[str, Any], _environ: Any) -> Any:
        mine["nonce"], mine["verifier"] = secrets.token_hex(16), secrets.token_urlsafe(48)
        to, mine["state"] = self.oauth().create_authorization_url(
            self.provider["authorization_endpoint"], nonce=mine["nonce"], code_verifier=mine["verifier"]
        )
        return "302 Found", [("Location", to)], ""

    def callback(self, mine: dict[str, Any], environ: Any) -> Any:
        given = parse_qs(environ["QUERY_STRING"])
        if "error" in given:
            return page(f"<p>Refused: {given['error'][0]}</p>")
        address = f"{self.home}/callback?{environ['QUERY_STRING']}"
        token = self.oauth(state=mine["state"]).fetch_token(
            self.provider["token_endpoint"], authorization_response=address, code_verifier=mine["verifier"]
        )
        claims = self.checked(token["id_token"])
        assert claims["nonce"] == mine["nonce"]
        mine.update(token=dict(token), claims=claims)
        return "302 Found", [("Location", "/")], ""

    def refresh(self, mine: dict[str, Any], _environ: Any) -> Any:
        try:
            mine["token"] = dict(
                self.oauth(token=mine["token"]).refresh_token(
                    self.provider["token_endpoint"], refresh_token=mine["token"]["refresh_token"]
                )
            )
        except OAuthError as problem:
            return page(f"<p>Refused: {problem.error}</p>")
        return page("<p>Refreshed.</p>")

    def userinfo(self, mine: dict[str, Any], _environ: Any) -> Any:
        headers = {"Authorization": f"Bearer {mine['token']['access_token']}"}
        answer = requests.get(self.provider["userinfo_endpoint"], headers=headers, timeout=10)
        return page(f"<p>{answer.status_code}</p><pre>{answer.text}</pre>")

    def sign_out(self, mine: dict[str, Any], _environ: Any) -> Any:
        hint = mine["token"]["id_token"]
        mine.clear()
        return "302 Found", [("Location", f"{self.provider['end_session_endpoint']}?id_token_hint={hint}")], ""

    def back_channel(self, _mine: Any, environ: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        try:
            claims = self.checked(parse_qs(body)["logout_token"][0])
            assert BACK_CHANNEL in claims["events"]
            assert "nonce" not in claims
        except (AssertionError, JoseError, KeyError, ValueError) as problem:
            return "400 Bad Request", [], repr(problem)
        for each in self.sessions.values():
            if each.get("claims", {}).get("sub") == claims["sub"]:
                each.clear()
        return "200 OK", [("Cache-Control", "no-store")], ""

    def checked(self, token: str) -> dict[str, Any]:
        """The claims of a token that the provider signed for this website."""
        keys = KeySet.import_key_set(requests.get(self.provider["jwks_uri"], timeout=10).json())
        claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
        jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.provider["issuer"]},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
        ).validate(claims)
        return dict(claims)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_words: Any) -> None:
        """Says nothing."""


def page(body: str) -> tuple[str, list[tuple[str, str]], str]:
    return "200 OK", [("Content-Type", "text/html; charset=utf-8")], f"<!doctype html><title>Site</title>{body}"


def main(arguments: list[str]) -> None:
    port, issuer, client_id, secret = int(arguments[0]), *arguments[1:3], arguments[3] if arguments[3:] else ""
    site = Site(port, issuer, client_id, secret)
    with make_server("127.0.0.1", port, site, handler_class=Quiet) as server:
        print(json.dumps({"ready": port}), flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
