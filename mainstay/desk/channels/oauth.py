"""Access to mailboxes by OAuth 2: a refresh token becomes an access token (RFC 6749, section 6)."""

import http.client
import json
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from mainstay.desk.channels.connecting import connect
from mainstay.desk.channels.places import Place

TIMEOUT_S = 15.0
ANSWER_MAX_BYTES = 64 * 1024
SPARE_S = 60
"""So much earlier than it ends a token counts as over."""

_known: dict[str, tuple[str, float]] = {}
_lock = threading.Lock()


class TokenRefused(Exception):
    """There is no access token; the text says why, and holds no secret."""


@dataclass(frozen=True)
class Granted:
    """An access token; and, where the service gave one, the refresh token that counts from now on."""

    access_token: str
    new_refresh_token: str = ""


def token_for(place: Place) -> Granted:
    """A token with which the mailbox can be opened; the one of before as long as it holds.

    Raises:
        TokenRefused: the service cannot be asked, or refuses.
    """
    with _lock:
        token, until = _known.get(place.key, ("", 0.0))
    if token and time.monotonic() < until:
        return Granted(token)
    answer = _ask(place)
    given, fresh = answer.get("access_token"), answer.get("refresh_token")
    if not isinstance(given, str) or not given:
        raise TokenRefused("the token service answered without an access token")
    with _lock:
        _known[place.key] = (given, time.monotonic() + _seconds(answer.get("expires_in")) - SPARE_S)
    return Granted(given, fresh if isinstance(fresh, str) and fresh != place.refresh_token else "")


def forget(place: Place) -> None:
    """The mailbox did not take the token: ask for another one next time."""
    with _lock:
        _known.pop(place.key, None)


def _ask(place: Place) -> dict[str, object]:
    given = {"grant_type": "refresh_token", "refresh_token": place.refresh_token, "client_id": place.client_number}
    if place.client_secret:
        given["client_secret"] = place.client_secret
    status, body = _post(place, urlencode(given))
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise TokenRefused(f"the token service answered {status}, with something else than JSON")
    if status != 200:
        words = " ".join(str(answer.get(each, "")) for each in ("error", "error_description"))
        raise TokenRefused(f"the token service refuses ({status}): {' '.join(words.split())[:300]}")
    return answer


def _post(place: Place, body: str) -> tuple[int, bytes]:
    """The answer of the service, which is asked over TLS and at a checked address alone; no redirect is followed."""
    parts = urlsplit(place.token_url)
    if not parts.hostname:
        raise TokenRefused("the token endpoint has no address")
    line = _Line(parts.hostname, parts.port or 443, allow_private=place.allow_private)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        line.request("POST", path, body, headers)
        answer = line.getresponse()
        content = answer.read(ANSWER_MAX_BYTES + 1)
    except (OSError, http.client.HTTPException) as problem:
        raise TokenRefused(f"the token service cannot be asked: {problem}") from problem
    finally:
        line.close()
    if len(content) > ANSWER_MAX_BYTES:
        raise TokenRefused(f"the token service answered with more than {ANSWER_MAX_BYTES} bytes")
    return answer.status, content


class _Line(http.client.HTTPSConnection):
    """An HTTPS connection to an address that was checked."""

    def __init__(self, host: str, port: int, *, allow_private: bool) -> None:
        self._tls, self._allow_private = ssl.create_default_context(), allow_private
        super().__init__(host, port, timeout=TIMEOUT_S, context=self._tls)

    def connect(self) -> None:
        bare = connect(self.host, self.port, timeout_s=TIMEOUT_S, allow_private=self._allow_private)
        self.sock = self._tls.wrap_socket(bare, server_hostname=self.host)


def _seconds(lasts: object) -> float:
    """How long a token lasts; an hour where the service does not say, as most of them do."""
    try:
        return max(0.0, min(float(str(lasts)), 24 * 3600.0))
    except ValueError:
        return 3600.0
