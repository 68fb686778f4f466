"""The cookies of one visit, kept and sent by the rules of browsers (the standard library's jar)."""

from email.message import Message
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.request import Request


class VisitJar:
    """Cookies over the requests of one visit; forgotten with it."""

    def __init__(self) -> None:
        self._jar = CookieJar(DefaultCookiePolicy(rfc2965=False, strict_ns_domain=DefaultCookiePolicy.DomainStrict))

    def header(self, url: str) -> str:
        """The value of `Cookie` for `url`; empty for none."""
        request = Request(url)  # noqa: S310 - nothing is opened: it only carries the address
        self._jar.add_cookie_header(request)
        return request.get_header("Cookie") or ""

    def take(self, url: str, headers: tuple[tuple[str, str], ...]) -> None:
        """Keep what the answer of `url` sets."""
        told: Any = _Told(headers)
        self._jar.extract_cookies(told, Request(url))  # noqa: S310 - as above


class _Told:
    """An answer's headers in the shape that the standard library's jar reads."""

    def __init__(self, headers: tuple[tuple[str, str], ...]) -> None:
        self._headers = Message()
        for name, value in headers:
            if name in ("set-cookie", "date"):
                self._headers[name] = value

    def info(self) -> Message:
        return self._headers
