"""Decisions about relying parties. Pure."""

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from mainstay.idp.facts import Held

SCOPES = {
    "openid": "a number that stands for you",
    "profile": "your name, your language and what you may do there",
    "email": "your e-mail address",
    "roles": "what you may do there",
}
"""What may be asked for. `openid` is always part of it (OpenID Connect Core 1.0, 5.4)."""

CHALLENGE_METHOD = "S256"
REDIRECTS_MAX = 10


def roles_there(held: Iterable[Held], client_id: int, website_id: int | None, lets_in: Collection[str]) -> list[str]:
    """With which roles somebody gets in: those for the client, and for the website where it is one; none: no way in."""
    found = {
        each.role
        for each in held
        if each.client_id == client_id and (each.website_id is None or each.website_id == website_id)
    }
    return sorted(found & set(lets_in))


def redirect_problem(url: str, *, allow_http: bool) -> str:
    """What is wrong with a redirect address; empty when nothing is.

    It is compared letter by letter later (RFC 9700, 2.1), so it holds no pattern, and no fragment (RFC 6749, 3.1.2).
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "This is no address."
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return "A redirect address begins with https:// and names a website."
    if parts.scheme == "http" and not allow_http:
        return "Use https://. Plain http:// is only for tools in a private network."
    if "#" in url or "*" in url or parts.username is not None or any(each.isspace() for each in url):
        return "A redirect address is written out in full: no #, no *, no name or password, no spaces."
    return ""


def challenge_problem(challenge: str, method: str, *, is_needed: bool = True) -> str:
    """What is wrong with a proof key (RFC 7636); empty when nothing is. It is never sent in plain text."""
    if not challenge:
        return "A code challenge (PKCE) is required." if is_needed or method else ""
    if method != CHALLENGE_METHOD:
        return "The code challenge method must be S256."
    return ""


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
